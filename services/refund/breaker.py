"""A BOSS that does not answer is left alone for a while: no replica hangs on it, and nothing new becomes unknown.

One breaker a process, safe for several threads. Times are seconds of a clock that never jumps.
"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from services.refund.outcomes import Late, NoAnswer
from services.refund.rules import BreakerRules

Way = Literal["free", "try", "closed"]
CANNOT = "http_501"  # an answer all the same: what BOSS cannot do it does not do


def silent(outcome: object) -> bool:
    """Whether BOSS was not there or broken: no refusal, no entry, no sentence of any kind."""
    said = outcome.said if isinstance(outcome, Late) else outcome
    broken = isinstance(said, NoAnswer) and said.why.startswith("http_5") and said.why != CANNOT
    return broken or (isinstance(said, NoAnswer) and said.why in ("timeout", "connection_lost"))


@dataclass
class Breaker:
    """Open after so many silences in a row; then one try at a time, each after a pause twice as long."""

    _silences: int = 0
    _openings: int = 0
    _until: float = 0.0
    _trying: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def open(self) -> bool:
        return self._openings > 0

    def way(self, now: float, rules: BreakerRules) -> Way:
        """`free`: go. `try`: you alone, to find out whether BOSS is back. `closed`: not now."""
        with self._lock:
            if not self.open:
                return "free"
            if now < self._until:
                return "closed"
            self._until, self._trying = now + self._pause(rules), True  # whoever comes meanwhile waits for this one
            return "try"

    def heard(self) -> bool:
        """BOSS has answered; True where it was thought to be away."""
        with self._lock:
            was_open, self._silences, self._openings = self.open, 0, 0
            return was_open

    def missed(self, now: float, rules: BreakerRules) -> bool:
        """BOSS has not answered; True where it is left alone from now on."""
        with self._lock:
            self._silences += 1
            opens = not self.open and self._silences >= rules.after
            if opens or (self.open and self._trying):  # who was under way when it opened says nothing new
                self._openings, self._trying = self._openings + 1, False
                self._until = now + self._pause(rules)
            return opens

    def _pause(self, rules: BreakerRules) -> float:
        doublings = min(max(self._openings - 1, 0), 30)
        return float(min(rules.first.total_seconds() * (1 << doublings), rules.longest.total_seconds()))
