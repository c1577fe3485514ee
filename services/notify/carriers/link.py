"""The link to one carrier account: kept up, bounded by its window, ended in good order."""

import random
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import structlog

from services.notify.carriers.backoff import pause_s
from services.notify.carriers.connection import Connection
from services.notify.carriers.deliveries import Deliveries
from services.notify.carriers.dialect import Answer, Dialect
from services.notify.carriers.errors import LinkTrouble, NeverSent
from services.notify.carriers.keepalive import keep_alive
from services.notify.carriers.pace import Pace
from services.notify.carriers.traffic import THROTTLED, Outcome, Refused, Segment, Sink, Unknown
from services.notify.carriers.window import Window

LINK_DOWN = Refused("link_down", THROTTLED)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Timers:
    """Seconds of machine time: for an answer, of silence before a keepalive, to connect, between tries to connect."""

    answer_s: float = 10.0
    idle_s: float = 20.0
    connect_s: float = 5.0
    first_pause_s: float = 0.2
    longest_pause_s: float = 10.0


class Link:
    """`submit` may be called from any number of threads; `sink` is told of receipts, inbound SMS and late answers."""

    def __init__(
        self, address: tuple[str, int], dialect: Dialect, sink: Sink, window: int = 16, timers: Timers | None = None
    ) -> None:
        self._address, self._dialect = address, dialect
        self._window, self._timers = Window(window), timers or Timers()
        self._pace = Pace(self._timers.first_pause_s, self._timers.longest_pause_s)
        self._deliveries = Deliveries(sink)
        self._connection: Connection | None = None
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.logins = 0

    @property
    def up(self) -> bool:
        return self._connection is not None and not self._stopping.is_set()

    @property
    def free(self) -> int:
        """How many segments could be submitted now without waiting; none while the carrier wants us slower."""
        return self._window.free if self.up and not self._pace.pausing else 0

    def start(self) -> None:
        self._deliveries.start()
        self._keeper.start()

    def stop(self, drain_s: float) -> None:
        """No new submits; waits `drain_s` for answers under way, stores what has arrived, says goodbye, closes."""
        self._stopping.set()
        if self._keeper.ident is None:
            return  # it never started
        self._window.drained(drain_s)
        self._deliveries.stop()
        if connection := self._connection:
            self._say_goodbye(connection)
        self._keeper.join(self._timers.connect_s + 1.0)

    def submit(self, segment: Segment) -> Outcome:
        """Sends once the window has room, waits for the answer. A link that is down refuses: `link_down`."""
        with self._window.slot():
            outcome = self._submitted(segment)
            if outcome is not LINK_DOWN:
                self._pace.heard(outcome)
            return outcome

    def _submitted(self, segment: Segment) -> Outcome:
        connection = self._connection
        if connection is None or self._stopping.is_set():
            return LINK_DOWN
        try:
            make, late = partial(self._dialect.submit, segment=segment), partial(self._heard_late, segment)
            return self._dialect.outcome(connection.call(make, self._timers.answer_s, late))
        except NeverSent:
            return LINK_DOWN
        except LinkTrouble as trouble:
            return Unknown(str(trouble))

    def _heard_late(self, segment: Segment, answer: Future[Answer]) -> None:
        if not answer.exception():
            self._deliveries.late(segment, self._dialect.outcome(answer.result()))

    def _keep(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            before = self.logins
            self._hold_connection()
            tries = 0 if self.logins > before else tries + 1
            pause = pause_s(tries, self._timers.first_pause_s, self._timers.longest_pause_s, random.random)
            self._stopping.wait(pause)

    def _hold_connection(self) -> None:
        """One connection from its opening to its end."""
        connection = None
        try:
            connection = self._connected()
            self._dialect.check_login(connection.call(self._dialect.login, self._timers.answer_s))
            self._connection = connection
            self.logins += 1
            log.info("carrier_link_up", address=self._address)
            keep_alive(connection, self._dialect, self._timers.idle_s, self._timers.answer_s)
            log.warning("carrier_link_lost", why=connection.reason)
        except (OSError, LinkTrouble) as trouble:
            log.warning("carrier_link_down", why=str(trouble))
        finally:
            self._connection = None
            if connection:
                connection.close("dropped")

    def _connected(self) -> Connection:
        sock = socket.create_connection(self._address, self._timers.connect_s)
        connection = Connection(sock, self._dialect, self._deliveries.take, self._timers.answer_s)
        threading.Thread(target=connection.read_on, daemon=True).start()
        return connection

    def _say_goodbye(self, connection: Connection) -> None:
        try:
            connection.call(self._dialect.goodbye, self._timers.connect_s)
        except LinkTrouble as trouble:
            log.info("carrier_goodbye_unanswered", why=str(trouble))
        connection.close("stopped")
