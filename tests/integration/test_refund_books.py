"""The refunds' books from a plain Nameko caller, on a real database and with BOSS's simulator."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.refund.service import RefundService
from tests.integration.refund_counter import Counter, command, opened, refused

HALL = "SZ-FT"
DAY = "2026-11-23"
SHEET = {"hall": HALL, "day": DAY}


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    tools = make_settings, start_service, make_client
    with opened(tools, tmp_path_factory.mktemp("books"), RefundService) as counter:
        yield counter


@pytest.fixture(scope="module")
def sold(counter: Counter) -> dict[str, str]:
    """Monday in the hall: one refund paid, one asked for, one in another hall; then the day is over."""
    found = {
        "paid": counter.approved(hall=HALL),
        "asked": counter.requested(hall=HALL, ground="double_refund"),
        "elsewhere": counter.requested(hall="SZ-LH"),
    }
    counter.settles(found["paid"])
    with refused("RuleRefused", "RF12") as refusal:
        counter.duty_manager.sign_daily_sheet(command(**SHEET, **{"as": "manager"}))
    assert refusal.details["needs"] == {"after": "2026-11-23T16:00:00+00:00"}
    counter.clock.advance(timedelta(days=1))
    return found


def test_RF12_a_daily_sheet_shows_the_halls_refunds_and_is_signed_once(counter: Counter, sold: dict[str, str]) -> None:
    before = counter.finance.daily_sheet(SHEET)
    assert [item["refund_id"] for item in before["items"]] == [sold["paid"], sold["asked"]]
    assert (before["branch"], before["hall_name"], before["missing"]) == ("SZ", "福田营业厅", ["manager", "reviewer"])
    assert before["totals"]["by_kind"] == {"principal": 1980, "award": 990, "extra": 0, "late_fee": 0}
    assert before["totals"]["paid_fen"] == 990

    with refused("RuleRefused", "RF12"):
        counter.finance.sign_daily_sheet(command(**SHEET, **{"as": "reviewer"}))
    filing = command(**SHEET, **{"as": "manager"})
    filed = counter.duty_manager.sign_daily_sheet(filing)
    signed = counter.finance.sign_daily_sheet(command(**SHEET, **{"as": "reviewer"}))
    assert counter.duty_manager.sign_daily_sheet(filing) == filed
    assert (filed["missing"], signed["missing"]) == (["reviewer"], [])
    assert filed["digest"] == signed["digest"] == before["digest"]

    after = counter.finance.daily_sheet(SHEET | {"printed": True})
    assert [each["by"] for each in after["signatures"]] == ["M1001", "F1001"]
    assert after["fits"]
    assert "1390003" not in str(after)
    assert all(words in after["html"] for words in ("福田营业厅", "已退费", "经理存档", "M1001", "F1001"))


def test_RF12_another_branch_neither_sees_nor_signs_the_sheet(counter: Counter, sold: dict[str, str]) -> None:
    assert sold
    assert counter.strange_manager.daily_sheet(SHEET)["items"] == []
    with refused("Forbidden"):
        counter.strange_manager.daily_sheet(SHEET | {"branch": "SZ"})
    with refused("Forbidden"):
        counter.strange_manager.sign_daily_sheet(command(**SHEET, **{"as": "manager"}, branch="SZ"))
    with refused("InvalidRequest"):
        counter.finance.daily_sheet({"hall": "nowhere", "day": DAY})


def test_RF12_a_sheet_that_was_altered_in_the_database_no_longer_fits(counter: Counter, sold: dict[str, str]) -> None:
    counter.duty_manager.sign_daily_sheet(command(hall="SZ-LH", day=DAY, **{"as": "manager"}))
    altered = {"$set": {"hall": "SZ-FT"}}
    counter.database["refunds"].update_one({"_id": sold["elsewhere"]}, altered)

    shown = counter.finance.daily_sheet({"hall": "SZ-LH", "day": DAY})

    assert (shown["fits"], shown["missing"]) == (False, [])
    assert shown["changed"] == [{"refund_id": sold["elsewhere"], "signed_fen": 990, "now_fen": None}]
    counter.database["refunds"].update_one({"_id": sold["elsewhere"]}, {"$set": {"hall": "SZ-LH"}})
    assert counter.finance.daily_sheet({"hall": "SZ-LH", "day": DAY})["fits"]
