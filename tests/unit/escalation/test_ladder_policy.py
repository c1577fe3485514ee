"""policies/ladder.yml: what it says, what it may say, and that an operator's change is obeyed."""

from dataclasses import replace

import pytest

from services.escalation.fitting import chains_are_of_departments
from services.escalation.follow import fire, follow
from services.escalation.ladder_schema import LADDER
from services.escalation.moves import CASES
from services.rights import LEVELS
from shared.policies import PolicyFaults, PolicySet, load, parse
from shared.policies.organisation import ORGANISATION
from tests.unit.escalation.makers import FOLDER, SYSTEM, Stamp, facts, hour, rules

SHIPPED = (FOLDER / "ladder.yml").read_text(encoding="utf-8")


def test_the_shipped_ladder_climbs_to_the_province_on_the_clocks_of_ES4() -> None:
    ladder = rules().ladder

    assert ladder.top == "province"
    assert ladder.raised_by == {
        *("handling", "promise", "opinion", "major_reply", "acceptance", "level"),
        "verification",  # RF4: a broken one rises by one level too
    }


def test_every_kind_that_the_ladder_names_is_a_kind_of_clock() -> None:
    kinds = {clock.kind for clock in rules().clocks.clocks}

    assert rules().ladder.raised_by <= kinds
    assert rules().ladder.extendable <= kinds


def test_every_level_that_can_be_awaited_has_its_acceptance_and_level_clock() -> None:
    for level in LEVELS[1:-1]:
        for moment in ("risen", "accepted"):
            assert rules().clocks.started_on(moment, {"level": level})


def test_ES4_a_switch_stops_the_climb_at_the_branch() -> None:
    stopped = replace(rules(), ladder=parse(LADDER, SHIPPED.replace("top: province", "top: branch")).value)
    case = CASES.fold(None, [(event, Stamp(1, hour(0), SYSTEM)) for event in follow(None, facts(brand="vip"), stopped)])
    assert case

    case = CASES.fold(case, [(event, Stamp(2, hour(0), SYSTEM)) for event in fire(case, hour(1000), stopped)])

    assert case
    assert case.level == "branch"


@pytest.mark.parametrize(
    ("wrong", "right", "path"),
    [
        ("top: arbitration", "top: province", "top"),
        ("top: agent", "top: province", "top"),
        ("round_trips: 0", "round_trips: 3", "round_trips"),
        ("dissatisfied_follow_ups: 0", "dissatisfied_follow_ups: 2", "dissatisfied_follow_ups"),
        ("  flood: [x]\n  media:", "  media:", "alarms"),
        ("  police: 警察\n  support:", "  support:", "opinions_asked"),
        ("unknown: 1\ntop:", "top:", "unknown"),
    ],
)
def test_a_faulty_file_is_refused_by_path(wrong: str, right: str, path: str) -> None:
    with pytest.raises(PolicyFaults, match=rf"ladder\.yml.*{path}"):
        parse(LADDER, SHIPPED.replace(right, wrong, 1))


@pytest.mark.parametrize(
    ("department", "fault"),
    [
        ("generals", "'generals' is no department of organisation.yml in GZ, SZ, ZH"),
        ("billing_support", "'billing_support' is no department of organisation.yml in ZH"),
        ("hotline", "'hotline' is no department of organisation.yml in GZ, SZ, ZH"),
        ("market_service_section", "'market_service_section' has no chain in organisation.yml, so nobody is told"),
    ],
)
def test_ES11_a_level_whose_chain_nobody_would_walk_is_a_fault(department: str, fault: str) -> None:
    text = SHIPPED.replace("branch: general_department", f"branch: {department}")
    policies = PolicySet([*load(FOLDER, [ORGANISATION]).loaded(), parse(LADDER, text)])

    found = [(each.path, each.message) for each in chains_are_of_departments(policies)]

    assert found == [("chain.departments.branch", fault)]
