"""What happens to a message: the events of its history. `until`, `wake_at` and `valid_until` are machine time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.doubts.happened import MessageDoubtRested, MessageDoubtRose, MessageSettled
from services.notify.parts import PartAnswer
from services.notify.templates import MessageClass
from shared.aggregate import private


@dataclass(frozen=True)
class Consent:
    """The evidence that a customer wants commercial messages (NT4)."""

    channel: str
    reference: str
    at: datetime


@dataclass(frozen=True)
class MessageWritten:
    """A message exists: what to say to whom, and why. A digest's text is written later (`parts` 0).

    `acted_at`: when the customer acted; `before`: the limit that it must keep (NT2); both business time."""

    message_id: str
    template: str
    message_class: MessageClass
    masked: str
    parts: int
    cause: str
    to: str = private()
    role: str = ""
    branch: str | None = None
    complaint_id: str | None = None
    care_slot: str | None = None
    approval: str | None = private(default=None)
    consent: Consent | None = private(default=None)
    acted_at: datetime | None = None
    before: datetime | None = None
    text: str = private("")
    variables: Mapping[str, Any] = private(default_factory=dict)


@dataclass(frozen=True)
class CarePlaceTaken:
    """It leaves in another month than it was written for, and counts there (NT1)."""

    care_slot: str


@dataclass(frozen=True)
class DigestWritten:
    """The day's text of a digest."""

    parts: int
    text: str = private()


@dataclass(frozen=True)
class MessageQueued:
    """It may be submitted now; not after `valid_until`."""

    why: str
    wake_at: datetime
    valid_until: datetime


@dataclass(frozen=True)
class MessageHeld:
    """It waits until business time `until` (NT1, NT2)."""

    why: str
    until: datetime


@dataclass(frozen=True)
class MessageSuppressed:
    """It is never sent (NT1), and why."""

    why: str


@dataclass(frozen=True)
class SubmittingStarted:
    """This process submits it; nobody else does until `until`. Stored before the first write to the carrier.

    `repeats`: parts of unknown outcome are sent once more. `rises_after_s`: should nobody know for so many seconds of
    business time what became of it, a duty is told."""

    until: datetime
    repeats: bool = False
    rises_after_s: int | None = None


@dataclass(frozen=True)
class SubmittingLost:
    """The process that submitted it was not heard of again: what it sent is unknown."""

    wake_at: datetime | None


@dataclass(frozen=True)
class PartsAnswered:
    """The carrier's answers, and when to look again."""

    answers: tuple[PartAnswer, ...]
    wake_at: datetime | None


@dataclass(frozen=True)
class AnswerCameLate:
    """An answer after nobody waited for it any more."""

    answer: PartAnswer
    wake_at: datetime | None


@dataclass(frozen=True)
class ReceiptCame:
    """The carrier's delivery receipt for one part."""

    number: int
    provider_id: str
    state: str
    error: str = ""


@dataclass(frozen=True)
class MessageDelivered:
    """Every part reached the phone."""


@dataclass(frozen=True)
class MessageFailed:
    """It did not reach the phone and is not tried again."""

    why: str


@dataclass(frozen=True)
class MessageExpired:
    """Time ran out: not submitted in time, or no receipt came."""

    why: str


EVENTS = (
    *(MessageWritten, CarePlaceTaken, DigestWritten, MessageQueued, MessageHeld, MessageSuppressed),
    *(SubmittingStarted, SubmittingLost, PartsAnswered, AnswerCameLate, ReceiptCame),
    *(MessageDelivered, MessageFailed, MessageExpired, MessageDoubtRose, MessageDoubtRested, MessageSettled),
)
ENDING = frozenset(EVENTS)  # a message's length is bounded by its attempts, not by callers
