"""How long to wait before the next try. Pure: the die is passed in."""

from collections.abc import Callable


def pause_s(tries: int, first_s: float, longest_s: float, dice: Callable[[], float]) -> float:
    """Doubles from `first_s` to `longest_s`; its upper half is left to `dice` (0..1), so that replicas part."""
    whole = min(longest_s, first_s * 2.0 ** min(tries, 30))
    return whole / 2 + whole / 2 * dice()
