"""How one thing ended, what was found wrong with it, and the counts of many. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("complaints", "clocks", "refunds", "SMS")
WORST_FIRST = ("lost", "doubled", "early", "otherwise")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. wrong: lost, doubled, early or otherwise. id: what one looks it up by."""

    kind: str
    wrong: str
    id: str
    expected: str
    seen: str

    def __str__(self) -> str:
        return f"{self.kind} {self.wrong}: {self.id}: expected {self.expected}; seen: {self.seen}"


@dataclass(frozen=True)
class Outcome:
    """One complaint, clock, refund or SMS. fate: ok, lost, doubled, early, otherwise, or unknown (then settled).

    because: the reason of a fate that is no finding."""

    kind: str
    id: str
    acknowledged: bool
    fate: str = "ok"
    findings: tuple[Finding, ...] = ()
    because: str = ""


@dataclass(frozen=True)
class Count:
    """The figures of one kind: attempted = ok + lost + doubled + early + otherwise + unknown."""

    attempted: int = 0
    acknowledged: int = 0
    ok: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    early: int = 0
    otherwise: int = 0


def outcome(kind: str, id_: str, acknowledged: bool, findings: Iterable[Finding], *, unknown: bool = False) -> Outcome:
    """The outcome that follows from what was found: the worst of it; `unknown` where nothing is wrong but it was so."""
    found = tuple(findings)
    wrong = next((each for each in WORST_FIRST if any(finding.wrong == each for finding in found)), None)
    return Outcome(kind, id_, acknowledged, wrong or ("unknown" if unknown else "ok"), found)


def counted(outcomes: Iterable[Outcome]) -> dict[str, Count]:
    """The counts by kind."""
    by_kind = {kind: list[Outcome]() for kind in KINDS}
    for each in outcomes:
        by_kind[each.kind].append(each)
    return {kind: _count(found) for kind, found in by_kind.items()}


def _count(outcomes: list[Outcome]) -> Count:
    fates = [each.fate for each in outcomes]
    names = ("ok", "lost", "doubled", "unknown", "early", "otherwise")
    acknowledged = sum(each.acknowledged for each in outcomes)
    return Count(len(outcomes), acknowledged, **{name: fates.count(name) for name in names})
