"""How each event moves a message. Pure."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from services.notify import history as h
from services.notify.doubts.happened import MessageDoubtRested, MessageDoubtRose, MessageSettled
from services.notify.message import Message, Status, Told, standing
from services.notify.parts import Part, answered, received, sending
from shared.aggregate import Kind, Stamp
from shared.lease import Lease


def apply(message: Message | None, event: Any, stamp: Stamp) -> Message:
    """The message after the event."""
    if isinstance(event, h.MessageWritten):
        return _written(event, stamp)
    assert message is not None, "a message begins with MessageWritten"
    return moved(event, message, stamp)


def _written(event: h.MessageWritten, stamp: Stamp) -> Message:
    return Message(
        message_id=event.message_id,
        template=event.template,
        message_class=event.message_class,
        masked=event.masked,
        cause=event.cause,
        created_at=stamp.at,
        role=event.role,
        branch=event.branch,
        complaint_id=event.complaint_id,
        care_slot=event.care_slot,
        approval=event.approval,
        consent=event.consent,
        acted_at=event.acted_at,
        before=event.before,
        parts=_fresh(event.parts),
        to=event.to,
        text=event.text,
        variables=event.variables,
    )


def _fresh(count: int) -> tuple[Part, ...]:
    return tuple(Part(number) for number in range(1, count + 1))


@singledispatch
def moved(event: Any, _message: Message, _stamp: Stamp) -> Message:
    """The message as an event other than the first moves it."""
    raise TypeError(f"no message is moved by {type(event).__name__}")


@moved.register
def _(event: h.DigestWritten, message: Message, _stamp: Stamp) -> Message:
    return replace(message, text=event.text, parts=_fresh(event.parts))


@moved.register
def _(event: h.CarePlaceTaken, message: Message, _stamp: Stamp) -> Message:
    return replace(message, care_slot=event.care_slot)


@moved.register
def _(event: h.MessageQueued, message: Message, _stamp: Stamp) -> Message:
    return replace(
        message,
        status="queued",
        why=event.why,
        hold_until=None,
        wake_at=event.wake_at,
        valid_until=event.valid_until,
    )


@moved.register
def _(event: h.MessageHeld, message: Message, _stamp: Stamp) -> Message:
    return replace(message, status="held", why=event.why, hold_until=event.until, wake_at=None, valid_until=None)


@moved.register
def _(event: h.SubmittingStarted, message: Message, stamp: Stamp) -> Message:
    return replace(
        message,
        status="submitting",
        lease=Lease(stamp.n, event.until),
        wake_at=event.until,
        parts=tuple(sending(part, event.repeats) for part in message.parts),
        resends=message.resends + event.repeats,
        may_be_repeated=message.may_be_repeated or event.repeats,
        rises_after_s=event.rises_after_s,
    )


@moved.register
def _(event: h.SubmittingLost, message: Message, stamp: Stamp) -> Message:
    lost = (replace(part, state="unknown") if part.state == "sending" else part for part in message.parts)
    since = message.unknown_since or stamp.at
    return replace(message, status="unknown", lease=None, wake_at=event.wake_at, parts=tuple(lost), unknown_since=since)


@moved.register
def _(event: h.PartsAnswered, message: Message, stamp: Stamp) -> Message:
    by_number = {answer.number: answer for answer in event.answers}
    parts = (answered(part, by_number[part.number]) if part.number in by_number else part for part in message.parts)
    kinds = [answer.kind for answer in event.answers]
    throttled = "throttled" in kinds
    told = replace(
        message,
        lease=None,
        parts=tuple(parts),
        attempts=message.attempts + ("temporary" in kinds),
        throttles=message.throttles + 1 if throttled else 0,
    )
    return _settled(told, event.wake_at, stamp)


@moved.register
def _(event: h.AnswerCameLate, message: Message, stamp: Stamp) -> Message:
    answer = event.answer
    parts = (answered(part, answer) if part.number == answer.number else part for part in message.parts)
    told = replace(message, parts=tuple(parts))
    return told if message.lease else _settled(told, event.wake_at, stamp)


@moved.register
def _(event: h.ReceiptCame, message: Message, _stamp: Stamp) -> Message:
    parts = (received(part, event.state) if part.number == event.number else part for part in message.parts)
    return replace(message, parts=tuple(parts))


@moved.register
def _(_event: h.MessageDelivered, message: Message, stamp: Stamp) -> Message:
    return _ended(message, "delivered", "", stamp)


@moved.register
def _(event: h.MessageFailed, message: Message, stamp: Stamp) -> Message:
    return _ended(message, "failed", event.why, stamp)


@moved.register
def _(event: h.MessageExpired, message: Message, stamp: Stamp) -> Message:
    return _ended(message, "expired", event.why, stamp)


@moved.register
def _(event: h.MessageSuppressed, message: Message, stamp: Stamp) -> Message:
    return _ended(message, "suppressed", event.why, stamp)


@moved.register
def _(event: MessageDoubtRose, message: Message, stamp: Stamp) -> Message:
    return replace(message, risen=(*message.risen, Told(event.to, stamp.at)), rises_next=event.next_at)


@moved.register
def _(_event: MessageDoubtRested, message: Message, _stamp: Stamp) -> Message:
    return replace(message, rises_after_s=None, rises_next=None)


@moved.register
def _(_event: MessageSettled, message: Message, _stamp: Stamp) -> Message:
    return message  # what it comes to follows at once


def _ended(message: Message, status: Status, why: str, stamp: Stamp) -> Message:
    return replace(message, status=status, why=why, hold_until=None, wake_at=None, lease=None, ended_at=stamp.at)


def _settled(message: Message, wake_at: datetime | None, stamp: Stamp) -> Message:
    """Where the parts leave a message that nobody is submitting."""
    if message.final:
        return message
    status = standing(message.parts)
    submitted_at = message.submitted_at or (stamp.at if status == "submitted" else None)
    unknown_since = None if status == "submitted" else message.unknown_since
    if status == "unknown":
        unknown_since = unknown_since or stamp.at
    return replace(message, status=status, wake_at=wake_at, submitted_at=submitted_at, unknown_since=unknown_since)


MESSAGES = Kind("messages", Message, h.EVENTS, apply, ending=h.ENDING)
