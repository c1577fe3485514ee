"""A hall's register of a day (IN20), and the statistic of recharges and passwords (IN25)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.intake.course import followed
from services.intake.model import Complaint
from services.intake.recharge import Recharge
from services.intake.registers import every_page, hall_register, of_the_day, recharge_statistic
from services.intake.registers_schema import HallDay
from shared.chain import Head
from shared.fields import after
from shared.sealing import KeyRing
from shared.stored import Saved
from tests.unit.intake.makers import HOUR, MONDAY, NUMBER, complaint, first_events, on, replied, request, rules

TODAY = HallDay("SZ-FT", date(2026, 11, 23))
IN_HALL: dict[str, Any] = {"hall": "SZ-FT", "channel": "hall"}


def register(*tickets: Complaint, now: datetime = MONDAY + 3 * HOUR, printed: bool = False) -> dict[str, Any]:
    return hall_register(replace(TODAY, printed=printed), tickets, now, rules().organisation)


def refused() -> Complaint:
    return followed(None, first_events(request(verification=None, **IN_HALL)), on())


def consultation() -> Complaint:
    return complaint(ticket_type="consultation", **IN_HALL)


def test_IN20_a_day_is_shanghais_from_midnight_to_midnight() -> None:
    asked = of_the_day(TODAY)
    assert (asked.hall, asked.status) == ("SZ-FT", None)
    assert asked.registered_from == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert asked.registered_to == datetime(2026, 11, 23, 15, 59, 59, 999000, tzinfo=UTC)


def test_IN20_every_sort_of_ticket_stands_in_it_refused_ones_too() -> None:
    told = register(complaint(**IN_HALL), consultation(), refused(), replied(**IN_HALL))
    assert told["totals"]["count"] == 4
    assert told["totals"]["by_ticket_type"] == {"complaint": 3, "consultation": 1}
    assert told["totals"]["by_status"] == {"open": 2, "refused": 1, "replied": 1}
    assert told["hall_name"] == "福田营业厅"


def test_IN20_in_order_with_their_time_points() -> None:
    first, second = replied(**IN_HALL), replace(complaint(**IN_HALL), registered_at=MONDAY + HOUR)
    items = register(second, first)["items"]
    assert [each["n"] for each in items] == [1, 2]
    assert items[0]["registered_at"] == "2026-11-23T01:00:00.000+00:00"
    assert items[0]["replied_at"] == "2026-11-23T02:00:00.000+00:00"
    assert items[0]["due_at"] == "2026-11-25T01:00:00.000+00:00"
    assert items[1]["replied_at"] is None


def test_IN20_what_is_late_is_seen_at_a_glance() -> None:
    known, answered = complaint(**IN_HALL), replied(**IN_HALL)
    assert [each["late"] for each in register(known, answered)["items"]] == [False, False]
    later = MONDAY + timedelta(hours=48, milliseconds=1)
    assert sorted(each["late"] for each in register(known, answered, now=later)["items"]) == [False, True]
    assert register(known, answered, now=later)["totals"]["late"] == 1


def test_IN20_PR1_customers_are_masked() -> None:
    told = register(complaint(**IN_HALL), printed=True)
    assert told["items"][0]["customer"] == "139****0001"
    assert NUMBER not in str(told)
    assert "陈先生" not in str(told)


def test_IN20_it_can_be_printed_also_when_nothing_happened() -> None:
    html = register(complaint(**IN_HALL), refused(), printed=True)["html"]
    for word in ("服务厅服务登记表", "福田营业厅", "不予受理", "受理 2026-11-23 09:00", "值班经理"):
        assert word in html
    assert "当日无登记" in register(printed=True)["html"]
    assert "html" not in register()


def test_IN20_a_day_of_many_pages_is_whole_but_for_what_cannot_be_read() -> None:
    keys = KeyRing({"m1": bytes(32)}, bytes(32), bytes(32))
    many = [replace(complaint(**IN_HALL), registered_at=MONDAY - n * timedelta(seconds=1)) for n in range(7)]
    found = [Saved(f"c{n}", 1, each, Head(1, ""), keys.new_document_key("c")) for n, each in enumerate(many)]

    def search(asked: Any, _visible: Any) -> Any:
        left = [each for each in found if asked.after is None or each.state.registered_at < asked.after[0]]
        page = left[: asked.limit]
        end = after(page[-1].state.registered_at, page[-1].id) if len(left) > len(page) else None
        return [each for each in page if each.id != "c2"], end  # the last one of a page cannot be read

    assert list(every_page(search, replace(of_the_day(TODAY), limit=3), {})) == many[:2] + many[3:]


CARD = Recharge("card", "密码有误", "10118610012345678", MONDAY, "福田书报亭", 5000)
LEAF: dict[str, Any] = {"category": "03.01.03"}


def test_IN25_the_statistic_counts_by_fault_and_place_and_keeps_the_rows() -> None:
    known = [complaint(**LEAF, recharge=CARD), complaint(**LEAF, recharge=replace(CARD, place_of_sale=" 福田书报亭 "))]
    known += [complaint(**LEAF), complaint(**LEAF, recharge=Recharge("password", "忘记密码"))]
    told = recharge_statistic(known, "next")
    totals = told["totals"]
    assert [totals[name] for name in ("count", "given", "wanted", "amount_fen")] == [4, 3, 1, 10000]
    assert totals["by_kind"] == {"card": 2, "password": 1}
    assert totals["by_fault"] == {"密码有误": 2, "忘记密码": 1}
    assert totals["by_place_of_sale"] == {"福田书报亭": 2, "未知": 1}
    assert [each["state"] for each in told["items"]] == ["given", "given", "wanted", "given"]
    assert told["items"][0]["at"] == "2026-11-23T01:00:00.000+00:00"
    assert told["after"] == "next"


def test_IN25_PR1_a_card_serial_number_is_shown_without_its_last_digits() -> None:
    told = recharge_statistic([complaint(**LEAF, recharge=CARD)], None)
    assert told["items"][0]["card_serial"] == "1011861001234****"
    assert "10118610012345678" not in str(told)


def test_IN25_KP7_refused_attempts_are_not_counted() -> None:
    attempt = followed(None, first_events(request(verification=None, recharge=CARD, **LEAF)), on())
    assert recharge_statistic([attempt], None)["totals"]["count"] == 0
