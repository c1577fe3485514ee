"""Reconciling between BOSS's list and the database (RF13): a stretch of the week at a time, each within seconds."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from services.refund.billing import BillingList
from services.refund.books.reconciling import PaidLine, compared, part_shown
from services.refund.books.spans import Span
from services.refund.books.store import BookedRefunds
from services.refund.copies.store import ComplaintCopies
from services.refund.outcomes import BossEntry, Entered, Listed, NoAnswer
from shared.errors import Unavailable
from shared.sealing import KeyRing

LISTED_AT_ONCE = 1000  # BOSS's entries of one stretch
ASKED_AT_ONCE = 50  # lines of one stretch of which BOSS is asked by key
SIDE_BY_SIDE = 5
ONE_DAY = timedelta(days=1)
CANNOT = frozenset({"http_404", "http_405", "http_501"})
Answer = dict[str, Any]


class BossCannotList(Unavailable):
    """This BOSS has no list of its entries."""

    def __init__(self) -> None:
        super().__init__(
            "BOSS cannot list its entries by time: without that list nothing can be reconciled", rule="RF13"
        )


class BossIsSilent(Unavailable):
    """BOSS gave no answer that says anything."""

    def __init__(self, why: str) -> None:
        super().__init__("BOSS did not answer: ask again later", rule="RF13", why=why)


@dataclass(frozen=True)
class Stretch:
    """BOSS's entries from `since` until before `until`."""

    since: datetime
    until: datetime
    entries: tuple[BossEntry, ...]


@dataclass(frozen=True)
class ReconcileDesk:
    """Raises the contract's errors."""

    refunds: BookedRefunds
    complaints: ComplaintCopies
    billing: BillingList
    keys: KeyRing

    def part(self, week: Span, hall: str | None, after: datetime | None, now: datetime) -> Answer:
        """Sums and differences of the next stretch, and the `after` of the one that follows; sums of parts add up.

        What customers disputed in the whole week is in the first part."""
        since, end = max(week.start, after or week.start), min(week.end, now)
        stretch = self._listed(since, end) if since < end else Stretch(since, end, ())
        stretch, missing = self._asked(stretch)
        disputed = {} if after else self.complaints.disputed(week.start, end)
        told = part_shown(self._compared(stretch, missing), disputed, hall)
        on = stretch.until.isoformat() if stretch.until < end else None
        return {"week": week.name, "from": week.start, "to": week.end, "closed": end == week.end, **told, "after": on}

    def _compared(self, stretch: Stretch, missing: Sequence[PaidLine]) -> Any:
        lines = self.refunds.lines_of({entry.key.partition(":")[0] for entry in stretch.entries})
        numbers = {entry.msisdn: self.keys.blind(entry.msisdn) for entry in stretch.entries}
        return compared(stretch.entries, lines, numbers, self._originals(stretch, lines), missing)

    def _listed(self, since: datetime, end: datetime) -> Stretch:
        """One page of BOSS's list, without its last moment unless it is the last page: that one may go on."""
        page = self._page(since, end, None)
        entries = list(page.entries)
        while page.after and entries[0].at == entries[-1].at:
            page = self._page(since, end, page.after)
            entries += page.entries
        until = entries[-1].at if page.after else end
        return Stretch(since, until, tuple(entry for entry in entries if entry.at < until))

    def _page(self, since: datetime, end: datetime, after: str | None) -> Listed:
        page = self.billing.entries(since, end, after, LISTED_AT_ONCE)
        if isinstance(page, NoAnswer):
            raise BossCannotList if page.why in CANNOT else BossIsSilent(page.why)
        if page.after and (page.after == after or not page.entries):  # it would never end
            raise BossIsSilent("no_sense")
        return page

    def _asked(self, stretch: Stretch) -> tuple[Stretch, list[PaidLine]]:
        """The stretch, shorter where too many lines have no entry in it, and those that BOSS does not have at all."""
        there = {entry.key for entry in stretch.entries}
        alone = [line for line in self.refunds.paid_between(stretch.since, stretch.until) if line.key not in there]
        stretch = _shorter(stretch, alone)
        asked = [line for line in alone if line.paid_at and line.paid_at < stretch.until]
        known = self._references([line.key for line in asked], stretch.since)
        return stretch, [line for line in asked if line.key not in known]

    def _originals(self, stretch: Stretch, lines: Mapping[str, PaidLine]) -> dict[str, str]:
        """For paid lines whose reference is not known here (settled by a person): BOSS's first entry of that key."""
        keys = {entry.key for entry in stretch.entries if (line := lines.get(entry.key)) and _nameless(line)}
        return self._references(sorted(keys), stretch.since)

    def _references(self, keys: Sequence[str], since: datetime) -> dict[str, str]:
        """The reference of the first entry of each key that BOSS has, whenever it was made.

        A BOSS that cannot be asked by key is asked for its list of the day before: later it finds nothing."""
        found: dict[str, str] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
            for key, answer in zip(keys, side_by_side.map(self.billing.ask, keys), strict=True):
                if isinstance(answer, Entered):
                    found[key] = answer.reference
                elif isinstance(answer, NoAnswer):
                    side_by_side.shutdown(cancel_futures=True)
                    return self._day_before(since) if answer.why in CANNOT else _silent(answer.why)
        return found

    def _day_before(self, since: datetime) -> dict[str, str]:
        found: dict[str, str] = {}
        after = None
        while True:
            page = self._page(since - ONE_DAY, since, after)
            for entry in page.entries:
                found.setdefault(entry.key, entry.reference)
            if (after := page.after) is None:
                return found


def _silent(why: str) -> NoReturn:
    raise BossIsSilent(why)


def _nameless(line: PaidLine) -> bool:
    return line.state == "paid" and line.boss_reference is None


def _shorter(stretch: Stretch, alone: Sequence[PaidLine]) -> Stretch:
    """Ends before the first moment of which BOSS would have to be asked too much; a single moment stays whole."""
    first = alone[0].paid_at if alone else None
    beyond = (line.paid_at for line in alone[ASKED_AT_ONCE:] if line.paid_at and line.paid_at != first)
    until = next(beyond, None)
    if until is None:
        return stretch
    return Stretch(stretch.since, until, tuple(entry for entry in stretch.entries if entry.at < until))
