"""Another leaf, another customer (IN8, IN9, IN24, CL10)."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake import correcting
from services.intake import history as h
from services.intake.climbing import follow_ladder
from services.intake.errors import AnotherIsOpen, ChargedElsewhere, UnknownCategory, WrongField, WrongState
from services.intake.model import Complaint
from services.intake.repeats import Standing
from services.intake.values import Place
from tests.unit.intake.makers import HOUR, MONDAY, NUMBER, after, archived, complaint, on, replied

LATER = MONDAY + 3 * HOUR


def refiled(known: Complaint, category: str, *earlier: Standing, now: Any = LATER) -> Complaint:
    occasion = on(now, earlier=earlier)
    return after(known, *correcting.reclassify(known, c.Reclassify(category, "归类有误"), occasion), now=now)


def corrected(known: Complaint, *earlier: Standing, now: Any = LATER, **fields: Any) -> Complaint:
    command = c.CorrectCustomer("登记有误", **fields)
    occasion = on(now, earlier=earlier)
    return after(known, *correcting.correct_customer(known, command, occasion), now=now)


def test_IN9_it_is_filed_under_another_leaf() -> None:
    known = refiled(complaint(), "01.01.02")
    assert (known.category, known.category_name, known.category_path) == (
        "01.01.02",
        "漫游障碍",
        "基础通信-话音基本业务-漫游障碍",
    )


def test_IN9_IN24_the_new_leaf_is_judged_like_the_first() -> None:
    with pytest.raises(UnknownCategory):
        refiled(complaint(), "99.99.99")
    with pytest.raises(WrongField):
        refiled(complaint(), "04.01.01")
    with pytest.raises(ChargedElsewhere):
        correcting.reclassify(complaint(), c.Reclassify("04.01.08", "费用", service="06.01"), on())


def test_IN8_it_takes_a_place_of_its_own_there() -> None:
    earlier = Standing("a", 1, False, MONDAY - 24 * HOUR)
    assert refiled(complaint(), "01.01.02", earlier).place == Place(2, "a", 1)


def test_IN8_what_was_archived_only_afterwards_is_not_repeated() -> None:
    assert refiled(complaint(), "01.01.02", Standing("a", 1, False, MONDAY + HOUR)).place == Place(2)


def test_IN8_where_another_one_is_open_it_cannot_go() -> None:
    with pytest.raises(AnotherIsOpen) as refused:
        refiled(complaint(), "01.01.02", Standing("other", 1, True))
    assert refused.value.details["complaint_id"] == "other"


def test_IN8_it_is_no_rival_of_its_own() -> None:
    assert refiled(complaint(), "01.01.02", Standing("c0ffee", 1, True)).place == Place(1)


def test_a_ticket_without_a_place_stays_without() -> None:
    assert refiled(complaint(ticket_type="consultation"), "01.01.02", Standing("other", 1, True)).place == Place()


def test_CL10_the_clocks_of_the_new_leaf_run_from_the_registration() -> None:
    known = refiled(complaint(), "03.03.08")
    assert known.limits["fault_report"] == MONDAY + 8 * HOUR
    back = refiled(known, "04.01.01")
    assert back.limits == complaint().limits


def test_CL10_another_brand_moves_what_still_runs() -> None:
    known = corrected(complaint(), brand="vip")
    assert (known.brand, known.limits["handling"]) == ("vip", MONDAY + 8 * HOUR)


def test_CL10_never_what_was_met_or_broken() -> None:
    assert corrected(replied(), brand="vip").limits["handling"] == MONDAY + 48 * HOUR
    late = MONDAY + 49 * HOUR
    assert corrected(complaint(), brand="vip", now=late).limits["handling"] == MONDAY + 48 * HOUR


def test_CL10_after_a_reopening_from_there() -> None:
    reopened = after(replied(), h.ComplaintReopened("asked", "又来电", {"handling": LATER + 48 * HOUR}), now=LATER)
    assert corrected(reopened, brand="vip").limits["handling"] == LATER + 8 * HOUR


def test_a_corrected_name_keeps_number_and_place() -> None:
    known = corrected(complaint(), Standing("other", 1, True), name="程先生")
    assert (known.customer.name, known.customer.msisdn, known.place) == ("程先生", NUMBER, Place(1))


def test_IN8_a_corrected_number_takes_a_place_of_its_own() -> None:
    known = corrected(complaint(), Standing("a", 3, False), msisdn="13900000002")
    assert (known.customer.msisdn, known.customer.name, known.place) == ("13900000002", "陈先生", Place(4))


def test_at_least_one_thing_is_corrected() -> None:
    with pytest.raises(WrongField):
        corrected(complaint())


@pytest.mark.parametrize("known", [archived(), complaint(verification=None)])
def test_what_is_over_is_not_corrected(known: Complaint) -> None:
    with pytest.raises(WrongState):
        corrected(known, brand="vip")
    with pytest.raises(WrongState):
        refiled(known, "01.01.02")


def test_CL3_another_brand_leaves_an_extended_handling_limit_as_it_was_decided() -> None:
    extended_to = MONDAY + 96 * HOUR
    told = c.LadderTold(2, "agent", None, {"handling": extended_to}, extended_to)
    extended = after(complaint(), *follow_ladder(complaint(), told))

    known = corrected(extended, brand="gotone")

    assert (known.answer_limit, known.due_times["handling"]) == (extended_to, extended_to)
