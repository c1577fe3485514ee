"""What goes to the account: delivery receipts, customers' SMS; sent until they are taken (SMPP 3.4, appendix B)."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from simulators.journal import Journal
from simulators.smsc import pdu

STATES = {"DELIVRD": (2, "001", "000"), "UNDELIV": (5, "000", "027")}


@dataclass(frozen=True)
class Receipt:
    """What became of the segment `id`; `done` is YYMMDDhhmm."""

    id: str
    source: str
    to: str
    state: str
    done: str

    def deliver(self) -> bytes:
        """The body of its deliver_sm: from the phone's number back to the sender."""
        number, delivered, error = STATES[self.state]
        text = (
            f"id:{self.id} sub:001 dlvrd:{delivered} submit date:{self.done} done date:{self.done} "
            f"stat:{self.state} err:{error} text:"
        )
        parameters = {pdu.RECEIPTED_MESSAGE_ID: self.id.encode() + b"\0", pdu.MESSAGE_STATE: bytes((number,))}
        return pdu.write_deliver(self.to, self.source, pdu.IS_RECEIPT, 0, text.encode(), parameters)


@dataclass(frozen=True)
class FromPhone:
    """One part of a customer's SMS, as UCS2 with its user data header if it has one; `octets` as hexadecimal digits."""

    id: str
    source: str
    to: str
    esm_class: int
    octets: str

    def deliver(self) -> bytes:
        """The body of its deliver_sm."""
        return pdu.write_deliver(self.source, self.to, self.esm_class, pdu.UCS2, bytes.fromhex(self.octets))


Owed = Receipt | FromPhone


class Receiver(Protocol):
    def deliver(self, body: bytes, answered: Callable[[int], None]) -> bool: ...


class Receipts:
    """`next_receiver()` gives a session that can take one, or None. What is refused or unanswered comes again.

    `kind`: what is owed here, kept in the spool under `name`."""

    AGAIN_S, UNANSWERED_S, NOBODY_S = 0.5, 5.0, 0.1

    def __init__(
        self,
        next_receiver: Callable[[], Receiver | None],
        spool: Journal,
        kind: type[Owed] = Receipt,
        name: str = "receipt",
    ) -> None:
        self._next_receiver, self._spool, self._kind, self._name = next_receiver, spool, kind, name
        self._numbers = itertools.count()
        self._queue: list[tuple[float, int, Owed]] = []
        self._waiting: set[str] = set()
        self._turns: dict[str, int] = {}  # its next sending: one for each, or what is refused would come ever faster
        self._changed = threading.Condition()
        self.sent = self.taken = 0

    @property
    def pending(self) -> int:
        return len(self._waiting)

    def restore(self, lines: list[dict[str, Any]]) -> None:
        """Receipts that an earlier process still owed."""
        owed = {line[self._name]["id"]: self._kind(**line[self._name]) for line in lines if self._name in line}
        taken = {line["taken"] for line in lines if "taken" in line}
        for receipt in owed.values():
            if receipt.id not in taken:
                self._waiting.add(receipt.id)
                self._send_in(0.0, receipt)

    def add(self, receipt: Owed, delay_s: float) -> None:
        self._spool.write({self._name: asdict(receipt)})
        self._waiting.add(receipt.id)
        self._send_in(delay_s, receipt)

    def run(self) -> None:
        """Sends what is due, for ever."""
        while True:
            with self._changed:
                while not self._queue or self._queue[0][0] > time.monotonic():
                    self._changed.wait(self._queue[0][0] - time.monotonic() if self._queue else None)
                _, turn, receipt = heapq.heappop(self._queue)
            if receipt.id in self._waiting and self._turns.get(receipt.id) == turn:
                self._send(receipt)

    def _send(self, receipt: Owed) -> None:
        receiver = self._next_receiver()
        self._send_in(self.UNANSWERED_S, receipt)  # an answer moves it
        if receiver and receiver.deliver(receipt.deliver(), lambda status: self._answered(receipt, status)):
            self.sent += 1
        else:
            self._send_in(self.NOBODY_S, receipt)

    def _answered(self, receipt: Owed, status: int) -> None:
        if status:
            self._send_in(self.AGAIN_S, receipt)
        elif receipt.id in self._waiting:
            self._waiting.discard(receipt.id)
            self._turns.pop(receipt.id, None)
            self.taken += 1
            self._spool.write({"taken": receipt.id})

    def _send_in(self, delay_s: float, receipt: Owed) -> None:
        with self._changed:
            self._turns[receipt.id] = turn = next(self._numbers)
            heapq.heappush(self._queue, (time.monotonic() + delay_s, turn, receipt))
            self._changed.notify()
