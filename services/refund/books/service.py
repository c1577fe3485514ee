"""The refund service's door to its books (RF12, RF13, RF17, KP2)."""

from typing import Any

from services.refund.books.books_schema import SheetSchema, SignSheetSchema
from services.refund.books.sheet_desk import SheetDesk
from services.refund.books.sheet_shown import printed, sheet_shown, signing_shown
from services.refund.books.store import Sheets
from services.refund.store import Refunds
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.clock import Clock
from shared.providers import InForce, Stored
from shared.requests import request_of

SHEET, SIGN = SheetSchema(), SignSheetSchema()
Answer = dict[str, Any]


class BooksDoors:
    """Part of RefundService, which gives it refunds, caller, clock and policies."""

    refunds: Refunds
    caller: Caller
    clock: Clock
    policies: InForce
    sheets = Stored(Sheets)

    @rpc
    def daily_sheet(self, filter: Any) -> Answer:
        """The hall's refunds of a day with totals and signatures, to print with `printed` (RF12)."""
        by, asked, desk = self.caller.may("refund.daily_sheet"), SHEET.load(filter), self._sheet_desk()
        which = desk.which(by, **asked)
        found, sheet = self.refunds.of_hall(which), self.sheets.load(which.id)
        shown = sheet_shown(which, found, sheet.state if sheet else None, by, desk.organisation)
        return printed(shown) if asked["printed"] else shown

    @rpc
    def sign_daily_sheet(self, request: Any) -> Answer:
        """The manager files a day's sheet, then a reviewer signs it (RF12)."""
        by, told, desk = self.caller.may("refund.sign_daily_sheet"), SIGN.load(request), self._sheet_desk()
        asked = request_of(self.sheets.keys, "refund", by, "sign_daily_sheet", "", request)
        return signing_shown(desk.sign(desk.which(by, **told), told["office"], asked, by))

    def _sheet_desk(self) -> SheetDesk:
        return SheetDesk(self.refunds, self.sheets, self.policies["organisation"], self.clock)
