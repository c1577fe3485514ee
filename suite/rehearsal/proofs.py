"""What an operator and a supervisor ask of time limits: why each is what it is, and what other policies would make."""

from suite.rehearsal.people import OPERATOR, PROVINCE
from suite.rehearsal.stage import Stage


def look_round(stage: Stage) -> None:
    """At every clock of every case, and at a simulation that changes nothing."""
    for saved in list(stage.cases.known.values()):
        for clock in saved.state.clocks:
            stage.call("escalation.explain", saved.id, {"clock": clock.clock_id}, by=PROVINCE)
    stage.call("escalation.simulate", {}, by=OPERATOR)
