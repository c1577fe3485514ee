"""Writers that repeat each request until it is acknowledged, while somebody breaks their database; then the count."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pymongo

from shared.bus.rpc import Rpc
from shared.clock import monotonic
from shared.documents import Clash
from shared.errors import TousuError
from shared.presence import connect, is_away
from shared.requests import Request
from tests.faults.own_waiting import timed
from tests.integration.shared_core.tallies import MovedClock, Process, add, request
from tests.unit.shared_core.sample import AGENT, MONDAY, TallyOpened

WRITERS, CROWD = 6, 60
ANSWER_SECONDS = 5.0
PAUSE = 0.05


@dataclass
class Told:
    """What writers were told. slowest: of the requests, each with all operations of the database that it needs."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)  # document, request
    failed: int = 0
    slowest: float = 0.0
    gap: float = 0.0  # longest time without any acknowledgement
    last: float = field(default_factory=monotonic)

    def ack(self, document_id: str, request_id: str) -> None:
        now = monotonic()
        self.gap, self.last = max(self.gap, now - self.last), now
        self.acknowledged.append((document_id, request_id))


class Load:
    """WRITERS threads: every second write makes a document of its own, the others add to one of all."""

    def __init__(self, url: str, name: str) -> None:
        self.told, self.name = Told(), name
        self._client = connect(url, WRITERS)
        self._process = Process(self._client[name], MovedClock(), relay=False)
        self._faults: list[BaseException] = []
        self._numbers, self._over, self._lock = itertools.count(1), threading.Event(), threading.Lock()

    @contextmanager
    def running(self) -> Iterator[Told]:
        """While the block runs; afterwards every request that was begun has been acknowledged."""
        self._process.tallies.prepare()
        writers = [threading.Thread(target=self._write, daemon=True) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            yield self.told
        finally:
            self._over.set()
            for writer in writers:
                writer.join(60)
        assert not self._faults, repr(self._faults)
        assert not any(writer.is_alive() for writer in writers), "a writer was never answered"

    def _write(self) -> None:
        try:
            self._write_on()
        except Exception as fault:  # noqa: BLE001  told by whoever waits for the writers
            self._faults.append(fault)

    def _write_on(self) -> None:
        while not self._over.is_set():
            number = next(self._numbers)
            while not self.attempt(number):
                time.sleep(PAUSE)

    def attempt(self, number: int) -> bool:
        """One request, odd numbers make a document, even ones add; whether it was acknowledged."""
        document_id, asked = self.asked(number)
        try:
            with self._timed(), pymongo.timeout(Rpc().database_seconds):  # as the worker of a request has it
                self._carried_out(number, document_id, asked)
        except TousuError:
            self._missed()
        except Exception as fault:
            if not is_away(fault):
                raise
            self._missed()
        else:
            with self._lock:
                self.told.ack(document_id, asked.id)
            return True
        return False

    def _carried_out(self, number: int, document_id: str, asked: Request) -> None:
        if number % 2 == 0:
            self._added(document_id, asked)
        elif not self._process.tallies.answer_of(asked):
            self._made(document_id, asked)

    def asked(self, number: int) -> tuple[str, Request]:
        """The document and the request of a number."""
        document_id = f"t{number}" if number % 2 else f"h{number // CROWD}"
        return document_id, request(f"r{number}", target=document_id)

    def _made(self, document_id: str, asked: Request) -> None:
        """As every service does it: who finds the place taken looks whether it was by this very request."""
        try:
            self._process.tallies.insert(document_id, [TallyOpened()], AGENT, MONDAY, asked)
        except Clash:
            assert self._process.tallies.answer_of(asked), "what clashed was not to be seen"

    def _added(self, document_id: str, asked: Request) -> None:
        tallies = self._process.tallies
        with suppress(Clash):
            if tallies.load(document_id) is None:
                tallies.insert(document_id, [TallyOpened()], AGENT, MONDAY)
        tallies.change(document_id, add(), AGENT, asked)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        try:
            with timed() as watch:
                yield
        finally:
            with self._lock:
                self.told.slowest = max(self.told.slowest, watch.took)

    def _missed(self) -> None:
        with self._lock:
            self.told.failed += 1

    def count(self) -> tuple[int, int]:
        """Of what was acknowledged: lost, and doubled (in histories, request by request and by their sums)."""
        stored = self._process.database["tallies"]
        told = [tuple(each) for each in self.told.acknowledged]
        kept = [
            (doc["_id"], done["id"]) for doc in stored.find({}, {"requests": 1}) for done in doc.get("requests", ())
        ]
        lost = len(set(told) - set(kept))
        doubled = len(kept) - len(set(kept))
        for document_id in {target for target, _ in kept if target.startswith("h")}:
            additions = sum(target == document_id for target, _ in set(kept))
            doubled += self._process.tallies.get(document_id).state.total - additions
            assert self._process.tallies.recompute(document_id) == self._process.tallies.get(document_id).state
        return lost, doubled

    def close(self) -> None:
        self._client.close()
