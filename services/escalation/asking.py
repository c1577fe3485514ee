"""How intake is asked: a short patience for one that is just starting, and no more."""

import time
from typing import Any, Protocol

from shared.errors import Failed, Unavailable

AWAY_PAUSES = (1.0, 3.0)


class Intake(Protocol):
    """What is called of intake (shared.bus.call)."""

    def call(self, method: str, *args: Any) -> Any: ...


def patiently(intake: Intake, method: str, complaint_id: str) -> Any:
    """The answer; another try or two where intake is Unavailable, which is raised in the end. Failed at once."""
    for pause in AWAY_PAUSES:
        try:
            return intake.call(method, complaint_id)
        except Failed:
            raise
        except Unavailable:
            time.sleep(pause)
    return intake.call(method, complaint_id)
