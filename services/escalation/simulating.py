"""What other policies would have made of the cases that were lived: sums by branch, brand, level and kind. Pure.

All sums are whole numbers in nested mappings, so that pages can be added up by whoever asks for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalation.model import Case
from services.escalation.replaying import Known, RulesOf, replayed

GROUPS = ("branch", "brand", "level")
ALL = "all"
NONE = "none"  # there is no such clock
NAMED = 20  # complaints that get worse, named per page
Path = tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """A case as it was lived: `clocks` are kind and state by id; `record` as in record.py."""

    complaint_id: str
    branch: str
    brand: str
    level: str
    registered_at: datetime
    record: str
    clocks: Mapping[str, tuple[str, str]]


def recorded_of(complaint_id: str, state: Mapping[str, Any]) -> Recorded:
    """From the open part of a stored case; what is at its default is left out there."""
    facts = state["facts"]
    return Recorded(
        complaint_id,
        facts["branch"],
        facts["brand"],
        state.get("level", "agent"),
        datetime.fromisoformat(facts["registered_at"]),
        state.get("record", ""),
        {clock["clock_id"]: (clock["kind"], clock.get("state", "running")) for clock in state.get("clocks", ())},
    )


def simulated(cases: Iterable[Recorded], rules_of: RulesOf, now: datetime) -> dict[str, Any]:
    """`{cases, clocks, complaints, reached, worse}` of these cases, as they were and as they would have been at `now`.

    clocks: group → value → kind → {recorded: {met: …}, draft: {met: …}, worse, better}: a limit that would be broken
    and is not is worse. complaints: group → value → {cases, worse, better}: with more or fewer broken limits."""
    counts, known = _Counts(), Known()
    for case in cases:
        counts.take(case, replayed(case.record, rules_of, now, known))
    return counts.sums()


class _Counts:
    """Counts in flat counters, which is fast, and tells them as nested sums."""

    def __init__(self) -> None:
        self._clocks, self._complaints, self._reached = Counter[Path](), Counter[Path](), Counter[Path]()
        self._worse: list[dict[str, Any]] = []

    def take(self, case: Recorded, played: Case) -> None:
        place, would = (case.branch, case.brand, case.level), {each.clock_id: each for each in played.clocks}
        for clock_id, (kind, was) in case.clocks.items():
            clock = would.pop(clock_id, None)
            self._clocks[*place, kind, was, clock.state if clock else NONE] += 1
        for clock in would.values():
            self._clocks[*place, clock.kind, NONE, clock.state] += 1
        before = sum(state == "broken" for _, state in case.clocks.values())
        after = sum(clock.state == "broken" for clock in played.clocks)
        self._complaints[*place, "worse" if after > before else "better" if after < before else "same"] += 1
        self._reached["recorded", case.level] += 1
        self._reached["draft", played.level] += 1
        if after > before and len(self._worse) < NAMED:
            self._worse.append(_named(case, played))

    def sums(self) -> dict[str, Any]:
        return {
            "cases": self._complaints.total(),
            "clocks": _nested(_clock_paths(self._clocks)),
            "complaints": _nested(_complaint_paths(self._complaints)),
            "reached": _nested(self._reached.items()),
            "worse": self._worse,
        }


def _named(case: Recorded, played: Case) -> dict[str, Any]:
    """Which limits it would break that it did not, and how high it would rise."""
    broken = {clock_id for clock_id, (_, state) in case.clocks.items() if state == "broken"}
    more = [each.kind for each in played.clocks if each.state == "broken" and each.clock_id not in broken]
    place = {"complaint_id": case.complaint_id, "branch": case.branch, "brand": case.brand}
    return place | {"level": case.level, "would_reach": played.level, "would_break": more}


def _clock_paths(counted: Counter[Path]) -> Iterator[tuple[Path, int]]:
    for (*place, kind, was, would), count in counted.items():
        paths: list[Path] = [("recorded", was), ("draft", would)]
        if was != would and "broken" in (was, would):
            paths.append(("worse" if would == "broken" else "better",))
        yield from (((*group, kind, *path), count) for group in _groups(place) for path in paths)


def _complaint_paths(counted: Counter[Path]) -> Iterator[tuple[Path, int]]:
    for (*place, verdict), count in counted.items():
        yield from (((*group, name), count) for group in _groups(place) for name in ("cases", verdict))


def _groups(place: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield ALL, ALL
    yield from zip(GROUPS, place, strict=True)


def _nested(counted: Iterable[tuple[Path, int]]) -> dict[str, Any]:
    """Counts by path as nested mappings."""
    sums: dict[str, Any] = {}
    for (*path, last), count in counted:
        here = sums
        for name in path:
            here = here.setdefault(name, {})
        here[last] = here.get(last, 0) + count
    return sums
