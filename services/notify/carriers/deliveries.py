"""What goes from link to sink: a bounded queue with a few workers, so that a slow store never holds up the reader."""

import queue
import threading
from collections.abc import Callable
from functools import partial

import structlog

from services.notify.carriers.connection import Connection
from services.notify.carriers.dialect import Delivery
from services.notify.carriers.errors import LinkTrouble
from services.notify.carriers.traffic import Outcome, Receipt, Segment, Sink
from shared.bus.answers import server_away, where
from shared.clock import monotonic
from shared.errors import Unavailable

IN_GOOD_TIME_S = 5.0  # no carrier has given the answer up by then

log = structlog.get_logger(__name__)


class Deliveries:
    """The carrier is answered after the sink returned; a full queue or a failing sink makes it send again."""

    def __init__(self, sink: Sink, workers: int = 4, waiting: int = 200) -> None:
        self._sink = sink
        self._queue: queue.Queue[Callable[[], object] | None] = queue.Queue(waiting)
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self._open = True

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Works off what has been taken, refuses what comes now."""
        self._open = False
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.join()

    def take(self, connection: Connection, delivery: Delivery) -> None:
        """A receipt or an inbound SMS."""
        if not self._queued(partial(self._deliver, connection, delivery, monotonic())):
            _answer(connection, delivery.failed)

    def late(self, segment: Segment, outcome: Outcome) -> None:
        """An answer that nobody waited for any more; without room it is forgotten, as if it had never come."""
        self._queued(partial(self._hand_over, partial(self._sink.late_answer, segment, outcome)))

    def _queued(self, work: Callable[[], object]) -> bool:
        try:
            if self._open:
                self._queue.put_nowait(work)
        except queue.Full:
            return False
        return self._open

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def _deliver(self, connection: Connection, delivery: Delivery, came_at: float) -> None:
        content = delivery.content
        if isinstance(content, Receipt):
            stored = self._hand_over(partial(self._sink.receipt, content))
        else:
            stored = self._hand_over(partial(self._sink.inbound, content))
        told = _answer(connection, delivery.stored if stored else delivery.failed)
        if stored and told and monotonic() - came_at < IN_GOOD_TIME_S and not isinstance(content, Receipt):
            self._hand_over(partial(self._sink.answered, content))

    def _hand_over(self, store: Callable[[], None]) -> bool:
        try:
            store()
        except Exception as fault:  # noqa: BLE001  whatever it is, the carrier sends again
            _tell(fault)
            return False
        return True


def _tell(fault: Exception) -> None:
    """A database that is away is one line; anything else shows where."""
    if isinstance(fault, Unavailable) or server_away(fault):
        log.warning("delivery_not_stored", why=where(fault))
    else:
        log.error("delivery_not_stored", exc_info=fault)


def _answer(connection: Connection, frame: bytes) -> bool:
    """Whether the answer left."""
    try:
        if frame:
            connection.send(frame)
    except LinkTrouble as trouble:
        log.info("delivery_not_answered", why=str(trouble))  # it comes again; storing it twice harms nothing
        return False
    return True
