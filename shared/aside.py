"""Each on its own: work that fails is logged and set aside for a while, so those behind have their turn.

The while grows with each failure in a row and has a bound. It is this process's alone: another one may fare better.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.presence import is_away

FIRST, LONGEST = 2.0, 600.0  # seconds
MOST = 5000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Left:
    """Left alone until then (monotonic), for a `pause` of so many seconds."""

    until: float
    pause: float


class Aside:
    """The ids of documents that one process leaves alone for now; beyond MOST the oldest come back early."""

    def __init__(self) -> None:
        self._left: dict[str, _Left] = {}

    def each(self, document_ids: Iterable[str], work: Callable[[str], object]) -> None:
        """Does `work(id)` for all of them, each on its own."""
        for document_id in document_ids:
            self.on_its_own(document_id, work)

    def on_its_own(self, document_id: str, work: Callable[[str], object]) -> None:
        """Does `work(id)`; what fails is logged with its id and set aside, and nothing is raised.

        Raised all the same, as it is nobody's own fault: that the database is away, and Unavailable."""
        try:
            work(document_id)
        except Exception as fault:
            if is_away(fault):
                raise
            self.put(document_id)
            if isinstance(fault, Unavailable):
                raise
            log.exception("work on %s failed; set aside for a while", document_id)
        else:
            self.done(document_id)

    def put(self, document_id: str) -> None:
        """Leaves it alone: FIRST seconds, twice as long as last time where it failed again, LONGEST at most."""
        before = self._left.pop(document_id, None)
        pause = min(before.pause * 2, LONGEST) if before else FIRST
        self._left[document_id] = _Left(monotonic() + pause, pause)
        if len(self._left) > MOST:
            del self._left[next(iter(self._left))]

    def done(self, document_id: str) -> None:
        """Its next failure counts as the first."""
        self._left.pop(document_id, None)

    def ids(self) -> Sequence[str]:
        """What is left alone now. How long it was is remembered for LONGEST after its end."""
        now = monotonic()
        self._left = {document_id: left for document_id, left in self._left.items() if left.until + LONGEST > now}
        return tuple(document_id for document_id, left in self._left.items() if left.until > now)
