"""The daily sheets between door and store: which hall is meant, its refunds, its signatures (RF12)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.refund.books.sheet import DailySheet, HallDay, Office, sign
from services.refund.books.sheet_errors import WhichBranch
from services.refund.books.store import BookedRefunds, Sheets
from services.refund.errors import AnotherBranch
from services.rights import sees_branch
from shared.aggregate import Actor
from shared.clock import Clock
from shared.documents import Clash
from shared.organisation import Organisation
from shared.patience import Patience
from shared.requests import Request
from shared.stored import Saved


def branch_of(by: Actor, hall: str, branch: str | None, organisation: Organisation) -> str:
    """The caller's own branch; for those who see all the one they name, else the only one that lists the hall."""
    own = sees_branch(by)
    if own and branch not in (None, own):
        raise AnotherBranch(str(branch))
    if known := own or branch:
        return known
    listing = [code for code, company in organisation.branches.items() if hall in company.units]
    if len(listing) != 1:
        raise WhichBranch(hall)
    return listing[0]


@dataclass(frozen=True)
class SheetDesk:
    """Raises the contract's errors."""

    refunds: BookedRefunds
    sheets: Sheets
    organisation: Organisation
    clock: Clock

    def which(self, by: Actor, hall: str, day: date, branch: str | None = None, **_: Any) -> HallDay:
        """The sheet that is meant."""
        return HallDay(branch_of(by, hall, branch, self.organisation), hall, day)

    def sign(self, which: HallDay, office: Office, request: Request, by: Actor) -> Saved[DailySheet]:
        """The sheet with one more signature; a request that came before is answered again."""
        patience = Patience(seconds=3)
        while True:
            if answered := self.sheets.answer_of(request):
                return answered
            try:
                return self._signed(which, office, request, by)
            except Clash:  # somebody filed it in this moment: look again
                patience.wait()

    def _signed(self, which: HallDay, office: Office, request: Request, by: Actor) -> Saved[DailySheet]:
        rows = [row for _, row in self.refunds.rows(which.branch, which.hall, *which.span)]
        if self.sheets.load(which.id):
            return self.sheets.change(
                which.id, lambda sheet, now: sign(sheet, which, office, rows, by, now), by, request
            )
        now = self.clock.now()
        return self.sheets.insert(which.id, sign(None, which, office, rows, by, now), by, now, request)
