"""How other services are asked: one that is not set up to answer is asked again later, like one that is away."""

import logging
import time
from typing import Any, Protocol

from shared.clock import monotonic
from shared.errors import (
    Conflict,
    Failed,
    Forbidden,
    InvalidRequest,
    NotFound,
    RuleRefused,
    Unauthenticated,
    Unavailable,
)

PATIENCE, PAUSE = 20.0, 2.0  # seconds: of due work for one that is just starting, and between two questions
FOR_GOOD = (RuleRefused, Conflict, NotFound)
MISFITS = (Unauthenticated, Forbidden, InvalidRequest)

log = logging.getLogger(__name__)


class Line(Protocol):
    """What is called of another service (shared.bus.call)."""

    def call(self, method: str, *args: Any) -> Any: ...


def answer(line: Line, method: str, *args: Any) -> Any:
    """The answer. Raises one of FOR_GOOD, or Unavailable: also where a key, a right or a method is not known there yet.

    No deed of the complaint's leads to those: keys are rotated and versions are rolled out while others are at work."""
    try:
        return line.call(method, *args)
    except MISFITS as misfit:
        log.error("%s is not answered, by a misfit of keys or versions: %s", method, misfit.wire_name)
        raise Unavailable("another service does not know this key or version yet", method=method) from misfit


def patiently(line: Line, method: str, *args: Any) -> Any:
    """As `answer`; asks for PATIENCE seconds where it is Unavailable, which is raised in the end. Failed at once."""
    until = monotonic() + PATIENCE
    while True:
        try:
            return answer(line, method, *args)
        except Failed:
            raise
        except Unavailable:
            if monotonic() + PAUSE >= until:
                raise
            time.sleep(PAUSE)
