"""How a message gets to the carrier and what its answers mean: leases, receipts, repeats, the end of patience. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.notify import history as h
from services.notify.carriers.backoff import pause_s
from services.notify.message import Message, standing
from services.notify.parts import ARRIVED, UNDERWAY, PartAnswer, answered
from services.notify.rules import CarrierRules
from shared.lease import must_hold

NOT_SENT = "not_sent"  # the code of a part that was given back without a word to the carrier
Events = Sequence[Any]


@dataclass(frozen=True)
class Moment:
    """Machine time, the carrier's rules, and a die for pauses."""

    machine_now: datetime
    rules: CarrierRules
    dice: Callable[[], float]

    def lease(self, message: Message) -> timedelta:
        """How long one process may take to submit the message."""
        return self.rules.lease + self.rules.lease_a_part * len(message.parts)

    def pause(self, tries: int) -> datetime:
        seconds = pause_s(
            tries, self.rules.first_pause.total_seconds(), self.rules.longest_pause.total_seconds(), self.dice
        )
        return self.machine_now + timedelta(seconds=seconds)


def woken(message: Message, moment: Moment, link_up: bool) -> Events:
    """What a message whose `wake_at` has come needs now; SubmittingStarted makes its writer the one who submits."""
    now = moment.machine_now
    if message.wake_at is None or now < message.wake_at:
        return []  # another process took it up between the look for it and this one
    if message.status == "submitting":
        return [h.SubmittingLost(_resend_at(message, moment))]
    if message.status == "submitted":
        return [h.MessageExpired("no receipt came in time")]
    if message.status == "unknown" and not _may_be_repeated(message, moment.rules):
        return [h.MessageExpired("whether the carrier has it stayed unknown, and no receipt came in time")]
    if message.status == "queued" and message.valid_until and now >= message.valid_until:
        return [h.MessageExpired("it could not be submitted in time")]
    repeats = message.status == "unknown"
    return [h.SubmittingStarted(now + moment.lease(message), repeats)] if link_up else []


def taken_answers(message: Message, fence: int, answers: tuple[PartAnswer, ...], moment: Moment) -> Events:
    """The carrier's answers to the submit that entry `fence` started. Raises FencedOut when another took it over."""
    must_hold(message.lease, fence)
    after = _with(message, answers)
    failure = _failure(after, answers, moment.rules)
    events: list[Any] = [h.PartsAnswered(answers, None if failure else _next_look(after, answers, moment))]
    return [*events, h.MessageFailed(failure)] if failure else events


def taken_late(message: Message, answer: PartAnswer, moment: Moment) -> Events:
    """An answer after its submit was given up: what it says is kept, and spares a repeat if none has begun."""
    if answer.provider_id in message.provider_ids or (message.final and not answer.provider_id):
        return []
    after = _with(message, (answer,))
    return [h.AnswerCameLate(answer, message.wake_at if message.lease else _next_look(after, (answer,), moment))]


def never_left(message: Message, held: Message, answers: tuple[PartAnswer, ...], moment: Moment) -> Events:
    """What its holder was slow to give back is known, all the same: it never left, and waits for its turn again.

    `held`: the message as he held it. Nothing where it is being repeated by now, or was."""
    if message.status != "unknown" or message.resends != held.resends:
        return []
    kept = tuple(each for each in answers if _never_sent(each) and message.parts[each.number - 1].state == "unknown")
    wake_at = _next_look(_with(message, kept), kept, moment)
    return [h.AnswerCameLate(answer, wake_at) for answer in kept]


def _never_sent(answer: PartAnswer) -> bool:
    return answer.outcome == "refused" and answer.code == NOT_SENT


def taken_receipt(message: Message, provider_id: str, state: str, error: str) -> Events:
    """A delivery receipt: all parts arrived is delivered, one that never will is failed. Repeats change nothing."""
    part = message.part_of(provider_id)
    if part is None or state in UNDERWAY or part.state == "delivered" or (part.state == "failed" and state != ARRIVED):
        return []
    came = h.ReceiptCame(part.number, provider_id, state, error)
    others = [each.state for each in message.parts if each.number != part.number]
    if state == ARRIVED and all(each == "delivered" for each in others):
        return [came, h.MessageDelivered()]
    if state != ARRIVED and not message.final:
        return [came, h.MessageFailed(f"the carrier's receipt says {state} {error}".rstrip())]
    return [came]


def _with(message: Message, answers: tuple[PartAnswer, ...]) -> Message:
    by_number = {answer.number: answer for answer in answers}
    parts = (answered(part, by_number[part.number]) if part.number in by_number else part for part in message.parts)
    return replace(message, parts=tuple(parts))


def _failure(message: Message, answers: tuple[PartAnswer, ...], rules: CarrierRules) -> str:
    """Why it is not tried again; empty if it may be."""
    for answer in answers:
        if answer.kind == "permanent":
            return f"the carrier refused it: {answer.code}"
        if answer.kind == "temporary" and message.attempts + 1 >= rules.attempts:
            return f"the carrier refused it {rules.attempts} times, last with {answer.code}"
    return ""


def _next_look(message: Message, answers: tuple[PartAnswer, ...], moment: Moment) -> datetime | None:
    status = standing(message.parts)
    if status == "submitted":
        return moment.machine_now + moment.rules.receipts_within
    if status == "unknown":
        return _resend_at(message, moment)
    throttled = any(answer.kind == "throttled" for answer in answers)
    return moment.pause(message.throttles if throttled else message.attempts)


def _resend_at(message: Message, moment: Moment) -> datetime:
    """An unknown outcome is repeated a few times, by class, and only after its answer had time to come late.

    After that a receipt may still tell, as long as one is waited for."""
    rules = moment.rules
    return moment.machine_now + (rules.resend_after if _may_be_repeated(message, rules) else rules.receipts_within)


def _may_be_repeated(message: Message, rules: CarrierRules) -> bool:
    return message.resends < rules.resends.get(message.message_class, 0)
