"""A week against BOSS: every difference, and no other, is found line by line (RF13)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.refund.books.books_schema import ReconcileSchema
from services.refund.books.reconcile_desk import ASKED_AT_ONCE, BossCannotList, BossIsSilent, ReconcileDesk
from services.refund.books.reconciling import PaidLine
from services.refund.books.spans import week_of
from services.refund.lines import LineKind
from services.refund.outcomes import Absent, Asked, BossEntry, Entered, Listed, NoAnswer
from suite.rehearsal.memory import KEYS

WEEK = week_of("2026-W48")
NEXT = week_of("2026-W49")
LATER = NEXT.end
NUMBERS = [f"1390000{n:04}" for n in range(5)]
KINDS: tuple[LineKind, ...] = ("principal", "award", "extra", "late_fee")
SUMS = ("principal_fen", "award_fen", "extra_fen", "late_fee_fen", "paid_fen", "boss_fen", "lines", "entries")


@dataclass
class Books:
    """Refund's lines in memory, in place of its store."""

    lines: list[PaidLine] = field(default_factory=list)
    disputes: dict[Any, int] = field(default_factory=dict)

    def lines_of(self, refund_ids: Iterable[str]) -> dict[str, PaidLine]:
        wanted = set(refund_ids)
        return {line.key: line for line in self.lines if line.refund_id in wanted}

    def paid_between(self, since: datetime, until: datetime) -> list[PaidLine]:
        found = [(line.paid_at, line.key, line) for line in self.lines if line.paid_at]
        return [line for at, _, line in sorted(found, key=lambda each: each[:2]) if since <= at < until]

    def disputed(self, _since: datetime, _until: datetime) -> dict[Any, int]:
        return self.disputes


@dataclass
class ListedBoss:
    """BOSS's entries in memory; `page`: the most it lists at once."""

    known: list[BossEntry] = field(default_factory=list)
    page: int = 3
    listing: str | None = None
    asking: str | None = None
    asked: int = 0

    def entries(self, since: datetime, until: datetime, after: str | None, limit: int) -> Listed | NoAnswer:
        if self.listing:
            return NoAnswer(self.listing)
        found = sorted((each.at, each.reference, each) for each in self.known if since <= each.at < until)
        last = next(((at, reference) for at, reference, _ in found if reference == after), None)
        left = [each for each in found if last is None or each[:2] > last]
        page = left[: min(limit, self.page)]
        return Listed(tuple(each[2] for each in page), page[-1][1] if len(left) > len(page) else None)

    def ask(self, key: str) -> Asked:
        self.asked += 1
        if self.asking:
            return NoAnswer(self.asking)
        found = [each for each in self.known if each.key == key]
        first = min(found, key=lambda each: (each.at, each.reference), default=None)
        return Entered(first.reference, first.msisdn, first.amount_fen) if first else Absent()


def line(n: int, at: datetime, **changes: Any) -> PaidLine:
    """The n-th line, paid at that time."""
    usual = PaidLine(
        key=f"r{n}:{KINDS[n % 4]}",
        refund_id=f"r{n}",
        complaint_id=f"c{n}",
        place=("SZ", ["SZ-FT", "SZ-LH", None][n % 3]),
        kind=KINDS[n % 4],
        amount_fen=100 + n,
        state="paid",
        boss_reference=f"B{n:05}",
        paid_at=at,
        number=KEYS.blind(NUMBERS[n % 5]),
    )
    return replace(usual, **changes)


def entry(of: PaidLine, at: datetime | None = None, **changes: Any) -> BossEntry:
    """BOSS's entry of the line."""
    n, made = int(of.refund_id[1:]), at or of.paid_at
    assert made
    usual = BossEntry(of.key, NUMBERS[n % 5], of.amount_fen, of.kind, made, f"B{n:05}")
    return replace(usual, **changes)


def desk(books: Books, boss: ListedBoss) -> ReconcileDesk:
    return ReconcileDesk(books, books, boss, KEYS)  # type: ignore[arg-type]  # the three questions that it asks


def reconciled(books: Books, boss: ListedBoss, week: Any = WEEK, hall: str | None = None) -> dict[str, Any]:
    """The whole week, all parts added up."""
    parts = [desk(books, boss).part(week, hall, None, LATER)]
    while after := parts[-1]["after"]:
        parts.append(desk(books, boss).part(week, hall, datetime.fromisoformat(after), LATER))
    sums: dict[Any, Counter[str]] = {}
    for each in (each for part in parts for each in part["halls"]):
        sums.setdefault((each["branch"], each["hall"]), Counter()).update({name: each[name] for name in SUMS})
    return {"halls": sums, "differences": [each for part in parts for each in part["differences"]], "parts": parts}


def differences(found: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((each["what"], each["key"]) for each in found["differences"])


def in_week(hours: float) -> datetime:
    return WEEK.start + timedelta(hours=hours)


injected = st.lists(
    st.sampled_from(["ok", "ok", "late", "dropped", "doubled", "amount", "number", "unpaid", "settled", "added"]),
    max_size=25,
)


@settings(deadline=None)
@given(injected, st.integers(1, 5), st.lists(st.integers(0, 40), min_size=25, max_size=25))
def test_RF13_exactly_the_injected_differences_are_found(acts: list[str], page: int, hours: list[int]) -> None:
    """Hypothesis: entries dropped, doubled, changed, added, in any order and at any times, several at one moment."""
    books, boss, expected = Books(), ListedBoss(page=page), list[tuple[str, str]]()
    for n, (act, hour) in enumerate(zip(acts, hours, strict=False)):
        known = line(n, in_week(4 * hour))
        there = [entry(known)]
        match act:
            case "late":
                known = replace(known, paid_at=in_week(4 * hour + 7))
            case "dropped":
                there = []
                expected.append(("not_in_boss", known.key))
            case "doubled":
                there.append(replace(there[0], reference=f"Z{n}", at=in_week(4 * hour + 3)))
                expected.append(("twice", known.key))
            case "amount":
                there = [replace(there[0], amount_fen=known.amount_fen + 1)]
                expected.append(("other_amount", known.key))
            case "number":
                there = [replace(there[0], msisdn=NUMBERS[(n + 1) % 5])]
                expected.append(("other_number", known.key))
            case "unpaid":
                known = replace(known, state="unknown", paid_at=None, boss_reference=None)
                expected.append(("not_paid_here", known.key))
            case "settled":
                known = replace(known, boss_reference=None)
            case "added":
                there.append(replace(there[0], key=f"x{n}:principal", reference=f"X{n}"))
                expected.append(("unknown_here", f"x{n}:principal"))
        books.lines.append(known)
        boss.known += there

    found = reconciled(books, boss)

    assert differences(found) == sorted(expected)
    there_fen = sum(each.amount_fen for each in boss.known)
    assert sum(each["boss_fen"] for each in found["halls"].values()) == there_fen
    here_fen = sum(each.amount_fen for each in books.lines if each.state == "paid")
    assert sum(each["paid_fen"] for each in found["halls"].values()) == here_fen


def test_RF13_PR1_a_refund_whose_customer_was_erased_is_compared_by_key_and_amount() -> None:
    known = [replace(line(n, in_week(n)), number=None) for n in range(2)]
    entries = [entry(known[0]), replace(entry(known[1]), amount_fen=1)]
    assert differences(reconciled(Books(known), ListedBoss(entries))) == [("other_amount", known[1].key)]


def test_RF13_without_a_difference_paid_and_boss_agree_by_hall() -> None:
    books = Books([line(n, in_week(n)) for n in range(30)], {("SZ", "SZ-FT"): 5000})
    found = reconciled(books, ListedBoss([entry(each) for each in books.lines]))

    assert found["differences"] == []
    assert set(found["halls"]) == {("SZ", "SZ-FT"), ("SZ", "SZ-LH"), ("SZ", None)}
    for sums in found["halls"].values():
        assert sums["paid_fen"] == sums["boss_fen"] > 0
        assert sums["lines"] == sums["entries"] == 10
        assert sum(sums[f"{kind}_fen"] for kind in KINDS) == sums["paid_fen"]
    assert [each["disputed_fen"] for each in found["parts"][0]["halls"] if each["hall"] == "SZ-FT"] == [5000]
    assert all(each["disputed_fen"] == 0 for part in found["parts"][1:] for each in part["halls"])


def test_RF13_a_line_at_the_weeks_edge_differs_in_neither_week() -> None:
    """BOSS entered it on Sunday night, here it was known on Monday: it belongs to BOSS's week."""
    known = line(1, NEXT.start + timedelta(minutes=5))
    books, boss = Books([known]), ListedBoss([entry(known, at=WEEK.end - timedelta(minutes=5))])

    first, second = reconciled(books, boss), reconciled(books, boss, NEXT)

    assert (first["differences"], second["differences"]) == ([], [])
    assert [sums["paid_fen"] for sums in first["halls"].values()] == [known.amount_fen]
    assert second["halls"] == {}


def test_RF13_a_line_that_boss_lacks_differs_once_in_the_week_in_which_it_was_known() -> None:
    books, boss = Books([line(1, NEXT.start)]), ListedBoss()
    assert differences(reconciled(books, boss)) == []
    assert differences(reconciled(books, boss, NEXT)) == [("not_in_boss", "r1:award")]


def test_RF13_a_second_entry_in_another_week_is_found_there() -> None:
    known = line(1, in_week(1))
    boss = ListedBoss([entry(known), entry(known, at=NEXT.start, reference="Z1")])
    assert differences(reconciled(Books([known]), boss)) == []
    assert differences(reconciled(Books([known]), boss, NEXT)) == [("twice", known.key)]
    settled = replace(known, boss_reference=None)
    assert differences(reconciled(Books([settled]), boss, NEXT)) == [("twice", known.key)]


def test_RF13_a_hall_is_reconciled_alone() -> None:
    books = Books([line(n, in_week(n)) for n in range(6)])
    found = reconciled(books, ListedBoss([entry(books.lines[0])]), hall="SZ-FT")
    assert set(found["halls"]) == {("SZ", "SZ-FT")}
    assert differences(found) == [("not_in_boss", "r3:late_fee")]


def test_RF13_a_boss_that_cannot_list_is_unavailable_in_plain_words() -> None:
    with pytest.raises(BossCannotList) as refused:
        reconciled(Books(), ListedBoss(listing="http_501"))
    assert "cannot list" in refused.value.message
    for boss in (ListedBoss(listing="timeout"), ListedBoss(asking="timeout")):
        with pytest.raises(BossIsSilent):
            reconciled(Books([line(1, in_week(1))]), boss)


def test_RF13_a_boss_that_cannot_be_asked_by_key_is_looked_up_in_the_day_before() -> None:
    known = [line(1, NEXT.start + timedelta(minutes=5)), line(2, NEXT.start + timedelta(minutes=6))]
    boss = ListedBoss([entry(known[0], at=WEEK.end - timedelta(minutes=5))], asking="http_501")
    assert differences(reconciled(Books(known), boss, NEXT)) == [("not_in_boss", known[1].key)]


def test_RF13_one_call_asks_boss_of_no_more_lines_than_its_bound() -> None:
    """A BOSS that has lost everything is asked part by part; lines of one moment stay together."""
    books, boss = Books([line(n, in_week(n // 7)) for n in range(3 * ASKED_AT_ONCE)]), ListedBoss()
    found = reconciled(books, boss)
    assert len(found["differences"]) == boss.asked == 3 * ASKED_AT_ONCE
    assert all(len(part["differences"]) <= ASKED_AT_ONCE for part in found["parts"])
    together = Books([line(n, in_week(1)) for n in range(2 * ASKED_AT_ONCE)])
    assert len(reconciled(together, ListedBoss())["differences"]) == 2 * ASKED_AT_ONCE


def test_RF13_a_week_that_still_runs_is_reconciled_until_now() -> None:
    books = Books([line(1, in_week(1)), line(2, in_week(30))])
    part = desk(books, ListedBoss([entry(each) for each in books.lines], page=9)).part(WEEK, None, None, in_week(24))
    assert (part["closed"], part["after"]) == (False, None)
    assert [each["entries"] for each in part["halls"]] == [1]


def test_RF13_a_difference_shows_both_sides_and_no_number() -> None:
    known = line(1, in_week(1))
    (told,) = reconciled(Books([known]), ListedBoss([entry(known, amount_fen=1)]))["differences"]
    assert told == {
        "what": "other_amount",
        "key": "r1:award",
        "branch": "SZ",
        "hall": "SZ-LH",
        "refund_id": "r1",
        "complaint_id": "c1",
        "line": "award",
        "msisdn": "139****0001",
        "state": "paid",
        "here_fen": 101,
        "boss_fen": 1,
        "boss_reference": "B00001",
        "at": "2026-11-22T17:00:00.000+00:00",
    }


@pytest.mark.parametrize(("name", "start"), [("2026-W48", "2026-11-22"), ("2026-W01", "2025-12-28")])
def test_RF13_weeks_are_iso_weeks_in_shanghai_time(name: str, start: str) -> None:
    week = ReconcileSchema().load({"week": name})["week"]
    assert week.start.isoformat() == f"{start}T16:00:00+00:00"
    assert week.end - week.start == timedelta(days=7)


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2026-48", "W48"])
def test_RF13_what_is_no_week_is_refused(name: str) -> None:
    assert ReconcileSchema().validate({"week": name}) == {"week": ["Must be an ISO week, such as 2026-W48."]}
