"""What is new in a complaint's facts, as happenings with their own times, in the order in which they happened. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalation.facts import Facts, Turn

# Of happenings of one instant this order holds: what starts clocks, then what meets them, then what ends all. A call
# that tells how long to wait meets the clock before it starts the next one (RP8).
ORDER = (
    *("registered", "revoked", "declared_major", "corrected", "promised", "answered", "contacted", "called_back"),
    *("called", "told_to_wait", "remarked", "opinion", "fulfilled", "reopening_proves_reply", "replied"),
    *("followed_up", "reopened", "withdrawn", "archived", "alarmed"),
)


@dataclass(frozen=True)
class Happening:
    """`what` happened `at`; `subject` is the promise, opinion kind or clock id it is about."""

    what: str
    at: datetime
    subject: Any = None


def happenings(before: Facts | None, facts: Facts) -> list[Happening]:
    """Everything in `facts` that `before` did not have, oldest first."""
    if before is None:
        new = [Happening("registered", facts.registered_at), *_acts(None, facts), *_ends(None, facts)]
    else:
        new = [*_changes(before, facts), *_acts(before, facts), *_ends(before, facts)]
    return sorted([*new, *_majors(before, facts)], key=lambda each: (each.at, ORDER.index(each.what)))


def _changes(before: Facts, facts: Facts) -> Iterator[Happening]:
    if (before.brand, before.category) != (facts.brand, facts.category):
        yield Happening("corrected", facts.as_of)
    if facts.alarms - before.alarms:
        yield Happening("alarmed", facts.as_of)


def _majors(before: Facts | None, facts: Facts) -> Iterator[Happening]:
    was, now = before.major if before else None, facts.major
    if was and (now is None or now.at != was.at):
        yield Happening("revoked", now.at if now else facts.as_of)
    if now and (was is None or now.at != was.at):
        yield Happening("declared_major", now.at)


def _acts(before: Facts | None, facts: Facts) -> Iterator[Happening]:
    """Acts that may meet clocks, and promises, which start one."""
    known = {promise.promise_id for promise in before.promises} if before else set()
    for promise in facts.promises:
        if promise.promise_id not in known:
            yield Happening("promised", promise.made_at, promise)
    for kind, opinion in facts.opinions.items():
        if before is None or before.opinions.get(kind) != opinion:
            yield Happening("opinion", opinion.at, kind)
    for clock_id, at in sorted(_fulfilled(facts) - (_fulfilled(before) if before else set())):
        yield Happening("fulfilled", at, clock_id)
    if facts.answered_at and (before is None or before.answered_at != facts.answered_at):
        yield Happening("contacted", facts.answered_at)
    yield from _waits(before, facts)
    yield from _single(before, facts, answered="answered_at", called_back="called_back_at", remarked="remarked_at")


def _waits(before: Facts | None, facts: Facts) -> Iterator[Happening]:
    """Calls to the customer, and until when he was told to wait (RP8): a wait is told by a call."""
    new = [each for each in facts.waits if before is None or each not in before.waits]
    for wait in new:
        yield Happening("told_to_wait", wait.told_at, wait)
    calls = {wait.told_at for wait in new}
    if facts.last_called_at and (before is None or before.last_called_at != facts.last_called_at):
        calls.add(facts.last_called_at)
    for at in sorted(calls):
        yield Happening("called", at)


def _ends(before: Facts | None, facts: Facts) -> Iterator[Happening]:
    """Replies, what follows them, and what ends the complaint."""
    if reply := _unseen_reply(before, facts):
        yield Happening("reopening_proves_reply", reply)
    for turn in _new_turns(before, facts):
        yield Happening(turn.what, turn.at, turn if turn.what == "followed_up" else None)
    yield from _single(before, facts, withdrawn="withdrawn_at", archived="archived_at")


def _new_turns(before: Facts | None, facts: Facts) -> Iterator[Turn]:
    """Those that `before` did not have. All up to its last one it has lived, also where an older version told less."""
    known = before.all_turns if before else ()
    lived = max((turn.at for turn in known), default=facts.registered_at)
    for turn in facts.all_turns:
        if turn not in known and (turn.at >= lived or turn in facts.latest_turns):
            yield turn


def _single(before: Facts | None, facts: Facts, **times: str) -> Iterator[Happening]:
    """Happenings that each are one time among the facts, new where it differs from before."""
    for what, field in times.items():
        at = getattr(facts, field)
        if at and (before is None or getattr(before, field) != at):
            yield Happening(what, at)


def _fulfilled(facts: Facts) -> set[tuple[str, datetime]]:
    """Clock ids (a promise's clock has the promise's id) and when a contact fulfilled them."""
    by_promise = {(promise.promise_id, promise.fulfilled_at) for promise in facts.promises if promise.fulfilled_at}
    return by_promise | {(each.clock_id, each.at) for each in facts.fulfilled}


def _unseen_reply(before: Facts | None, facts: Facts) -> datetime | None:
    """When a reply came of which no event arrived: a reopening proves one, its earliest possible time counts."""
    reopened = facts.reopened_at
    if not reopened or (before and (before.reopened_at == reopened or before.status != "open")):
        return None
    since = before.as_of if before else facts.registered_at
    told = any(each.what == "replied" and each.at <= reopened for each in _new_turns(before, facts))
    return None if told else max(facts.registered_at, since)
