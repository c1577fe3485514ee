"""What an operator and a supervisor ask of time limits: why each is what it is, and what other policies would make."""

from typing import Any

from shared.policies import Policy, parse
from shared.policies.calendar import CALENDAR
from shared.providers import InForce
from suite.rehearsal import requests as r
from suite.rehearsal.acting import registered
from suite.rehearsal.people import OPERATOR, PROVINCE
from suite.rehearsal.stage import Stage, hour, policies

LATE = 1000  # hours, after all else: Monday 2027-01-04
LATE_NOTICE = """
official: {2026: "2025-11-04", 2027: "2026-12-30"}
days_off: {"2027-01-05": 临时放假}
working_days: {}
"""


class _WithTheNotice:
    """In place of the versions kept in MongoDB: those before, and the notice's."""

    def __init__(self, before: InForce) -> None:
        self._before, self.notice = before, parse(CALENDAR, LATE_NOTICE)

    def read(self, policy: Policy, version: str) -> Any:
        return self.notice.value if version == self.notice.version else self._before.versions.read(policy, version)


def under_the_notice() -> InForce:
    """Escalation's policies after a restart with the late notice."""
    before = policies("escalation")
    versions = _WithTheNotice(before)
    in_force = InForce(versions.notice if each.policy is CALENDAR else each for each in before.loaded())
    in_force.versions = versions  # type: ignore[assignment]  # the one method that services use
    return in_force


def late_notice(stage: Stage) -> None:
    """A notice that comes out while a limit in working days runs: looked at, applied, applied again."""
    registered(stage, r.PLAIN | {"category": r.FAULT_LEAF}, at=LATE)
    stage.call("escalation.calendar_effect", {"calendar": LATE_NOTICE}, by=OPERATOR, at=hour(LATE + 1))
    stage.services["escalation"].policies = under_the_notice()
    for _ in range(2):
        stage.call("escalation.apply_calendar", {"request_id": "notice"}, by=OPERATOR)
    stage.deliver()


def look_round(stage: Stage) -> None:
    """At every clock of every case, and at a simulation that changes nothing."""
    for saved in list(stage.cases.known.values()):
        for clock in saved.state.clocks:
            stage.call("escalation.explain", saved.id, {"clock": clock.clock_id}, by=PROVINCE)
    stage.call("escalation.simulate", {}, by=OPERATOR)
