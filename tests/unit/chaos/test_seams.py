"""Hooks around methods: what they hear, and in which order."""

from typing import Any

import pytest

from chaos.seams import NoSuchSeam, Seams, found

HERE = f"{__name__}:Till"


class Till:
    """What a product's class might be."""

    def take(self, amount: int) -> int:
        if amount < 0:
            raise ValueError(amount)
        return amount * 2


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What hooks around Till.take hear, taken away again after the test."""
    monkeypatch.setattr(Till, "take", Till.take)
    told: list[Any] = []
    seams = Seams()
    for side in ("after", "ended", "before"):
        seams.on(f"{HERE}.take", side, lambda args, result, side=side: told.append((side, args[1], result)))  # type: ignore[misc]
    seams.on(f"{HERE}.take", "before", lambda _args, _result: told.append("second"))
    seams.put()
    return told


def test_hooks_hear_arguments_and_result_in_the_order_they_were_given_in(heard: list[Any]) -> None:
    assert Till().take(3) == 6
    assert heard == [("before", 3, None), "second", ("ended", 3, 6), ("after", 3, 6)]


def test_what_raised_has_ended_and_has_no_after(heard: list[Any]) -> None:
    with pytest.raises(ValueError):
        Till().take(-1)
    assert heard == [("before", -1, None), "second", ("ended", -1, None)]


@pytest.mark.parametrize("gone", ["chaos.no_such_room:Till.take", "chaos.seams:Till.take", "chaos.seams:Seams.take"])
def test_a_seam_that_is_gone_is_named(gone: str) -> None:
    with pytest.raises(NoSuchSeam, match=gone):
        found(gone)
