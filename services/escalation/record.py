"""What a simulation needs of a case's history, kept beside the state as lines of JSON. Pure.

Only what time did not do by itself is kept: what intake told, what people did on the ladder, the policy versions that
held, and how far time had struck before something came late. No customer, no staff number, no text.
It is folded from the events, so it can always be made anew from the history.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import orjson

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.facts import ASKED_FOR, Facts
from services.escalation.happenings import Happening, happenings
from services.escalation.strikes import is_news, last_strike, strike_of, without_strike
from shared.codec import plain

if TYPE_CHECKING:
    from services.escalation.model import Case

AS_THEY_ARE = tuple(dict.fromkeys((*ASKED_FOR, "status", "category", "registered_at", "reopened_at", "policy_version")))
Line = tuple[Any, datetime | None]  # what is kept, and the earliest time up to which it lets time strike


def recorded(case: "Case | None", event: Any) -> str:
    """The record after the event; a case from before records were kept has none, until it is folded anew."""
    record = case.record if case else ""
    if case and not record:
        return record
    for clock in _clocks(event):
        record = _under(record, clock)
    instant = strike_of(event, case) if case else None
    if instant:
        return _with(without_strike(record), ["struck", instant]) if is_news(record, instant) else record
    line = _line(event, case)
    if line is None:
        return record
    said, earliest = line
    struck = last_strike(record)
    return _joined(without_strike(record) if struck and earliest and struck < earliest else record, said)


def lines_of(record: str) -> Any:
    """The lines as values."""
    return orjson.loads("[" + record.replace("\n", ",") + "]")


def _with(record: str, said: Any) -> str:
    line = orjson.dumps(plain(said)).decode()
    return f"{record}\n{line}" if record else line


def _joined(record: str, said: Any) -> str:
    """Clocks that a notice counts again at once stand in one line: between them no time strikes."""
    before, _, last = record.rpartition("\n")
    if said[0] == "recounted" and last.startswith('["recounted"'):
        word, at, first, version, *others = orjson.loads(last)
        if [at, version] == [plain(said[1]), said[3]]:
            return _with(before, [word, at, first, version, *others, said[2]])
    return _with(record, said)


# -- the versions that held


def _clocks(event: Any) -> Iterator[Clock]:
    """The clocks that an event starts."""
    if isinstance(event, h.CaseOpened):
        yield from event.clocks[:1]
    for name in ("clock", "acceptance"):
        if clock := getattr(event, name, None):
            yield clock


def _under(record: str, clock: Clock) -> str:
    """The versions of a clock that starts, before the line that starts it, where they are not those before."""
    line = orjson.dumps(["under", clock.policy_version, clock.calendar_version]).decode()
    lines = record.split("\n") if record else []
    known = next((each for each in reversed(lines) if each.startswith('["under"')), None)
    return record if line == known else "\n".join([*lines[:-1], line, *lines[-1:]])


# -- what intake told and people did


@singledispatch
def _line(_event: Any, _case: "Case | None") -> Line | None:
    return None


@_line.register
def _(event: h.CaseOpened, _case: None) -> Line:
    return _facts(None, event.facts)


@_line.register
def _(event: h.FactsFollowed, case: Any) -> Line:
    return _facts(case.facts, event.facts)


@_line.register
def _(event: h.PreRefundFollowed, _case: Any) -> Line:
    """No time strikes by it: nobody has asked about what is due."""
    told = event.pre_refund
    return ["pre_paid", told.refund_id, told.seq, told.paid_at, told.verified_at], None


@_line.register
def _(event: h.CaseAccepted, _case: Any) -> Line:
    return ["accepted", event.at, event.level], event.at


@_line.register
def _(event: h.Escalated, _case: Any) -> Line | None:
    return (["asked", event.at, event.from_level], event.at) if event.cause == "asked" else None


@_line.register
def _(event: h.HandedBack, _case: Any) -> Line:
    return ["back", event.at, event.from_level], event.at


@_line.register
def _(event: h.ArbitrationOpened, _case: Any) -> Line:
    return ["out", event.at], event.at


@_line.register
def _(event: h.ClockExtended, _case: Any) -> Line:
    return ["extended", event.at, event.clock_id, event.due_at], event.at


@_line.register
def _(event: h.ClockMoved, _case: Any) -> Line:
    return ["moved", event.at, event.clock_id, event.due_at], event.at


@_line.register
def _(event: h.ClockCalledOff, _case: Any) -> Line:
    return ["called_off", event.at, event.clock_id], event.at


@_line.register
def _(event: h.ClockRecounted, _case: Any) -> Line:
    return ["recounted", event.at, event.clock_id, event.calendar_version], event.at


@_line.register
def _(event: h.ReopeningDropped, _case: Any) -> Line:
    """What is due waits: nobody has asked intake for news of it."""
    return ["dropped", event.at], None


def _facts(before: Facts | None, facts: Facts) -> Line:
    """What is new among the facts that clocks and ladder ask for, and what happened."""
    told = happenings(before, facts) if facts.has_clocks else []
    return ["facts", _new(before, facts), list(map(_happening, told))], told[0].at if told else None


def _new(before: Facts | None, facts: Facts) -> dict[str, Any]:
    new = {name: getattr(facts, name) for name in AS_THEY_ARE}
    if before:
        new = {name: value for name, value in new.items() if value != getattr(before, name)}
    if before is None or before.major != facts.major:
        new["major"] = facts.major and [facts.major.trigger, facts.major.at]
    if before is None or before.opinions != facts.opinions:
        new["opinions"] = {kind: opinion.at for kind, opinion in facts.opinions.items()}
    if before is None or before.coordination != facts.coordination:
        new["coordinated"] = facts.coordination is not None
    return new


def _happening(each: Happening) -> list[Any]:
    return [each.what, each.at, SAID[each.what](each.subject) if each.what in SAID else each.subject]


SAID: Mapping[str, Callable[[Any], list[Any]]] = {
    "promised": lambda promise: [promise.promise_id, promise.kind, promise.due_at],
    "followed_up": lambda turn: [turn.satisfaction, turn.will_complain_further],
}
