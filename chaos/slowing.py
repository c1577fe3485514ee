"""`SLOW_AT=event_begun:0.2`: whoever passes this point waits so many seconds there; its process does not.

Slow readers wait for somebody else: the worker sleeps, the other work of its process goes on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import eventlet

from chaos import points
from chaos.crashing import written_point
from chaos.seams import Seams

WRITTEN = re.compile(r"([a-z_]+):(\d{1,3}(?:\.\d{1,3})?)")


@dataclass(frozen=True)
class Slowness:
    """A point, and the seconds that everybody waits there."""

    point: points.Point
    seconds: float

    @classmethod
    def read(cls, text: str, service: str) -> Self:
        """From `name:seconds`. Raises NoSuchPoint."""
        point, seconds = written_point(WRITTEN, text, service, "cannot be slow at (<point>:<seconds>)")
        return cls(point, float(seconds))


def slow(seams: Seams, slowness: Slowness, wait: Callable[[float], object] = eventlet.sleep) -> None:
    """Everybody who passes waits."""
    point = slowness.point

    def hook(args: tuple[Any, ...], result: Any) -> None:
        if point.only(args, result):
            wait(slowness.seconds)

    seams.on(point.seam, point.side, hook)
