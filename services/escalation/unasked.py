"""What time must not break yet: nobody has asked those who would know whether the clock was met. Pure.

Intake knows of every act on the complaint; refund of what ends a pre-refund's clock (CL5). A break is never undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.escalation import history as h
from services.escalation.facts import LONG_AGO
from services.escalation.model import Case

ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """intake: up to which instant it was asked. refunds: the pre-refunds about which refund was asked."""

    intake: datetime = LONG_AGO
    refunds: frozenset[str] = frozenset()


class NotAsked(Exception):
    """Clocks would break that intake, or refund (`refunds`: about these pre-refunds), was not asked about."""

    def __init__(self, intake: bool, refunds: frozenset[str]) -> None:
        super().__init__("nobody was asked whether these clocks were met")
        self.intake, self.refunds = intake, refunds


def asked_about(case: Case, events: Sequence[Any], asked: Asked) -> Sequence[Any]:
    """The events, if whatever they break was asked about; else raises NotAsked."""
    broken = {event.clock_id: event.noticed_at for event in events if isinstance(event, h.ClockBroken)}
    refunds = frozenset(broken) & verifications(case, ALWAYS)
    intake = any(at > asked.intake for clock_id, at in broken.items() if clock_id not in refunds)
    if intake or refunds - asked.refunds:
        raise NotAsked(intake, refunds - asked.refunds)
    return events


def verifications(case: Case, until: datetime) -> frozenset[str]:
    """The pre-refunds whose clocks break by then."""
    running = (clock for clock in case.running if clock.moment == "pre_refunded")
    return frozenset(clock.clock_id for clock in running if clock.breaks_at <= until)
