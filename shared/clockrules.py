"""What a clock policy says, as values: which moment starts which clock, for how long, and what meets it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

Facts = Mapping[str, Any]


class UnknownMoment(ValueError):
    """A service names a moment that the policy does not list."""


class MissingFact(ValueError):
    """A clock's span depends on a fact that is absent or has no span in the policy."""


@dataclass(frozen=True)
class Hours:
    """A span of natural time, holidays included."""

    length: timedelta


@dataclass(frozen=True)
class WorkingDays:
    """A span of whole working days after the day it starts (CL7)."""

    days: int

    @property
    def length(self) -> timedelta:
        """The time that counts."""
        return timedelta(days=self.days)


@dataclass(frozen=True)
class Given:
    """A span up to a due time that the facts hold, e.g. a promise's."""

    fact: str


FixedSpan = Hours | WorkingDays | Given


@dataclass(frozen=True)
class ByFact:
    """A span chosen by the value of a fact, e.g. the brand."""

    fact: str
    spans: Mapping[str, FixedSpan]


@dataclass(frozen=True)
class Condition:
    """One fact that must hold: `values` it may have, or, with None, whether it is present."""

    fact: str
    values: tuple[Any, ...] | None = None
    present: bool = True

    def holds(self, facts: Facts) -> bool:
        value = facts.get(self.fact)
        if self.values is None:
            return (value is not None) == self.present
        return value in self.values


@dataclass(frozen=True)
class ClockRule:
    """One entry of the policy; `warn` is the share of the span after which the clock warns (CL9)."""

    name: str
    kind: str
    starts: tuple[str, ...]
    when: tuple[Condition, ...]
    span: FixedSpan | ByFact
    rule: str
    met_by: frozenset[str]
    warn: Fraction
    zh: str
    en: str

    def starts_on(self, moment: str, facts: Facts) -> bool:
        return moment in self.starts and all(condition.holds(facts) for condition in self.when)

    def span_for(self, facts: Facts) -> FixedSpan:
        """The span under these facts; MissingFact when they do not decide it."""
        if not isinstance(self.span, ByFact):
            return self.span
        value = facts.get(self.span.fact)
        span = self.span.spans.get(str(value))
        if span is None:
            raise MissingFact(f"clock {self.name}: no span for {self.span.fact} {value!r}")
        return span


@dataclass(frozen=True)
class ClockPolicy:
    """All clocks, in the file's order: of two entries of one kind the first that matches counts."""

    moments: frozenset[str]
    clocks: tuple[ClockRule, ...]

    def started_on(self, moment: str, facts: Facts) -> tuple[ClockRule, ...]:
        """The clocks that the moment starts under these facts, one per kind; UnknownMoment for a word not listed."""
        if moment not in self.moments:
            raise UnknownMoment(f"clocks.yml lists no moment {moment!r}, only {', '.join(sorted(self.moments))}")
        chosen: dict[str, ClockRule] = {}
        for clock in self.clocks:
            if clock.starts_on(moment, facts):
                chosen.setdefault(clock.kind, clock)
        return tuple(chosen.values())

    def clock(self, kind: str, rule: str, moment: str | None = None) -> ClockRule:
        """The entry behind a limit; KeyError when this policy has none.

        Of several under one rule, which say the same in all but their spans, the one that the moment starts."""
        entries = [clock for clock in self.clocks if (clock.kind, clock.rule) == (kind, rule)]
        if not entries:
            raise KeyError(f"no clock {kind} under rule {rule}")
        return next((clock for clock in entries if moment in clock.starts), entries[0])

    def met_by(self, kind: str, rule: str) -> frozenset[str]:
        """The acts that meet the clock of this kind and rule."""
        return self.clock(kind, rule).met_by
