"""Being slow at a point, for as long as is asked."""

import pytest

from chaos.crashing import NoSuchPoint
from chaos.points import Point
from chaos.seams import Seams
from chaos.slowing import Slowness, slow

HERE = f"{__name__}:Shop"


class Shop:
    """What a product's class might be."""

    def sell(self, what: str) -> str:
        return what


def test_everybody_waits_at_each_passing_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shop, "sell", Shop.sell)
    seams, shop, waited = Seams(), Shop(), list[float]()
    point = Point("sold", f"{HERE}.sell", "after", only=lambda _, sold: sold == "good")
    slow(seams, Slowness(point, 0.2), waited.append)
    seams.put()
    assert [shop.sell(each) for each in ("good", "bad", "good")] == ["good", "bad", "good"]
    assert waited == [0.2, 0.2]


def test_a_point_and_its_seconds_are_read() -> None:
    slowness = Slowness.read("event_begun:0.2", "escalation")
    assert (slowness.point.name, slowness.seconds) == ("event_begun", 0.2)


@pytest.mark.parametrize("text", ["event_begun", "event_begun:", "event_begun:x", "boss_called:1", ":1"])
def test_what_is_no_point_of_this_service_or_no_time_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPoint, match="escalation cannot be slow at"):
        Slowness.read(text, "escalation")
