"""What BOSS has entered against what was paid here, line by line (RF13). Pure.

Every entry belongs to the week of BOSS's own `at`, and what was paid here counts with its entry. Only what BOSS does
not have at all belongs to the week in which it was known here to be paid. So nothing at a week's edge differs twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from services.refund.lines import LineKind, LineState
from services.refund.outcomes import BossEntry
from shared.phone import mask

Difference = Literal["not_in_boss", "not_paid_here", "other_amount", "other_number", "unknown_here", "twice"]
Place = tuple[str | None, str | None]  # branch and hall
NOWHERE: Place = (None, None)


@dataclass(frozen=True)
class PaidLine:
    """A line as refund knows it. `number`: of its customer, in a form that can be compared; None once it was
    erased (PR1)."""

    key: str
    refund_id: str
    complaint_id: str | None
    place: Place
    kind: LineKind
    amount_fen: int
    state: LineState
    boss_reference: str | None
    paid_at: datetime | None
    number: bytes | None


@dataclass(frozen=True)
class Differing:
    """One difference: what is here, what is there."""

    what: Difference
    key: str
    place: Place
    line: PaidLine | None = None
    entry: BossEntry | None = None


@dataclass
class HallSums:
    """A hall's money in fen: what was paid here by line kind, what BOSS entered, and how many of both."""

    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("principal", "award", "extra", "late_fee"), 0))
    boss_fen: int = 0
    lines: int = 0
    entries: int = 0


@dataclass
class Reconciled:
    """The sums by place, and the differences in the order of their times."""

    halls: dict[Place, HallSums] = field(default_factory=dict)
    differences: list[Differing] = field(default_factory=list)

    def _at(self, place: Place) -> HallSums:
        return self.halls.setdefault(place, HallSums())

    def paid(self, line: PaidLine) -> None:
        """This much was paid here."""
        sums = self._at(line.place)
        sums.kinds[line.kind] += line.amount_fen
        sums.lines += 1

    def entered(self, place: Place, entry: BossEntry) -> None:
        """This much BOSS has entered."""
        sums = self._at(place)
        sums.boss_fen += entry.amount_fen
        sums.entries += 1

    def differs(self, what: Difference, line: PaidLine | None, entry: BossEntry | None = None) -> None:
        """One more difference."""
        key = entry.key if entry else line.key if line else ""
        self.differences.append(Differing(what, key, line.place if line else NOWHERE, line, entry))


def compared(
    entries: Iterable[BossEntry],
    lines: Mapping[str, PaidLine],
    numbers: Mapping[str, bytes],
    originals: Mapping[str, str],
    not_in_boss: Sequence[PaidLine],
) -> Reconciled:
    """All sums and differences.

    lines: those of the entries' keys, paid or not. numbers: the entries' numbers in comparable form. originals: for
    lines whose reference is not known here, that of the first entry that BOSS has under their key. not_in_boss: paid
    lines of which BOSS has no entry."""
    found = Reconciled()
    first = dict(originals)
    for entry in entries:
        line = lines.get(entry.key)
        found.entered(line.place if line else NOWHERE, entry)
        if line is None:
            found.differs("unknown_here", None, entry)
        elif line.state != "paid":
            found.differs("not_paid_here", line, entry)
        elif entry.reference != (line.boss_reference or first.setdefault(entry.key, entry.reference)):
            found.differs("twice", line, entry)
        else:
            _compare(found, line, entry, numbers)
    for line in not_in_boss:
        found.paid(line)
        found.differs("not_in_boss", line)
    return found


def _compare(found: Reconciled, line: PaidLine, entry: BossEntry, numbers: Mapping[str, bytes]) -> None:
    found.paid(line)
    if entry.amount_fen != line.amount_fen:
        found.differs("other_amount", line, entry)
    if line.number is not None and numbers[entry.msisdn] != line.number:
        found.differs("other_number", line, entry)


def part_shown(found: Reconciled, disputed: Mapping[Place, int], hall: str | None) -> dict[str, Any]:
    """`{halls, differences}` as JSON values; with `hall` of that hall alone."""
    places = sorted(found.halls.keys() | disputed.keys(), key=lambda place: tuple(each or "" for each in place))
    return {
        "halls": [
            _hall(place, found.halls.get(place, HallSums()), disputed.get(place, 0))
            for place in places
            if hall in (None, place[1])
        ],
        "differences": [_difference(each) for each in found.differences if hall in (None, each.place[1])],
    }


def _hall(place: Place, sums: HallSums, disputed_fen: int) -> dict[str, Any]:
    kinds = {f"{kind}_fen": fen for kind, fen in sums.kinds.items()}
    told = {"branch": place[0], "hall": place[1], "disputed_fen": disputed_fen, **kinds}
    told |= {"paid_fen": sum(sums.kinds.values()), "boss_fen": sums.boss_fen}
    return told | {"lines": sums.lines, "entries": sums.entries}


def _difference(each: Differing) -> dict[str, Any]:
    line, entry = each.line, each.entry
    at = entry.at if entry else line.paid_at if line else None
    return {
        "what": each.what,
        "key": each.key,
        "branch": each.place[0],
        "hall": each.place[1],
        "refund_id": line.refund_id if line else None,
        "complaint_id": line.complaint_id if line else None,
        "line": line.kind if line else None,
        "msisdn": mask(entry.msisdn) if entry else None,
        "state": line.state if line else None,
        "here_fen": line.amount_fen if line else None,
        "boss_fen": entry.amount_fen if entry else None,
        "boss_reference": entry.reference if entry else line.boss_reference if line else None,
        "at": at.isoformat(timespec="milliseconds") if at else None,
    }
