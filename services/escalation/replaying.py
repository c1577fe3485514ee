"""A case lived again from its record, under these or other rules: the same decisions, no documents. Pure.

What people did is done again where it still fits: who takes over what nobody has to take over, does nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from services.escalation import history as h
from services.escalation import ladder
from services.escalation.course import PROVISIONAL, Course
from services.escalation.extending import extend
from services.escalation.facts import Coordination, Facts, FollowUp, Major, Opinion, PreRefund, Promise, Turn
from services.escalation.follow import carry_out, opened
from services.escalation.happenings import Happening
from services.escalation.model import Case
from services.escalation.moves import apply
from services.escalation.moving import move
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.record import lines_of
from services.escalation.recounting import recount
from services.escalation.repairing import cancel_clock, move_clock
from services.escalation.rules import Rules
from shared.aggregate import Actor
from shared.changing import changed
from shared.clockrules import ClockRule
from shared.errors import TousuError
from shared.timelimit import Limit, limit_of

RulesOf = Callable[[str, str], Rules]  # clocks and calendar of these versions
Known = dict[tuple[Any, ...], tuple[ClockRule, ...]]
time = datetime.fromisoformat


class Replay(Course):
    """A course that keeps no events; `rules_of` gives the rules when versions change on the way.

    `known`: which rules a moment starts, looked up once for all cases that are replayed with it."""

    def __init__(self, rules_of: RulesOf, known: Known) -> None:
        self.rules_of, self.known = rules_of, known
        self.rules = rules_of("", "")
        self.events = []

    def limits(self, moment: str, at: datetime, facts: Mapping[str, Any]) -> tuple[Limit, ...]:
        """As everywhere; which rules a moment starts under the same facts is looked up once for all cases."""
        asked = (id(self.rules), moment, *(value for name, value in facts.items() if name != "due_at"))
        if asked not in self.known:
            self.known[asked] = self.rules.clocks.started_on(moment, facts)
        return tuple(limit_of(rule, facts, at, self.rules.calendar) for rule in self.known[asked])

    def add(self, event: Any) -> None:
        # of its steps a case asks only for its hand-backs (ES5)
        self.case = apply(self.case, event, PROVISIONAL) if isinstance(event, h.HandedBack) else move(event, self.case)


def replayed(record: str, rules_of: RulesOf, until: datetime | None = None, known: Known | None = None) -> Case:
    """The case as its record leads to it, with time struck up to `until`.

    `rules_of` gives the same object for the same versions; `known` is kept by who replays many cases under it."""
    course = Replay(rules_of, {} if known is None else known)
    for word, *said in lines_of(record):
        LINES[word](course, *said)
    if until and course.case.facts.has_clocks:
        course.settle(until)
    return course.case


def _under(course: Replay, clocks_version: str, calendar_version: str) -> None:
    course.rules = course.rules_of(clocks_version, calendar_version)


def _facts(course: Replay, new: dict[str, Any], told: list[Any]) -> None:
    values = {name: READ[name](value) if name in READ and value else value for name, value in new.items()}
    if "coordinated" in values:
        values["coordination"] = Coordination("interconnect") if values.pop("coordinated") else None
    if not hasattr(course, "case"):
        facts = Facts(complaint_id="", seq=0, branch="", as_of=values["registered_at"], **values)
        course.case = apply(None, h.CaseOpened(facts, facts.registered_at), PROVISIONAL)
        opened(course)
    else:
        course.add(h.FactsFollowed(changed(course.case.facts, **values)))
    for what, at, subject in told:
        about = SUBJECTS[what](course, time(at), subject) if what in SUBJECTS else subject
        carry_out(course, Happening(what, time(at), about))


def _promised(_course: Replay, at: datetime, subject: Any) -> Promise:
    promise_id, kind, due_at = subject
    return Promise(promise_id, kind, time(due_at), at)


def _followed_up(course: Replay, at: datetime, subject: Any) -> Turn:
    """Earlier records tell what was said among the facts."""
    said = course.case.facts.follow_up
    if subject is None and said:
        subject = (said.satisfaction, said.will_complain_further)
    return Turn("followed_up", at, *subject)


def _act(act: Any, course: Replay, at: str, level: str, *told: Any) -> None:
    """What somebody of this level did."""
    _done(course, time(at), lambda now: act(course.case, *told, Actor("", level), now, course.rules))


def _extended(course: Replay, at: str, clock_id: str, due_at: str) -> None:
    by = Actor("", "branch")
    _done(course, time(at), lambda now: extend(course.case, clock_id, time(due_at), "", by, now, course.rules))


def _moved(course: Replay, at: str, clock_id: str, due_at: str) -> None:
    by = Actor("", "operator")
    _done(course, time(at), lambda now: move_clock(course.case, clock_id, time(due_at), "", by, now, course.rules))


def _called_off(course: Replay, at: str, clock_id: str) -> None:
    by = Actor("", "operator")
    _done(course, time(at), lambda now: cancel_clock(course.case, clock_id, "", by, now, course.rules))


def _recounted(course: Replay, at: str, clock_id: str, calendar_version: str, *others: str) -> None:
    """As they were counted then, all at once; under a draft of the calendar nothing differs any more."""
    rules = course.rules_of(course.rules.clocks_version, calendar_version)
    _done(course, time(at), lambda now: recount(course.case, now, rules, {clock_id, *others}))


def _pre_refund(course: Replay, refund_id: str, seq: int, paid_at: str, verified_at: str | None) -> None:
    """Earlier records let time strike by it."""
    course.settle(time(paid_at), inclusive=False)
    _pre_paid(course, refund_id, seq - 1, paid_at, None)
    course.settle(time(verified_at or paid_at), inclusive=False)
    _pre_paid(course, refund_id, seq, paid_at, verified_at)


def _pre_paid(course: Replay, refund_id: str, seq: int, paid_at: str, verified_at: str | None) -> None:
    told = PreRefund(refund_id, seq, time(paid_at), time(verified_at) if verified_at else None)
    for event in follow_pre_refund(course.case, told, course.rules):
        course.add(event)


def _done(course: Replay, now: datetime, act: Callable[[datetime], list[Any]]) -> None:
    """Does it as far as it still fits; time strikes all the same."""
    course.settle(now)
    with suppress(TousuError):
        for event in act(now):
            course.add(event)


def _dropped(course: Replay, at: str) -> None:
    if course.case.reopening:
        course.add(h.ReopeningDropped("", time(at)))


LINES: Mapping[str, Callable[..., None]] = {
    "under": _under,
    "facts": _facts,
    "struck": lambda course, at: course.settle(time(at)),
    "accepted": partial(_act, ladder.accept),
    "asked": lambda course, at, level: _act(ladder.escalate, course, at, level, ""),
    "back": lambda course, at, level: _act(ladder.hand_back, course, at, level, ""),
    "out": lambda course, at: _act(ladder.arbitrate, course, at, "province", "", ""),
    "extended": _extended,
    "moved": _moved,
    "called_off": _called_off,
    "pre_refund": _pre_refund,
    "pre_paid": _pre_paid,
    "recounted": _recounted,
    "dropped": _dropped,
}
SUBJECTS: Mapping[str, Callable[[Replay, datetime, Any], Any]] = {"promised": _promised, "followed_up": _followed_up}
READ: Mapping[str, Callable[[Any], Any]] = {
    "registered_at": time,
    "reopened_at": time,
    "major": lambda said: Major(said[0], "", time(said[1])),
    "opinions": lambda said: {kind: Opinion("", time(at)) for kind, at in said.items()},
    "follow_up": lambda said: FollowUp(said[0], time(said[1]), said[2]),
}
