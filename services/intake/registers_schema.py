"""What `hall_register` (IN20) and `recharge_statistic` (IN25) accept."""

from dataclasses import dataclass
from datetime import date, datetime

from services.intake.schemas import Value
from shared.fields import USUAL_PAGE, After, Day, Flag, Moment, Page, short


@dataclass(frozen=True)
class HallDay:
    """One hall's day (Asia/Shanghai). `printed`: as HTML too."""

    hall: str
    day: date
    printed: bool = False


class HallRegisterSchema(Value):
    makes = HallDay
    hall = short(required=True)
    day = Day(required=True)
    printed = Flag()


@dataclass(frozen=True)
class Recharges:
    """Recharges complained of from `start` (inclusive) to `end` (exclusive), a page at a time, newest first."""

    start: datetime
    end: datetime
    branch: str | None = None
    hall: str | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


class RechargeStatisticSchema(Value):
    """From (inclusive) to (exclusive)."""

    makes = Recharges
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    branch = short()
    hall = short()
    limit = Page()
    after = After(allow_none=True)
