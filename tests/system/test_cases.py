"""The manuals' cases, played through the suite as processes, two of every service at once."""

from rich.console import Console

from services import SERVICES
from suite.play.__main__ import CASES, MONDAY, perform
from suite.play.callers import Callers
from suite.play.script import Person, read
from suite.running import Suite
from tests.check_explanation import check
from tests.system.conftest import StartSuite

OPERATOR, PROVINCE = Person("O1001", "operator"), Person("P1001", "province")


def test_every_case_ends_as_the_manuals_expect_with_two_replicas_of_every_service(start_suite: StartSuite) -> None:
    suite = start_suite(dict.fromkeys(SERVICES, 2), MONDAY)
    story = Console(record=True, width=200)

    faults = perform(read(CASES.read_text(encoding="utf-8"), MONDAY), suite, story)

    assert faults == [], story.export_text()
    _every_limit_can_be_counted_again_and_a_replay_is_what_was_recorded(suite)


def _every_limit_can_be_counted_again_and_a_replay_is_what_was_recorded(suite: Suite) -> None:
    """CL1 to CL11 over all cases: the separate program, and a simulation without a draft."""
    with Callers(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch)) as callers:
        sums = callers.call(OPERATOR, "escalation", "simulate", {"limit": 2000})
        assert sums["cases"] >= 10
        assert all(kind["recorded"] == kind["draft"] for kind in sums["clocks"]["all"]["all"].values())
        assert (sums["reached"]["recorded"], sums["worse"]) == (sums["reached"]["draft"], [])
        due = callers.call(PROVINCE, "escalation", "due", {"state": "met", "limit": 200})["items"]
        for complaint_id in {item["complaint_id"] for item in due}:
            for clock in callers.call(PROVINCE, "escalation", "case", complaint_id)["clocks"]:
                check(callers.call(PROVINCE, "escalation", "explain", complaint_id, {"clock": clock["clock_id"]}))
