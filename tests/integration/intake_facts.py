"""A complaint's facts as intake tells them: by intake's own code, so that they never lag behind it."""

from typing import Any

from services.intake.facts import facts_of
from tests.unit.intake.makers import complaint


def facts(complaint_id: str, seq: int, sealed: str, **changes: Any) -> dict[str, Any]:
    """What an event number `seq` carries of an open complaint that was taken on Monday at 09:00."""
    customer = {"masked": "139****0001", "sealed": sealed}
    return facts_of(complaint()) | {"complaint_id": complaint_id, "seq": seq, "customer": customer} | changes
