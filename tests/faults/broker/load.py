"""Complaints that keep coming while the broker is hurt, and what becomes of each."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from suite.running import Suite
from tests.faults.broker.hands import AGENT, PROVINCE, Callers, a_complaint, sms_to, soon

PAUSE = 0.05

runs = count(1)


@dataclass(frozen=True)
class Attempt:
    """One registration: when it was begun (monotonic), how long it took, and the complaint it answered, if it did."""

    request: dict[str, Any]
    began: float
    seconds: float
    complaint_id: str | None


class Load:
    """Registers one complaint after the other; what got no answer is tried again with the same request id."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        self.attempts: list[Attempt] = []
        self._ended = threading.Event()

    def run(self) -> None:
        run, request = next(runs), None
        while not self._ended.is_set():
            request = request or a_complaint(f"load{run}-{len(self.attempts)}")
            began = time.monotonic()
            answer, seconds = self._callers.tried(AGENT, "intake.register", request)
            self.attempts.append(Attempt(request, began, seconds, answer["complaint_id"] if answer else None))
            request = None if answer else request
            time.sleep(PAUSE)

    def end(self) -> None:
        self._ended.set()

    @property
    def acknowledged(self) -> dict[str, str]:
        """Complaint id → number, of all that were answered."""
        found = [each for each in self.attempts if each.complaint_id]
        return {str(each.complaint_id): str(each.request["customer"]["msisdn"]) for each in found}

    def underway_between(self, since: float, until: float) -> list[Attempt]:
        """Also what was begun before, and what ended only afterwards."""
        return [each for each in self.attempts if each.began < until and each.began + each.seconds > since]

    def begun_between(self, since: float, until: float) -> list[Attempt]:
        return [each for each in self.attempts if since <= each.began < until]


@contextmanager
def going_on(callers: Callers) -> Iterator[Load]:
    """A load in a thread of its own, ended with the block."""
    load = Load(callers)
    thread = threading.Thread(target=load.run)
    thread.start()
    try:
        yield load
    finally:
        load.end()
        thread.join()


def nothing_lost_nothing_doubled(suite: Suite, callers: Callers, load: Load, within: float = 60.0) -> None:
    """Each acknowledged complaint has its case with clocks, and its customer one receipt."""
    assert load.acknowledged
    for complaint_id in load.acknowledged:
        case = callers.insistent(PROVINCE, "escalation.case", complaint_id, within=within)
        assert case["clocks"], complaint_id
    told = list(load.acknowledged.values())
    soon(lambda: all(sms_to(suite, number) for number in told), within)
    assert [len(sms_to(suite, number)) for number in told] == [1] * len(told)
