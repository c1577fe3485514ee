"""MJ3: a policy list says what makes a complaint major."""

import pytest

from services.major import MajorPolicy
from services.major_schema import MAJOR
from shared.policies import PolicyFaults, load, parse
from shared.settings import PROJECT


@pytest.fixture(scope="module")
def major() -> MajorPolicy:
    policy: MajorPolicy = load(PROJECT / "policies", (MAJOR,))["major"]
    return policy


@pytest.mark.parametrize(
    "trigger",
    "media_present media_threat legal regulator disturbance violence group high_value beyond_authority manager".split(),
)
def test_MJ3_each_listed_trigger_makes_a_complaint_major(major: MajorPolicy, trigger: str) -> None:
    assert major.trigger_among([trigger], None) == trigger
    assert major.knows(trigger)


def test_MJ3_a_disputed_amount_over_the_limit_does_so_too(major: MajorPolicy) -> None:
    limit = major.disputed_amount_over_fen

    assert [major.trigger_among([], fen) for fen in (limit, limit + 1)] == [None, "disputed_amount"]
    assert major.knows("disputed_amount")


def test_MJ3_without_trigger_and_amount_a_complaint_is_not_major(major: MajorPolicy) -> None:
    assert major.trigger_among([], None) is None
    assert not major.knows("weather")


def test_MJ3_a_trigger_that_the_operator_took_off_the_list_no_longer_makes_it_major() -> None:
    policy = parse(MAJOR, "triggers: [legal]\ndisputed_amount_over_fen: 100").value

    assert policy.trigger_among(["media_threat", "legal"], None) == "legal"
    assert policy.trigger_among(["media_threat"], None) is None


@pytest.mark.parametrize(
    "text", ["triggers: [weather]\ndisputed_amount_over_fen: 1", "triggers: []\ndisputed_amount_over_fen: 1.5"]
)
def test_a_wrong_trigger_or_amount_is_a_fault(text: str) -> None:
    with pytest.raises(PolicyFaults):
        parse(MAJOR, text)
