"""The run's own time never makes up for what it stood still."""

from dataclasses import dataclass

from chaos.firing import FireTime


@dataclass
class Hand:
    """A clock that is moved; `firing` has begun on it at nought, and may go to `most`."""

    most: float
    at: float = 0.0

    def __post_init__(self) -> None:
        self.firing = FireTime(lambda: self.at)
        self.firing.begin()
        self.firing.hold(self.most)

    def now(self, at: float) -> float:
        """What the run's own time is then."""
        self.at = at
        return self.firing.now


def test_it_stands_at_nought_until_it_begins() -> None:
    firing = FireTime(lambda: 50.0)
    firing.hold(9.0)
    assert (firing.now, firing.elapsed, firing.begun) == (0.0, 0.0, False)


def test_it_goes_on_like_any_clock_where_nothing_holds_it() -> None:
    hand = Hand(100.0)
    assert (hand.now(3.0), hand.firing.elapsed) == (3.0, 3.0)


def test_what_it_was_held_back_is_not_made_up_for() -> None:
    hand = Hand(5.0)
    assert hand.now(60.0) == 5.0
    hand.firing.hold(100.0)
    assert hand.now(60.0) == 5.0
    assert (hand.now(61.5), hand.firing.elapsed) == (6.5, 61.5)


def test_it_never_goes_back() -> None:
    hand = Hand(9.0)
    assert hand.now(4.0) == 4.0
    hand.firing.hold(1.0)
    assert hand.now(4.0) == 4.0
