"""All journeys of a run, carried out by several callers side by side, each step when business time has come to it."""

import heapq
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from chaos.load.acting import Acting
from chaos.load.callers import Caller
from chaos.load.steps import Journey, ids_in
from chaos.told import Call
from suite.play.script import Person

PAUSE_SECONDS = 0.02


@dataclass(order=True)
class Way:
    """How far a journey is: its next step at `at`."""

    at: datetime
    id: str
    journey: Journey = field(compare=False)
    number: int = field(default=0, compare=False)
    known: dict[str, str] = field(default_factory=dict, compare=False)
    later: list[tuple[Person, Call]] = field(default_factory=list, compare=False)


class Load:
    """`with Load(journeys, acting, make_caller) as load:` runs; the way out stops it, whatever is left.

    make_caller: a fresh Caller for each of the `callers` threads."""

    def __init__(
        self, journeys: Iterable[Journey], acting: Acting, make_caller: Callable[[], Caller], callers: int = 6
    ) -> None:
        self._acting = acting
        self._ways = [Way(journey.start, journey.id, journey) for journey in journeys]
        heapq.heapify(self._ways)
        self._lock, self._stopping, self._busy = threading.Lock(), threading.Event(), 0
        self.steps_made = 0
        self._faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(make_caller,)) for _ in range(callers)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nothing new is begun; returns when what runs is answered or given up. Raises what a caller died of."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def next_at(self) -> datetime | None:
        """The business time of the next step; None while all that is left is in work, or nothing is left."""
        with self._lock:
            return self._ways[0].at if self._ways else None

    def idle(self) -> bool:
        """Nothing is in work and nothing is due: business time may move on."""
        with self._lock:
            return not self._busy and not self._due()

    def done(self) -> bool:
        """Every journey has ended."""
        with self._lock:
            return not self._busy and not self._ways

    def failed(self) -> bool:
        """A caller died of a fault of its own, which stop() raises."""
        return bool(self._faults)

    def _due(self) -> bool:
        return bool(self._ways) and self._ways[0].at <= self._acting.clock.now()

    def _run(self, make_caller: Callable[[], Caller]) -> None:
        caller = make_caller()
        try:
            while not self._stopping.is_set():
                if way := self._taken():
                    self._go(caller, way)
                else:
                    self._stopping.wait(PAUSE_SECONDS)
        except BaseException as fault:  # noqa: BLE001  told by stop()
            self._faults.append(fault)
        finally:
            with suppress(Exception):
                caller.close()

    def _taken(self) -> Way | None:
        with self._lock:
            if not self._due():
                return None
            self._busy += 1
            return heapq.heappop(self._ways)

    def _go(self, caller: Caller, way: Way) -> None:
        going_on = self._made(caller, way)
        with self._lock:  # at no moment is a journey neither in work nor waiting
            self._busy -= 1
            self.steps_made += 1
            if going_on:
                way.number += 1
                way.at = way.journey.at(way.number)
                heapq.heappush(self._ways, way)

    def _made(self, caller: Caller, way: Way) -> bool:
        """Makes the present step; whether there is another one."""
        step, call = way.journey.steps[way.number], way.journey.call(way.number, way.known)
        if call:
            answer: Any = self._acting.act(caller, step.by, call)
            way.known |= dict(ids_in(answer))
            if answer and step.again == "at_once":
                self._acting.again(caller, step.by, call)
            elif answer and step.again:
                way.later.append((step.by, call))
        if way.number + 1 < len(way.journey.steps):
            return True
        for by, earlier in way.later:
            self._acting.again(caller, by, earlier)
        return False
