"""The refund service's door to its books (RF12, RF13, RF17, KP2)."""

from typing import Any

from services.refund.billing import Boss
from services.refund.books.books_schema import (
    MonthPackageSchema,
    ReconcileSchema,
    SheetSchema,
    SignSheetSchema,
    TotalsSchema,
)
from services.refund.books.month import days_shown, package
from services.refund.books.reconcile_desk import ReconcileDesk
from services.refund.books.sheet_desk import SheetDesk, branch_of
from services.refund.books.sheet_shown import printed, sheet_shown, signing_shown
from services.refund.books.store import Sheets
from services.refund.books.totals_answer import answer, counted, scope_of
from services.refund.store import Refunds
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.clock import Clock
from shared.providers import InForce, Stored
from shared.requests import request_of

SHEET, SIGN = SheetSchema(), SignSheetSchema()
PACKAGE, RECONCILE, TOTALS = MonthPackageSchema(), ReconcileSchema(), TotalsSchema()
Answer = dict[str, Any]


class BooksDoors:
    """Part of RefundService, which gives it refunds, caller, clock and policies."""

    refunds: Refunds
    caller: Caller
    clock: Clock
    policies: InForce
    boss_url: Any
    sheets = Stored(Sheets)

    @rpc(long=True)
    def daily_sheet(self, filter: Any) -> Answer:
        """The hall's refunds of a day with totals and signatures, to print with `printed` (RF12)."""
        by, asked, desk = self.caller.may("refund.daily_sheet"), SHEET.load(filter), self._sheet_desk()
        which = desk.which(by, **asked)
        found, sheet = self.refunds.of_hall(which), self.sheets.load(which.id)
        shown = sheet_shown(which, found, sheet.state if sheet else None, by, desk.organisation)
        return printed(shown) if asked["printed"] else shown

    @rpc(long=True)
    def sign_daily_sheet(self, request: Any) -> Answer:
        """The manager files a day's sheet, then a reviewer signs it (RF12)."""
        by, told, desk = self.caller.may("refund.sign_daily_sheet"), SIGN.load(request), self._sheet_desk()
        asked = request_of(self.sheets.keys, "refund", by, "sign_daily_sheet", "", request)
        return signing_shown(desk.sign(desk.which(by, **told), told["office"], asked, by))

    @rpc(long=True)
    def month_package(self, filter: Any) -> Answer:
        """A page of the hall's refunds of a month with their approval forms, and the month's sheets (RF17)."""
        by, asked, desk = self.caller.may("refund.month_package"), PACKAGE.load(filter), self._sheet_desk()
        place = branch_of(by, asked["hall"], asked.get("branch"), desk.organisation), asked["hall"]
        found, after = self.refunds.of_month(*place, asked["month"].times, asked)
        rows = self.refunds.rows(*place, *asked["month"].times)
        days = days_shown(asked["month"], rows, self.sheets.of_month(*place, asked["month"].name), self.clock.now())
        return package(place, asked["month"], found, by, desk.organisation) | days | {"after": after}

    @rpc(long=True)
    def reconcile(self, filter: Any) -> Answer:
        """A week against BOSS's entries, by hall, every difference line by line; a stretch at a time (RF13)."""
        self.caller.may("refund.reconcile")
        asked, boss = RECONCILE.load(filter), Boss(self.boss_url, self.policies["refunds"].billing)
        desk = ReconcileDesk(self.refunds, self.refunds.complaints, boss, self.refunds.keys)
        return desk.part(asked["week"], asked.get("hall"), asked["after"], self.clock.now())

    @rpc(long=True)
    def totals(self, filter: Any) -> Answer:
        """A period's refunds, by time of request and of payment: count, total, doubled, and broken down (KP2)."""
        by, asked, now = self.caller.may("refund.totals"), TOTALS.load(filter), self.clock.now()
        scope = scope_of(asked, by, now)
        return answer(*counted(self.refunds.traces(scope), scope, asked.limit), asked, scope, now)

    def _sheet_desk(self) -> SheetDesk:
        return SheetDesk(self.refunds, self.sheets, self.policies["organisation"], self.clock)
