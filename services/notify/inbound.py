"""A customer's SMS to us: stored whole, its parts joined, sorted once (IN26). Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.notify.sorting import OTHER, Sorted
from shared.aggregate import Kind, Stamp, private
from shared.graver import taken_out

PARTS_WITHIN = timedelta(minutes=5)  # machine time; what has come by then is all there is
Sort = Callable[[str, str], Sorted]  # number and text -> what the SMS is


@dataclass(frozen=True)
class SmsPartCame:
    """An SMS or one part of it; `wake_at` (machine time) ends the waiting for the others. `came_at`: machine time.

    `likeness`: what it has in common with its copies and its other parts, without telling any of it."""

    sms_id: str
    masked: str
    number: int
    total: int
    wake_at: datetime
    msisdn: str = private()
    text: str = private()
    came_at: datetime | None = None
    likeness: str = ""


@dataclass(frozen=True)
class SmsReceived:
    """A whole SMS, or all of it that ever came (`whole` false). `sent_at` is the phone's or gateway's time.

    `understood`: what it is, decided once (IN26)."""

    sms_id: str
    masked: str
    sent_at: datetime
    msisdn: str = private()
    text: str = private()
    whole: bool = True
    understood: Sorted = OTHER


@dataclass(frozen=True)
class SmsAnswered:
    """The centre was told in good time that part `number` is stored: it does not bring it again."""

    number: int


@dataclass(frozen=True)
class Sms:
    """What came from a phone; `received` once it was announced, at `received_at` (business time).

    `answered`: the parts whose storing the centre was told of. `came_at`: when the first one came (machine time)."""

    sms_id: str
    masked: str
    total: int = 1
    received: bool = False
    wake_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    understood: Sorted = OTHER
    came_at: datetime | None = None
    likeness: str = ""
    answered: tuple[int, ...] = ()
    msisdn: str = private("")
    text: str = private("")
    texts: dict[str, str] = private(default_factory=dict)

    @property
    def joined(self) -> str:
        return joined(self.texts)


def joined(texts: Mapping[str, str]) -> str:
    """The parts as one text; what is never stored may have been cut in two (PR1)."""
    return str(taken_out("".join(text for _, text in sorted(texts.items()))))


def place(number: int) -> str:
    """A part's key, since JSON knows no numbers as keys: written so that sorting keeps the order (255 at most)."""
    return f"{number:03}"


def apply(sms: Sms | None, event: Any, stamp: Stamp) -> Sms:
    """The SMS after the event."""
    if isinstance(event, SmsPartCame):
        sms = sms or _begun(event)
        return replace(sms, texts=sms.texts | {place(event.number): event.text}, wake_at=event.wake_at)
    if isinstance(event, SmsAnswered):
        assert sms is not None, "what was answered is stored"
        return replace(sms, answered=(*sms.answered, event.number))
    sms = sms or Sms(event.sms_id, event.masked, msisdn=event.msisdn)
    known = {"sent_at": event.sent_at, "text": event.text, "understood": event.understood}
    return replace(sms, received=True, wake_at=None, received_at=stamp.at, **known)


def _begun(part: SmsPartCame) -> Sms:
    known = Sms(part.sms_id, part.masked, part.total, msisdn=part.msisdn)
    return replace(known, came_at=part.came_at, likeness=part.likeness)


def part_came(sms: Sms | None, part: SmsPartCame, now: datetime, sort: Sort) -> tuple[Any, ...]:
    """One more part; with the last one the SMS is received. A part that was seen before changes nothing."""
    if sms and (sms.received or place(part.number) in sms.texts):
        return ()
    texts = (sms.texts if sms else {}) | {place(part.number): part.text}
    if len(texts) < part.total:
        return (part,)
    text = joined(texts)
    return (part, SmsReceived(part.sms_id, part.masked, now, part.msisdn, text, True, sort(part.msisdn, text)))


def given_up(sms: Sms, now: datetime, sort: Sort) -> tuple[Any, ...]:
    """The missing parts will not come: what is there is received."""
    if sms.received:
        return ()
    understood = sort(sms.msisdn, sms.joined)
    return (SmsReceived(sms.sms_id, sms.masked, now, sms.msisdn, sms.joined, False, understood),)


def answered(sms: Sms, number: int) -> tuple[Any, ...]:
    """The centre had the answer to this part."""
    return () if number in sms.answered else (SmsAnswered(number),)


EVENTS = (SmsPartCame, SmsReceived, SmsAnswered)
INBOUND = Kind("inbound", Sms, EVENTS, apply, ending=frozenset(EVENTS))
