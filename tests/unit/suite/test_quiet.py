"""A suite is at rest once nothing waits and nobody has anything in hand."""

from typing import Any

import pytest

from services import SERVICES
from suite.play import quiet
from suite.play.quiet import NeverQuiet, Quiet

AT_REST = {"outbox": 0, "due": 0, "waking": 0, "in_hand": 0, "next_due_at": None, "next_wake_at": None}


class EmptyBroker:
    """Every queue is there and empty."""

    message_count = 0

    def channel(self) -> "EmptyBroker":
        return self

    def queue_declare(self, _queue: str, passive: bool) -> "EmptyBroker":
        assert passive, "looking changes nothing"
        return self


class Pulses:
    """Services of which the first is busy with one thing for so many looks."""

    def __init__(self, what: str, looks: int) -> None:
        self.what, self.looks, self.asked = what, looks, 0

    def __call__(self, service: str) -> dict[str, Any]:
        if service != SERVICES[0]:
            return AT_REST
        self.asked += 1
        return AT_REST | ({self.what: 1} if self.asked <= self.looks else {})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "PAUSE", 0.0)


@pytest.mark.parametrize("what", ["outbox", "due", "waking", "in_hand"])
def test_what_waits_or_is_in_hand_is_waited_for(what: str) -> None:
    pulses = Pulses(what, looks=5)
    Quiet(EmptyBroker(), pulses).wait()  # type: ignore[arg-type]
    assert pulses.asked == 5 + quiet.LOOKS_IN_A_ROW


def test_what_is_never_done_with_is_named() -> None:
    with pytest.raises(NeverQuiet, match=f"{SERVICES[0]} in_hand"):
        Quiet(EmptyBroker(), Pulses("in_hand", looks=10**9), bound=0.05).wait()  # type: ignore[arg-type]
