"""The run's own time never makes up for what it stood still."""

from chaos.firing import FireTime


def test_it_stands_at_nought_until_it_begins() -> None:
    firing = FireTime(lambda: 50.0)
    firing.hold(9.0)
    assert (firing.now, firing.elapsed, firing.begun) == (0.0, 0.0, False)


def test_it_goes_on_like_any_clock_where_nothing_holds_it() -> None:
    seconds = iter([10.0, 10.0, 13.0, 13.0]).__next__
    firing = FireTime(seconds)
    firing.begin()
    firing.hold(100.0)
    assert (firing.now, firing.elapsed) == (3.0, 3.0)


def test_what_it_was_held_back_is_not_made_up_for() -> None:
    at = 0.0
    firing = FireTime(lambda: at)
    firing.begin()
    firing.hold(5.0)
    at = 60.0
    assert firing.now == 5.0
    firing.hold(100.0)
    assert firing.now == 5.0
    at = 61.5
    assert (firing.now, firing.elapsed) == (6.5, 61.5)


def test_it_never_goes_back() -> None:
    at = 4.0
    firing = FireTime(lambda: at)
    firing.begin()
    firing.hold(9.0)
    at = 8.0
    assert firing.now == 4.0
    firing.hold(1.0)
    assert firing.now == 4.0
