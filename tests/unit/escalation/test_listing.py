"""The manager's daily due list (KP1): which clocks stand in which list."""

from dataclasses import replace

from services.escalation.listing import listed, soonest
from tests.unit.escalation.makers import Story, facts, hour


def test_KP1_what_has_run_out_is_late_as_long_as_the_complaint_is_open() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(9))
    case = story.now
    handling = next(clock for clock in case.clocks if clock.kind == "handling")

    assert listed(case, "late") == listed(case, "broken") == [handling]
    assert soonest(case)["late"] == hour(8)
    replied = replace(case, facts=replace(case.facts, status="replied"))
    assert (listed(replied, "late"), listed(replied, "broken")) == ([], [handling])
    assert "late" not in soonest(replied)


def test_KP1_the_soonest_running_clock_comes_first() -> None:
    case = Story(facts(brand="vip")).now

    assert listed(case, "running")[0].kind == "handling"
    assert soonest(case)["running"] == hour(8)
