"""The score of a hall from audited samples (KP4)."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.improving.sample import SAMPLES, Finding, Sample, audited, scores
from shared.aggregate import Actor, Stamp
from tests.unit.intake.makers import MONDAY

UNRECORDED, NEITHER = Finding("一", True, False), Finding("二", False, False)
GOOD, ONLY_RECORDED = Finding("三", True, True), Finding("四", False, True)
findings = st.lists(st.builds(Finding, st.just("一"), st.booleans(), st.booleans()), min_size=1, max_size=8)


def sample(*found: Finding, hall: str = "SZ-FT", at: datetime = MONDAY) -> Sample:
    event = audited("s1", "SZ", hall, found)
    known = SAMPLES.fold(None, [(event, Stamp(1, at, Actor("B1001", "branch", "SZ")))])
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("found", "score"),
    [
        ([GOOD], 10),
        ([ONLY_RECORDED], 10),
        ([UNRECORDED], 5),
        ([NEITHER], 0),
        ([UNRECORDED, UNRECORDED], 0),
        ([UNRECORDED, NEITHER, NEITHER], 0),
    ],
)
def test_KP4_five_off_for_solved_but_unrecorded_and_ten_for_neither_never_below_nought(found: Any, score: int) -> None:
    assert scores([sample(*found)])[0].score == score


def test_KP4_a_halls_samples_of_a_period_add_up() -> None:
    found = scores([sample(UNRECORDED), sample(UNRECORDED, GOOD), sample(GOOD, hall="SZ-LH")])

    assert [(each.hall, each.samples, each.cases, each.score) for each in found] == [
        ("SZ-FT", 2, 3, 0),
        ("SZ-LH", 1, 1, 10),
    ]


@given(st.lists(findings, min_size=1, max_size=5))
def test_KP4_the_score_is_the_same_however_findings_are_cut_into_samples(several: list[list[Finding]]) -> None:
    together = [each for found in several for each in found]

    assert scores([sample(*found) for found in several])[0].score == scores([sample(*together)])[0].score
    assert 0 <= scores([sample(*together)])[0].score <= 10
