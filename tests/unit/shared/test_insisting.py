"""What was said once outside is stored: the database may be away for as long as it likes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pymongo.errors import AutoReconnect, NetworkTimeout, OperationFailure

from shared import insisting
from shared.clock import machine_now
from shared.errors import Unavailable
from shared.insisting import insist
from shared.lease import FencedOut, Lease

RUNS, OVER = (Lease(3, machine_now() + timedelta(hours=hours)) for hours in (3, -3))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insisting, "PAUSE_S", 0.0)


def failing(*faults: Exception) -> Callable[[], str]:
    """Fails with one after the other, then stores."""
    left = list(faults)

    def store() -> str:
        if left:
            raise left.pop(0)
        return "stored"

    return store


def test_F11_an_outage_that_outlasts_the_lease_is_waited_for_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    away = [AutoReconnect("away"), Unavailable("crowded"), NetworkTimeout("away")] * 20
    assert insist(failing(*away), OVER, "what was said") == "stored"
    assert [record.message for record in caplog.records] == [
        "what was said: not stored yet (AutoReconnect); tried until it is"
    ]


def test_what_the_database_refuses_is_tried_only_while_the_lease_runs() -> None:
    assert insist(failing(OperationFailure("no")), RUNS, "what was said") == "stored"
    with pytest.raises(OperationFailure):
        insist(failing(OperationFailure("no")), OVER, "what was said")


def test_F11_who_was_taken_over_meanwhile_hears_it() -> None:
    with pytest.raises(FencedOut):
        insist(failing(AutoReconnect("away"), FencedOut()), OVER, "what was said")
