"""The refunds' books from a plain Nameko caller, on a real database and with BOSS's simulator."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from services.refund.service import RefundService
from tests.integration.refund_counter import MONDAY, Counter, command, new_number, opened, refused, soon

HALL = "SZ-FT"
DAY = "2026-11-23"
WEEK = "2026-W48"
PERIOD = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-24T00:00:00+08:00"}
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


def test_KP2_refunds_are_totalled_by_request_and_by_payment(counter: Counter, sold: dict[str, str]) -> None:
    assert sold
    shown = counter.finance.totals(PERIOD)
    assert (shown["count"], shown["total_fen"], shown["doubled"], shown["closed"]) == (1, 990, 0, True)
    assert (shown["requested"]["count"], shown["requested"]["total_fen"]) == (3, 990 * 4)
    assert shown["requested"]["doubled"] == {"count": 1, "total_fen": 1980, "award_fen": 990}
    assert counter.finance.totals(PERIOD | {"hall": "SZ-LH"})["requested"]["count"] == 1
    assert counter.branch.totals(PERIOD) == shown | {"scope": {"branch": "SZ", "hall": None}}
    assert counter.strange_manager.totals(PERIOD)["requested"]["count"] == 0
    with refused("Forbidden"):
        counter.agent.totals(PERIOD)


def test_KP2_a_past_days_totals_stay_the_same_and_its_parts_add_up(counter: Counter, sold: dict[str, str]) -> None:
    before = counter.finance.totals(PERIOD)
    counter.duty_manager.approve(sold["asked"], command())
    counter.settles(sold["asked"])
    assert counter.finance.totals(PERIOD) == before
    counter.requested()
    two_days = PERIOD | {"to": "2026-11-26T00:00:00+08:00"}
    whole = counter.finance.totals(two_days)
    first = counter.finance.totals(two_days | {"limit": 1})
    assert first["after"] == "2026-11-24"
    second = counter.finance.totals(two_days | {"to": first["as_of"], "limit": 1, "after": first["after"]})
    assert second["after"] is None
    counts = [(part["requested"]["count"], part["count"], part["total_fen"]) for part in (first, second, whole)]
    assert tuple(map(sum, zip(*counts[:2], strict=True))) == counts[2] == (4, 2, 2970)


def test_RF17_a_month_package_has_a_form_for_each_refund_and_names_unsigned_days(
    counter: Counter, sold: dict[str, str]
) -> None:
    asked = {"hall": "SZ-LH", "month": "2026-11", "limit": 1}
    more = counter.requested(hall="SZ-LH")
    pages = [counter.finance.month_package(asked)]
    while after := pages[-1]["after"]:
        pages.append(counter.finance.month_package(asked | {"after": after}))
    items = [item for page in pages for item in page["items"]]

    assert [item["refund_id"] for item in items] == [sold["elsewhere"], more]
    assert all("资费争议电子流审批单" in item["html"] and "罗湖营业厅" in item["html"] for item in items)
    assert "1390003" not in str(items)
    assert [day["refunds"] for day in pages[0]["days"]] == [1, 1]
    assert pages[0]["unsigned"] == ["2026-11-23", "2026-11-24"]
    assert counter.branch.month_package(asked)["items"] == pages[0]["items"]
    assert counter.strange_manager.month_package(asked)["items"] == []
    with refused("Forbidden"):
        counter.agent.month_package(asked)


def week(counter: Counter, **asked: Any) -> dict[str, Any]:
    """The week's parts added up."""
    parts = [counter.finance.reconcile({"week": WEEK} | asked)]
    while after := parts[-1]["after"]:
        parts.append(counter.finance.reconcile({"week": WEEK, "after": after} | asked))
    halls = [each for part in parts for each in part["halls"]]
    found = sorted((each["what"], each["key"]) for part in parts for each in part["differences"])
    fen = {name: sum(each[name] for each in halls) for name in ("disputed_fen", "paid_fen", "boss_fen")}
    return fen | {"differences": found}


def test_RF13_a_week_without_differences_agrees_with_boss_and_tells_what_was_disputed(
    counter: Counter, sold: dict[str, str]
) -> None:
    assert sold
    for seq, changes in enumerate(({}, {"status": "withdrawn"}), start=1):
        counter.tell("intake", "complaint_registered", disputed(counter, f"c-{seq}", **changes))
    soon(lambda: counter.database["complaints"].count_documents({"disputed_fen": 4934}) == 2)

    shown = week(counter)

    assert shown["differences"] == []
    assert shown["paid_fen"] == shown["boss_fen"] >= 990
    assert shown["disputed_fen"] == 4934
    assert week(counter, hall="SZ-LH")["disputed_fen"] == 0


def disputed(counter: Counter, complaint_id: str, **changes: Any) -> dict[str, Any]:
    """Facts of a complaint with a dispute, as intake tells them."""
    customer = {"sealed": counter.keys.seal_for_suite({"msisdn": new_number()}), "masked": "139****0003"}
    usual = {"complaint_id": complaint_id, "seq": 1, "branch": "SZ", "hall": HALL, "status": "open"}
    told = {"channel": "hall", "verified": True, "disputed_amount_fen": 4934, "customer": customer}
    times = {"registered_at": "2026-11-23T02:00:00+00:00", "reopened_at": None, "urged_at": None}
    return usual | told | times | changes


def test_RF13_every_difference_with_boss_is_found_and_belongs_to_its_hall(
    counter: Counter, sold: dict[str, str]
) -> None:
    counter.settles(sold["paid"])
    entry = {"key": f"{sold['paid']}:principal", "msisdn": new_number(), "amount_fen": 990, "kind": "principal"}
    counter.boss.behave(honours_keys=False)
    for changes in ({}, {"key": "z-1:principal"}, {"key": f"{sold['elsewhere']}:principal"}):
        requests.post(f"{counter.boss.url}/entries", json=entry | changes, timeout=10).raise_for_status()
    counter.boss.behave()
    line = "state.lines.0"
    known = counter.database["refunds"].find_one({"_id": sold["asked"]})
    assert known
    before = known["state"]["lines"][0]["amount_fen"]
    counter.database["refunds"].update_one({"_id": sold["asked"]}, {"$set": {f"{line}.amount_fen": before + 1}})

    found = week(counter)["differences"]

    counter.database["refunds"].update_one({"_id": sold["asked"]}, {"$set": {f"{line}.amount_fen": before}})
    assert found == sorted(
        [
            ("twice", entry["key"]),
            ("unknown_here", "z-1:principal"),
            ("not_paid_here", f"{sold['elsewhere']}:principal"),
            ("other_amount", f"{sold['asked']}:principal"),
        ]
    )
    assert ("unknown_here", "z-1:principal") not in week(counter, hall=HALL)["differences"]


def test_RF13_a_line_that_boss_does_not_have_is_a_difference_and_a_boss_without_a_list_says_so(
    counter: Counter, sold: dict[str, str]
) -> None:
    lost = {"$set": {"state.lines.0.state": "paid", "state.lines.0.paid_at": "2026-11-23T01:00:00.000+00:00"}}
    unpaid = counter.requested(hall="SZ-NS")
    times = {"$set": lost["$set"] | {"paid_times": [MONDAY]}}
    counter.database["refunds"].update_one({"_id": unpaid}, times)
    assert week(counter, hall="SZ-NS")["differences"] == [("not_in_boss", f"{unpaid}:principal")]
    assert sold
    counter.boss.behave(can_list=False)
    with refused("Unavailable", "RF13"):
        week(counter)
    counter.boss.behave()
    with refused("Forbidden"):
        counter.branch.reconcile({"week": WEEK})
