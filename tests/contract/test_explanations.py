"""Every explanation that the rehearsed suite gives is counted again by the separate program; every case lived again."""

from typing import Any

from services.escalation.replaying import replayed
from services.escalation.rules import Rules
from suite.rehearsal.everything import everything
from suite.rehearsal.stage import policies
from tests.check_explanation import check


def rules(clocks_version: str, calendar_version: str) -> Rules:
    in_force = policies("escalation")
    return Rules(in_force["clocks"], in_force["ladder"], in_force["calendar"], clocks_version, calendar_version)


def test_CL_every_clock_of_the_rehearsal_explains_itself_so_that_it_can_be_counted_again() -> None:
    answers = everything().answers["escalation.explain"]

    assert len(answers) >= 20
    for said in answers:
        check(said)


def test_CL_every_case_of_the_rehearsal_lived_again_from_its_record_is_as_it_was() -> None:
    cases: Any = [saved.state for saved in everything().cases.known.values()]

    assert len(cases) >= 5
    for case in cases:
        again = replayed(case.record, rules)
        assert (again.clocks, again.level, again.awaiting) == (case.clocks, case.level, case.awaiting)


def test_a_simulation_without_a_draft_gives_what_was_recorded() -> None:
    (answer,) = everything().answers["escalation.simulate"]

    kinds = answer["clocks"]["all"]["all"]
    assert answer["cases"] == len(everything().cases.known)
    assert all(sums["recorded"] == sums["draft"] for sums in kinds.values())
    assert answer["reached"]["recorded"] == answer["reached"]["draft"]
    assert answer["worse"] == []
