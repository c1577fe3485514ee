"""CPU time of processes and their children, and calls in a window: what a benchmark of a service needs."""

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psutil


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and all its children."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return float(sum(times.user + times.system for times in map(_times, family)))


def _times(process: psutil.Process) -> Any:
    return process.cpu_times()


@dataclass(frozen=True)
class Sample:
    """One stretch of calls: CPU milliseconds per call by process, and calls a second."""

    by_process: dict[str, float]
    rate: float

    @property
    def total(self) -> float:
        return sum(self.by_process.values())


def sample(
    call_async: Callable[[Any], Any], requests: Iterator[Any], window: int, seconds: float, pids: dict[str, int]
) -> Sample:
    """Calls for so many seconds with `window` of them under way, and divides the CPU time spent."""
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began, calls = time.monotonic(), 0
    flying: deque[Any] = deque()
    while time.monotonic() - began < seconds:
        while len(flying) < window:
            flying.append(call_async(next(requests)))
        flying.popleft().result()
        calls += 1
    while flying:
        flying.popleft().result()
        calls += 1
    took = time.monotonic() - began
    spent = {name: (cpu_seconds(pid) - before[name]) * 1000 / calls for name, pid in pids.items()}
    return Sample(spent, calls / took)


def median(samples: list[Sample]) -> Sample:
    """The middle of each figure."""
    names = samples[0].by_process
    middle = {name: statistics.median(each.by_process[name] for each in samples) for name in names}
    return Sample(middle, statistics.median(each.rate for each in samples))
