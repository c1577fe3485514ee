"""Time limits: when a clock is due, when it warns, and which stretches of time counted. Pure.

Hours are natural hours, holidays included. "n working days" last until the end (24:00 Asia/Shanghai) of the n-th
working day after the day they start: the rest of the starting day is the customer's gift (CL7). All times are UTC.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from shared.calendar import Calendar, day_of, days_after, start_of
from shared.clockrules import ClockPolicy, ClockRule, Facts, FixedSpan, Given, Hours, MissingFact

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Interval:
    """A stretch of time: whether it counts, and why: natural_hours, working_day, make_up_day, weekend, holiday,
    starting_day, given, extension."""

    from_: datetime
    to: datetime
    counts: bool
    why: str

    @property
    def length(self) -> timedelta:
        return self.to - self.from_

    def to_wire(self) -> dict[str, Any]:
        """As `explain` shows it."""
        return {"from": self.from_.isoformat(), "to": self.to.isoformat(), "counts": self.counts, "why": self.why}


@dataclass(frozen=True)
class Limit:
    """One clock's times. `intervals` lie end to end from start to due; those that count sum to the span."""

    kind: str
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    rule: str
    intervals: tuple[Interval, ...]

    @property
    def span(self) -> timedelta:
        """The time that counts."""
        return sum((each.length for each in self.intervals if each.counts), timedelta())

    def counted_until(self, moment: datetime) -> timedelta:
        """How much of the span had passed at the moment."""
        passed = (max(min(each.to, moment) - each.from_, timedelta()) for each in self.intervals if each.counts)
        return sum(passed, timedelta())


def started_by(moment: str, facts: Facts, at: datetime, policy: ClockPolicy, calendar: Calendar) -> tuple[Limit, ...]:
    """The limits that a moment (e.g. "registered") starts at `at` under these facts, one per kind.

    Raises UnknownMoment, MissingFact, or ValueError for a naive or earlier due time."""
    _aware(at)
    return tuple(limit_of(clock, facts, at, calendar) for clock in policy.started_on(moment, facts))


def extended(limit: Limit, due_at: datetime) -> Limit:
    """The limit with a later due time (CL3); it warns at the same share of the longer span."""
    _aware(due_at)
    if due_at <= limit.due_at:
        raise ValueError("an extension ends after the limit it extends")
    share = Fraction(limit.counted_until(limit.warn_at) // MILLISECOND, limit.span // MILLISECOND)
    intervals = (*limit.intervals, Interval(limit.due_at, due_at, counts=True, why="extension"))
    return replace(limit, due_at=due_at, intervals=intervals, warn_at=_share_passed(intervals, share))


def moved(limit: Limit, due_at: datetime, warn: Fraction) -> Limit:
    """The limit with a due time that an operator sets; it warns after this share of its natural time."""
    _aware(due_at)
    intervals = (Interval(limit.started_at, due_at, counts=True, why="given"),)
    return replace(limit, due_at=due_at, intervals=intervals, warn_at=_share_passed(intervals, warn))


def shortened(limit: Limit, length: timedelta) -> Limit:
    """The limit with only the first `length` of the time that counts; it warns at the same share of that."""
    share = Fraction(limit.counted_until(limit.warn_at) // MILLISECOND, limit.span // MILLISECOND)
    due_at = _share_passed(limit.intervals, Fraction(length // MILLISECOND, limit.span // MILLISECOND))
    kept = (replace(each, to=min(each.to, due_at)) for each in limit.intervals if each.from_ < due_at)
    intervals = tuple(kept)
    return replace(limit, due_at=due_at, intervals=intervals, warn_at=_share_passed(intervals, share))


def recounted(limit: Limit, calendar: Calendar) -> Limit:
    """The same span from the same start, its working days counted under this calendar; natural time stays as it is."""
    if not any(each.why in DAY_KINDS for each in limit.intervals):
        return limit
    share = Fraction(limit.counted_until(limit.warn_at) // MILLISECOND, limit.span // MILLISECOND)
    intervals = _working_days(limit.started_at, -(-limit.span // timedelta(days=1)), calendar)
    whole = replace(limit, due_at=intervals[-1].to, intervals=intervals, warn_at=_share_passed(intervals, share))
    return shortened(whole, limit.span) if whole.span > limit.span else whole


def working_days_after(at: datetime, days: int, calendar: Calendar) -> datetime:
    """The end of the `days`-th working day after the day of `at`, in UTC (CL7)."""
    return _working_days(at, days, calendar)[-1].to


def guessed_years(limit: Limit, calendar: Calendar) -> tuple[int, ...]:
    """The years whose working days this limit counts although their official notice is not known."""
    days = {day_of(each.from_) for each in limit.intervals if each.why in DAY_KINDS}
    days |= {day_of(each.to - MILLISECOND) for each in limit.intervals if each.why in DAY_KINDS}
    return tuple(sorted({day.year for day in days if not calendar.complete_for(day.year)}))


DAY_KINDS = frozenset({"working_day", "make_up_day", "weekend", "holiday"})


def limit_of(clock: ClockRule, facts: Facts, at: datetime, calendar: Calendar) -> Limit:
    """The limit that this rule sets from `at` on under these facts; MissingFact, or ValueError as started_by."""
    intervals = _intervals(clock.span_for(facts), facts, at.astimezone(UTC), calendar)
    warn_at = _share_passed(intervals, clock.warn)
    return Limit(clock.kind, intervals[0].from_, warn_at, intervals[-1].to, clock.rule, intervals)


def _intervals(span: FixedSpan, facts: Facts, at: datetime, calendar: Calendar) -> tuple[Interval, ...]:
    if isinstance(span, Hours):
        return (Interval(at, at + span.length, counts=True, why="natural_hours"),)
    if isinstance(span, Given):
        return (_given(at, facts.get(span.fact)),)
    return _working_days(at, span.days, calendar)


def _given(at: datetime, due_at: datetime | None) -> Interval:
    if due_at is None:
        raise MissingFact("a limit with a given due time needs that time")
    _aware(due_at)
    if due_at <= at:
        raise ValueError("a given due time lies after the start")
    return Interval(at, due_at.astimezone(UTC), counts=True, why="given")


def _working_days(at: datetime, days: int, calendar: Calendar) -> tuple[Interval, ...]:
    intervals = [Interval(at, _end_of(day_of(at)), counts=False, why="starting_day")]
    for day in days_after(day_of(at)):
        counts = calendar.is_working(day)
        intervals = _joined(intervals, Interval(start_of(day), _end_of(day), counts, calendar.kind_of(day)))
        days -= counts
        if days == 0:
            break
    return tuple(intervals)


def _end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def _joined(intervals: list[Interval], following: Interval) -> list[Interval]:
    """Days of one kind in a row are one interval."""
    last = intervals[-1]
    if last.why != following.why:
        return [*intervals, following]
    return [*intervals[:-1], replace(last, to=following.to)]


def _share_passed(intervals: tuple[Interval, ...], share: Fraction) -> datetime:
    """The moment at which this share of the counting time has passed, cut to milliseconds."""
    if len(intervals) == 1:  # natural time: the same in whole numbers, for simulations of many cases
        length = intervals[0].length // MILLISECOND
        return intervals[0].from_ + length * share.numerator // share.denominator * MILLISECOND
    counted = sum((each.length for each in intervals if each.counts), timedelta())
    left = counted // MILLISECOND * share
    for each in intervals:
        length = each.length // MILLISECOND if each.counts else 0
        if left <= length:
            return each.from_ + int(left) * MILLISECOND
        left -= length
    return intervals[-1].to


def _aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("times carry their offset")
