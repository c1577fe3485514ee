"""`CRASH_AT=changed:3`: the process kills itself at the third passing of a point. `FAIL_AT=…`: from there on it fails.

A failure is what a server that went away looks like; it stays until the process ends."""

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from chaos import points
from chaos.seams import Seams

TURN_SECONDS = 0.04  # longer than acknowledgements wait for company
WRITTEN = re.compile(r"([a-z_]+)(?::([1-9]\d{0,5}))?")


class NoSuchPoint(Exception):
    """What was asked for names no point of this service."""


class SentAway(ConnectionError):
    """The failure that FAIL_AT makes."""


@dataclass(frozen=True)
class Passing:
    """The nth passing of a point, in one process."""

    point: points.Point
    nth: int = 1

    @classmethod
    def read(cls, text: str, service: str) -> Self:
        """From `name` or `name:nth`. Raises NoSuchPoint."""
        point, nth = written_point(WRITTEN, text, service, "has no crash point")
        return cls(point, int(nth or 1))


def written_point(form: re.Pattern[str], text: str, service: str, without: str) -> tuple[points.Point, str]:
    """The point whose name is the first group of this form, and the second group as it is.

    Raises NoSuchPoint; `without` says what the service then has not, or cannot."""
    written = form.fullmatch(text)
    known = {point.name: point for point in points.of(service)}
    if not written or written[1] not in known:
        raise NoSuchPoint(f"{service} {without} {text!r}; it has {', '.join(known)}")
    return known[written[1]], written[2]


def crash(seams: Seams, passing: Passing) -> None:
    """The process dies at this passing."""
    _at(seams, passing, _die)


def fail(seams: Seams, passing: Passing) -> None:
    """At this passing and all after it, a server seems to be away."""
    _at(seams, passing, _give_up)


def _at(seams: Seams, passing: Passing, then: Callable[[points.Point], None]) -> None:
    passed, point = count(1), passing.point

    def hook(args: tuple[Any, ...], result: Any) -> None:
        if point.only(args, result) and next(passed) >= passing.nth:
            then(point)

    seams.on(point.seam, point.side, hook)


def _die(point: points.Point) -> None:
    if point.turn:
        time.sleep(TURN_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _give_up(_point: points.Point) -> None:
    raise SentAway
