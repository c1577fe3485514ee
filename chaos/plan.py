"""What is broken, when, for how long: from a seed, the same for ever. Pure; seconds of the run's own time.

Each sort of fault draws from dice of its own, so that leaving one sort out leaves the others as they were.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Literal

Sort = Literal["kill", "stop", "cut", "broker", "mongo", "boss", "smsc", "scale"]
SORTS: tuple[Sort, ...] = ("kill", "stop", "cut", "broker", "mongo", "boss", "smsc", "scale")
NTH = (1, 1, 1, 2, 2, 3, 5, 8)
AT_RANDOM, AIMED = (0.1, 1.0), (0.7, 1.0)  # of a kill's stretch of time: who waits for a crash point has to reach it
LEASES_S = 4.0  # chaos.haste: longer than any lease of a run
PAUSE_S = 3.0  # between two faults of one sort on the same target
SERVERS = ("broker", "mongo")
APART_S = {"stop": 9.0, "cut": 12.0, "broker": 45.0, "mongo": 40.0, "boss": 8.0, "smsc": 9.0, "scale": 20.0}

Points = Mapping[str, Mapping[str, str]]  # service → crash point → the critical window it lies in, or ""
Dice = random.Random


@dataclass(frozen=True, order=True)
class Fault:
    """At `at` seconds (chaos.firing) something happens to `target`: a process, a server, a simulator.

    how: of a kill the crash point and which time it is reached (`point:3`), nothing where the moment is random; of the
    others what is done. seconds: how long it lasts, 0 for what is over at once."""

    at: float
    sort: Sort
    target: str
    how: str = ""
    seconds: float = 0.0

    @property
    def until(self) -> float:
        return self.at + self.seconds


def plan(
    seed: int,
    kills: int,
    length: float,
    replicas: int,
    points: Points,
    sorts: Sequence[Sort] = SORTS,
    outage: float | None = None,
) -> tuple[Fault, ...]:
    """All faults of a run, by time. The order in which the points are named does not matter.

    outage: so many seconds broker and database stay away each time, instead of a few."""
    targets = [f"{service}-{number}" for service in sorted(points) for number in range(1, replicas + 1)]
    found = list(_kills(_dice(seed, "kill"), kills, length, targets, points)) if "kill" in sorts else []
    for sort in sorted(set(sorts) - {"kill"}):
        dice = _dice(seed, sort)
        drawn = (DRAWN[sort](dice, at, targets) for at in _moments(dice, length, APART_S[sort]))
        found += _in_turn([_for(outage, fault) if outage and sort in SERVERS else fault for fault in drawn])
    return tuple(sorted(found))


def _for(seconds: float, fault: Fault) -> Fault:
    return replace(fault, seconds=seconds)


def _in_turn(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Those that begin after the end of the one before on the same target."""
    free: dict[str, float] = {}
    for fault in faults:
        if fault.at >= free.get(fault.target, 0.0):
            free[fault.target] = fault.until + PAUSE_S
            yield fault


def _dice(seed: int, sort: str) -> Dice:
    return random.Random(f"{seed}:{sort}")


def _kills(dice: Dice, kills: int, length: float, targets: Sequence[str], points: Points) -> Iterator[Fault]:
    """The targets take turns; each is killed once in each stretch of its time, every second time at a crash point."""
    order = dice.sample(list(targets), len(targets))
    for place, target in enumerate(order):
        mine = kills // len(order) + (place < kills % len(order))
        aims, first = _aims(dice.random(), target.rpartition("-")[0], points), dice.randrange(2)
        for turn in range(mine):
            how = next(aims) if (turn + first) % 2 == 0 else ""
            at = (turn + dice.uniform(*(AIMED if how else AT_RANDOM))) * length / mine
            yield Fault(round(at, 2), "kill", target, how)


def _aims(seed: float, service: str, points: Points) -> Iterator[str]:
    """Crash points of a service without end. Windows take turns, the ones that fewest services have come first; so do
    the points in each. In the first round each is hit when it is reached, later at some passing."""
    dice, known = random.Random(seed), points[service]
    common = Counter(window for each in points.values() for window in set(each.values()))
    windows = sorted(_shuffled(dice, list(set(known.values()))), key=lambda window: common[window])
    decks = {window: cycle(_shuffled(dice, [name for name in known if known[name] == window])) for window in windows}
    yield from (f"{next(decks[window])}:1" for window in windows)
    for window in cycle(windows):
        yield f"{next(decks[window])}:{dice.choice(NTH)}"


def _shuffled(dice: Dice, names: Sequence[str]) -> list[str]:
    return dice.sample(sorted(names), len(names))


def _moments(dice: Dice, length: float, apart: float) -> Iterator[float]:
    at = dice.uniform(0.2, 1.0) * apart
    while at < length:
        yield round(at, 2)
        at += dice.uniform(0.6, 1.4) * apart


def _stop(dice: Dice, at: float, targets: Sequence[str]) -> Fault:
    """Past its leases most of the time: what it does afterwards must be fenced out."""
    return Fault(at, "stop", dice.choice(list(targets)), "", round(dice.uniform(0.5, 1.5) * LEASES_S, 2))


def _cut(_dice: Dice, at: float, _targets: Sequence[str]) -> Fault:
    return Fault(at, "cut", "broker", "connections")


def _broker(dice: Dice, at: float, _targets: Sequence[str]) -> Fault:
    return Fault(at, "broker", "broker", dice.choice(["kill", "pause"]), round(dice.uniform(1.0, 8.0), 2))


def _mongo(dice: Dice, at: float, _targets: Sequence[str]) -> Fault:
    return Fault(at, "mongo", "mongod", dice.choice(["kill", "pause"]), round(dice.uniform(1.0, 8.0), 2))


def _boss(dice: Dice, at: float, _targets: Sequence[str]) -> Fault:
    how = dice.choice(["silent_before", "silent_after", "fail_before", "fail_after", "slow"])
    return Fault(at, "boss", "boss", how, round(dice.uniform(1.0, 4.0), 2))


def _smsc(dice: Dice, at: float, _targets: Sequence[str]) -> Fault:
    how = dice.choice(["silent_before", "silent_after", "throttle", "drop", "slow"])
    return Fault(at, "smsc", "smsc", how, 0.0 if how == "drop" else round(dice.uniform(0.5, 4.0), 2))


def _scale(dice: Dice, at: float, targets: Sequence[str]) -> Fault:
    """One more process of a service, or one told to end in peace, for a while."""
    return Fault(at, "scale", dice.choice(list(targets)), dice.choice(["up", "down"]), round(dice.uniform(2, 8), 2))


DRAWN: Mapping[Sort, Callable[[Dice, float, Sequence[str]], Fault]] = {
    "stop": _stop,
    "cut": _cut,
    "broker": _broker,
    "mongo": _mongo,
    "boss": _boss,
    "smsc": _smsc,
    "scale": _scale,
}
