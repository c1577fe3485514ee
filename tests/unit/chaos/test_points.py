"""The table of crash points: every seam is there, every name means one step."""

import inspect
from collections import Counter

import pytest

from chaos import points
from chaos.crashing import NoSuchPoint, Passing
from chaos.edges import EDGES
from chaos.points import POINTS
from chaos.seams import found
from chaos.windows import WINDOWS
from services import SERVICES

SEAMS = sorted({point.seam for point in POINTS} | {edge.seam for edge in EDGES})


@pytest.mark.parametrize("seam", SEAMS)
def test_every_seam_is_a_method_of_the_product_that_ends_when_it_returns(seam: str) -> None:
    owner, name = found(seam)
    method = getattr(owner, name)
    assert inspect.isfunction(method)
    assert not inspect.isgeneratorfunction(method), "its body would run later than the seam"


def test_every_name_is_one_step() -> None:
    assert [name for name, times in Counter(point.name for point in POINTS).items() if times > 1] == []


def test_every_window_begins_and_ends_somewhere_and_has_a_point_in_it() -> None:
    for window in WINDOWS:
        assert {edge.enters for edge in EDGES if edge.window == window} == {True, False}, window
        assert [point for point in POINTS if point.window == window], window
    assert {point.window for point in POINTS} <= {"", *WINDOWS}


def test_every_service_has_the_common_steps_and_its_own() -> None:
    common = {point.name for point in POINTS if point.services == SERVICES}
    for service in SERVICES:
        assert common <= {point.name for point in points.of(service)}
    assert {"boss_called", "boss_answered"} <= {point.name for point in points.of("refund")}
    assert {"submit_sent", "submit_answered"} <= {point.name for point in points.of("notify")}


def test_a_passing_is_read_from_its_name_and_number() -> None:
    assert Passing.read("boss_called", "refund").nth == 1
    assert Passing.read("boss_called:12", "refund") == Passing(Passing.read("boss_called", "refund").point, 12)


@pytest.mark.parametrize("text", ["", "nowhere", "boss_called", "changed:0", "changed:x", "changed:", ":1"])
def test_what_names_no_point_of_the_service_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPoint):
        Passing.read(text, "intake")
