"""Dying at a point, failing from a point on."""

import os
import signal
from typing import Any

import pytest

from chaos.crashing import Passing, SentAway, crash, fail
from chaos.points import Point
from chaos.seams import Seams

HERE = f"{__name__}:Shop"


class Shop:
    """What a product's class might be."""

    def sell(self, what: str) -> str:
        return what


@pytest.fixture
def point(monkeypatch: pytest.MonkeyPatch) -> Point:
    """Around Shop.sell, where something good is sold; nothing stays of it after the test."""
    monkeypatch.setattr(Shop, "sell", Shop.sell)
    return Point("sold", f"{HERE}.sell", "after", only=lambda _, sold: sold == "good")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The signals that this process would have sent."""
    sent: list[Any] = []
    monkeypatch.setattr(os, "kill", lambda *signalled: sent.append(signalled))
    return sent


def test_the_process_kills_itself_at_the_passing_that_counts(point: Point, killed: list[Any]) -> None:
    seams, shop = Seams(), Shop()
    crash(seams, Passing(point, 2))
    seams.put()
    for sold in ("good", "bad", "bad"):
        shop.sell(sold)
    assert killed == []
    shop.sell("good")
    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_from_a_point_on_a_server_seems_to_be_away(point: Point) -> None:
    seams, shop = Seams(), Shop()
    fail(seams, Passing(point, 2))
    seams.put()
    assert shop.sell("good") == "good"
    for _ in range(2):
        assert shop.sell("bad") == "bad"
        with pytest.raises(SentAway):
            shop.sell("good")
