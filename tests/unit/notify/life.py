"""A message's life in a test: decisions are applied at once, machine time is moved by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify import history as h
from services.notify.message import Message
from services.notify.model import MESSAGES
from services.notify.parts import PartAnswer
from services.notify.submitting import NOT_SENT, Moment, never_left, taken_answers, taken_late, taken_receipt, woken
from shared.aggregate import Actor, Stamp
from tests.unit.notify.makers import CUSTOMER, policy

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SELF = Actor("service:notify", "system")


def accepted(number: int = 1, provider_id: str | None = None) -> PartAnswer:
    return PartAnswer(number, "accepted", provider_id=provider_id or f"p{number}")


def refused(kind: str, number: int = 1, code: str = "0x8") -> PartAnswer:
    return PartAnswer(number, "refused", code=code, kind=kind)


def unknown(number: int = 1) -> PartAnswer:
    return PartAnswer(number, "unknown", code="no answer")


class Life:
    """`now` is machine time; `history` all events so far."""

    def __init__(self, parts: int = 1, message_class: str = "transactional") -> None:
        self.now, self.n = START, 0
        self.message: Message | None = None
        self.history: list[tuple[Any, Stamp]] = []
        written = h.MessageWritten("m1", "receipt", message_class, "139****0001", parts, "e1", to=CUSTOMER, text="x")  # type: ignore[arg-type]
        self.add([written, h.MessageQueued("", self.now, self.now + timedelta(hours=24))])

    def add(self, events: Sequence[Any]) -> Sequence[Any]:
        for event in events:
            self.n += 1
            stamp = Stamp(self.n, START, SELF)
            self.message = MESSAGES.apply(self.message, event, stamp)
            self.history.append((event, stamp))
        return events

    @property
    def state(self) -> Message:
        assert self.message is not None
        return self.message

    def moment(self, dice: float = 1.0) -> Moment:
        return Moment(self.now, policy().carrier, lambda: dice)

    def wake(self, link_up: bool = True) -> Sequence[Any]:
        """Moves machine time to when the message wants to be looked at, and looks."""
        assert self.state.wake_at is not None, "nobody looks at it any more"
        self.now = max(self.now, self.state.wake_at)
        return self.add(woken(self.state, self.moment(), link_up))

    def answer(self, *answers: PartAnswer, fence: int | None = None) -> Sequence[Any]:
        lease = self.state.lease
        held = fence if fence is not None else (lease.fence if lease else -1)
        return self.add(taken_answers(self.state, held, answers, self.moment()))

    def submit(self, *answers: PartAnswer) -> None:
        self.wake()
        assert self.state.status == "submitting"
        self.answer(*answers)

    def late(self, answer: PartAnswer) -> Sequence[Any]:
        return self.add(taken_late(self.state, answer, self.moment()))

    def left_nothing(self, held: Message) -> Sequence[Any]:
        """Whoever held it so did not hand any part of it to the carrier, and says so late."""
        answers = tuple(refused("", part.number, NOT_SENT) for part in held.parts)
        return self.add(never_left(self.state, held, answers, self.moment()))

    def receipt(self, provider_id: str = "p1", state: str = "DELIVRD", error: str = "000") -> Sequence[Any]:
        return self.add(taken_receipt(self.state, provider_id, state, error))

    def waits(self) -> timedelta:
        assert self.state.wake_at is not None
        return self.state.wake_at - self.now


def as_stored(life: Life) -> Message:
    """The state folded anew from history."""
    state = MESSAGES.fold(None, life.history)
    assert state is not None
    return replace(state)
