"""Watching a service from outside while its slow readers work at a backlog: clocks, answers, effects, memory."""

import json
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient

from shared.bus.topology import inbox_of
from shared.clock import BusinessClock, ClockFile
from suite.play.callers import Callers, Refused
from suite.play.events import Events
from suite.play.quiet import connect
from suite.running import Suite
from tests.faults.backlog_hands import Backlog, Memory
from tests.faults.callers_meanwhile import registration
from tests.system.hands import AGENT, OPERATOR, PROVINCE, eventually

PROMISES = 6
FIRST_DUE, APART = timedelta(minutes=15), timedelta(minutes=1)
PAUSE, STRIKES_WITHIN = 0.1, 20.0
numbers = count(13_700_000_001)


class Watch:
    """One suite whose escalation is slow. Its figures stand once look_for() is over."""

    def __init__(self, suite: Suite, callers: Callers) -> None:
        self._suite, self._callers = suite, callers
        self._broken, self._real = set[str](), set[str]()
        self._due: dict[str, datetime] = {}
        self.readers: list[str] = []
        self.logs: dict[str, Path] = {}
        self.prefetch: list[int] = []
        self.late: list[float] = []
        self.answered: list[float] = []
        self.total = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._events = Events(stack.enter_context(connect(self._suite.amqp_uri)))
            self._backlog = Backlog(stack.enter_context(connect(self._suite.amqp_uri)), "escalation")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _registered(self) -> str:
        request = registration(next(numbers))
        return str(eventually(lambda: self._answered(request), 30)["complaint_id"])

    def _answered(self, request: dict[str, Any]) -> Any:
        """None where the service asks for the same request again."""
        try:
            return self._callers.call(AGENT, "intake", "register", request)
        except Refused as refused:
            if refused.name != "Unavailable":
                raise
            return None

    def promise(self) -> None:
        """Complaints with promises that break one business minute after the other; their clocks run."""
        soonest = BusinessClock(self._suite.folder.clock).now() + FIRST_DUE
        for n in range(PROMISES):
            complaint_id, due_at = self._registered(), soonest + n * APART
            promise = {"request_id": f"p{n}", "kind": "answer", "due_at": due_at.isoformat(), "what": "答复"}
            self._callers.call(AGENT, "intake", "promise", complaint_id, promise)
            self._due[complaint_id] = due_at
        eventually(self._promises_run)

    def _promises_run(self) -> bool:
        cases = [self._callers.call(PROVINCE, "escalation", "case", complaint_id) for complaint_id in self._due]
        return all("promise" in {clock["kind"] for clock in case["clocks"]} for case in cases)

    def fill(self, total: int, real: int) -> None:
        """The news of so many new complaints, and behind them copies of the first one's, until `total` wait."""
        self._events.new()
        self._real = {self._registered() for _ in range(real)}
        eventually(lambda: self._backlog.waiting() >= real, 30)  # more, where an outbox had to send one again
        first = next(event for event in self._events.new() if event["type"] == "complaint_registered")
        began = time.monotonic()
        self._backlog.add(json.dumps(first).encode(), "intake", "complaint_registered", total - real)
        self.filled_in = time.monotonic() - began
        eventually(lambda: self._backlog.waiting() >= total, 30)
        self.total = self._backlog.waiting()

    def look_for(self, seconds: float, readers: list[str]) -> None:
        """Looks again and again; meanwhile one promise after the other comes due."""
        processes = {name: self._suite.process(name) for name in (*readers, "rabbitmq")}
        self.readers, self.logs = readers, {name: processes[name].log for name in readers}
        self.memory, began = Memory(processes), time.monotonic()
        for n, (complaint_id, due_at) in enumerate(self._due.items(), 1):
            self._look_until(began + seconds * (n - 0.5) / PROMISES)
            self._strike(complaint_id, due_at)
        self._look_until(began + seconds)
        self.seconds, self.prefetch = time.monotonic() - began, self._prefetched()

    def _prefetched(self) -> list[int]:
        """How many messages the broker lets each reader hold."""
        told = self._suite.broker.control("list_consumers", "queue_name", "prefetch_count").splitlines()
        mine = [line.split() for line in told if line.startswith(f"{inbox_of('escalation')}\t")]
        return [int(prefetch) for _, prefetch in mine]

    def count_up(self) -> None:
        """After the readers' end: what they read. Then a quick reader goes on until all news was read."""
        self.still_waiting, self.opened = self._backlog.waiting(), self._cases({})
        self._suite.start_process("escalation-1")
        eventually(lambda: self._cases({}) >= len(self._real), 60)
        self.real, self.once = len(self._real), self._cases({"v": 1})

    def _cases(self, which: dict[str, Any]) -> int:
        """How many of the new complaints have a case of this sort."""
        prefix = self._suite.settings.database_prefix
        with MongoClient[dict[str, Any]](self._suite.mongo_url) as client:
            cases = client[f"{prefix}_escalation"]["cases"]
            return cases.count_documents({"_id": {"$in": list(self._real)}} | which)

    def told(self) -> str:
        """The figures."""
        return (
            f"{self.total} messages filled in {self.filled_in:.1f} s; {self.opened} read in {self.seconds:.0f} s by "
            f"{len(self.readers)}; clocks late by at most {max(self.late):.2f} s; {len(self.answered)} answers, the "
            f"slowest after {max(self.answered):.2f} s; {self.memory.told()}"
        )

    def _look_until(self, moment: float) -> None:
        while time.monotonic() < moment:
            self._look()
            time.sleep(PAUSE)

    def _look(self) -> None:
        self.memory.look()
        asked = time.monotonic()
        self._callers.call(OPERATOR, "escalation", "pulse")
        self.answered.append(time.monotonic() - asked)
        self._hear()

    def _strike(self, complaint_id: str, due_at: datetime) -> None:
        """Business time is moved to when it is due; how much later it is heard of."""
        clock = BusinessClock(self._suite.folder.clock)
        ClockFile(self._suite.folder.clock).advance(due_at - clock.now())
        due = time.monotonic()
        while complaint_id not in self._broken:
            assert time.monotonic() - due < STRIKES_WITHIN, "a clock has not struck"
            self._hear()
            time.sleep(PAUSE / 2)
        self.late.append(time.monotonic() - due)

    def _hear(self) -> None:
        for event in self._events.new():
            complaint_id, change = event["data"].get("complaint_id"), event["data"].get("change") or {}
            if event["type"] == "clock_broken" and change.get("kind") == "promise":
                self._broken.add(complaint_id)
