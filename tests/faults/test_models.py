"""The protocols as models, every state looked at: promises hold, and none does without the mechanism that keeps it."""

import re

import pytest

from model.models import MODELS, WITHOUT
from model.spin import ROOM, endless, explore
from shared.settings import PROJECT

LINE = re.compile(r"^\| `(\w+)` \|.* \| ([\d,]+) \|$", re.MULTILINE)  # of the table of models
TOLD = {
    name: int(states.replace(",", ""))
    for name, states in LINE.findall((PROJECT / "docs" / "reliability.md").read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("name", MODELS)
def test_F1_whatever_is_killed_at_whichever_step_no_state_breaks_the_promise(name: str) -> None:
    found = explore(name)

    assert not found.broken, found.way
    assert found.states == TOLD[name], "fewer: something was left out; more: readers are told less"


@pytest.mark.parametrize("name", MODELS)
def test_F1_under_finitely_many_faults_every_course_comes_to_its_end(name: str) -> None:
    assert not endless(name).broken


@pytest.mark.parametrize(("name", "lack"), [(name, lack) for name in MODELS for lack in WITHOUT[name]])
def test_without_the_mechanism_the_promise_breaks_and_the_way_there_is_told(name: str, lack: str) -> None:
    found = explore(name, lack)

    assert found.broken
    assert found.way


def test_every_switch_of_a_model_is_taken_away_once() -> None:
    for name in MODELS:
        text = (ROOM / f"{name}.pml").read_text()
        tested = {line.split()[-1].strip("()") for line in text.splitlines() if line.startswith(("#ifdef", "#elif"))}
        tested |= {line.split()[1] for line in text.splitlines() if line.startswith("#ifndef NO_")}
        assert tested == set(WITHOUT[name]), name
