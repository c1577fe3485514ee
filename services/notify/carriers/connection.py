"""One TCP connection to the carrier, from its opening to its end: one reader, one writer at a time."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import structlog

from services.notify.carriers.answers import Answers
from services.notify.carriers.dialect import Answer, Delivery, Dialect, Request
from services.notify.carriers.errors import LinkLost, NoAnswer
from services.notify.carriers.frames import BrokenFrame, FrameReader

log = structlog.get_logger(__name__)

CHUNK = 65_536


class Connection:
    """
    `deliver(connection, delivery)` takes receipts and inbound SMS off the reader's hands.

    A write that does not finish within `write_s` ends the connection: half a frame can never be mended.
    """

    def __init__(
        self, sock: socket.socket, dialect: Dialect, deliver: Callable[["Connection", Delivery], None], write_s: float
    ) -> None:
        sock.settimeout(write_s)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._dialect, self._deliver = sock, dialect, deliver
        self._frames = FrameReader(dialect.shortest_frame, dialect.longest_frame)
        self._answers = Answers(dialect.last_sequence)
        self._writing = threading.Lock()
        self._heard_at = time.monotonic()
        self.closed = threading.Event()
        self.reason = ""

    def silent_s(self) -> float:
        """Seconds since the other side was heard last."""
        return time.monotonic() - self._heard_at

    def call(
        self, make: Callable[[int], bytes], answer_s: float, late: Callable[[Future[Answer]], None] | None = None
    ) -> Answer:
        """
        Sends the frame `make(sequence)` and waits for its answer.

        Raises NeverSent, LinkLost (the connection went) or NoAnswer (`answer_s` is over; `late` hears the end of it).
        """
        sequence = self._answers.next_sequence()
        frame = make(sequence)
        answer = self._answers.expect(sequence)
        self.send(frame)
        try:
            return answer.result(answer_s)
        except TimeoutError:
            if late:
                answer.add_done_callback(late)
            raise NoAnswer(f"no answer within {answer_s:g} s") from None

    def send(self, frame: bytes) -> None:
        """Writes a whole frame or ends the connection and raises LinkLost."""
        try:
            with self._writing:
                self._socket.sendall(frame)
        except OSError as error:
            self.close(f"writing failed: {error}")
            raise LinkLost(self.reason) from error

    def read_on(self) -> None:
        """Reads until the connection ends; whatever ends it, those who wait are told."""
        try:
            while not self.closed.is_set():
                self._read_some()
        except (OSError, BrokenFrame, LinkLost) as error:
            self.close(str(error))
        finally:
            self.close("ended")
            self._socket.close()

    def close(self, reason: str) -> None:
        """Ends the connection; the first reason stays."""
        if not self.closed.is_set():
            self.reason = self.reason or reason
            self.closed.set()
            self._shut_down()
        self._answers.abandon(self.reason)

    def _shut_down(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes a reader or writer that close() alone would leave waiting
        except OSError:
            return  # the other side was faster

    def _read_some(self) -> None:
        try:
            octets = self._socket.recv(CHUNK)
        except TimeoutError:
            return  # silence is the keepalive's business
        if not octets:
            raise LinkLost("the other side closed the connection")
        self._heard_at = time.monotonic()
        for frame in self._frames.feed(octets):
            self._arrived(frame)
            time.sleep(0)  # green threads change only where one waits: who sends without pause must not stop the others

    def _arrived(self, frame: bytes) -> None:
        arrival = self._dialect.read(frame)
        if isinstance(arrival, Answer):
            self._answers.settle(arrival)
        elif isinstance(arrival, Delivery):
            self._deliver(self, arrival)
        else:
            self._answer_at_once(arrival)

    def _answer_at_once(self, request: Request) -> None:
        if request.trouble:
            log.warning("carrier_frame_not_understood", why=request.trouble)
        self.send(request.answer)
        if request.ends:
            raise LinkLost("the other side said goodbye")
