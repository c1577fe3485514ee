"""Working on a complaint (IN7, IN10, IN13, IN18, IN21, CL7, CL8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.intake import commands as c
from services.intake import handling
from services.intake import history as h
from services.intake.climbing import follow_ladder
from services.intake.errors import PromisedTooLate, SentAway, WrongField, WrongState
from services.intake.model import Complaint
from services.intake.values import Verification
from tests.unit.intake.makers import HOUR, MONDAY, after, archived, complaint, on, replied

CALL = c.RecordContact("phone", "out", "告知进展", customer_said="知道了")
LATER = MONDAY + 3 * HOUR


def contacted(known: Complaint, command: c.RecordContact, hours: int = 3) -> Complaint:
    now = MONDAY + hours * HOUR
    return after(known, *handling.record_contact(known, command, on(now)), now=now)


def test_IN10_a_contact_keeps_its_exact_time() -> None:
    [recorded] = handling.record_contact(complaint(), c.RecordContact("phone", "out", "说明", MONDAY + HOUR), on(LATER))
    assert (recorded.contact_at, recorded.content) == (MONDAY + HOUR, "说明")


def test_IN10_without_a_time_it_is_now() -> None:
    [recorded] = handling.record_contact(complaint(), CALL, on(LATER))
    assert recorded.contact_at == LATER


@pytest.mark.parametrize("at", [MONDAY - 2 * timedelta(minutes=1), LATER + 2 * timedelta(minutes=1)])
def test_IN10_a_contact_before_the_complaint_or_in_the_future_is_refused(at: Any) -> None:
    with pytest.raises(WrongField) as refused:
        handling.record_contact(complaint(), c.RecordContact("phone", "out", "说明", at), on(LATER))
    assert list(refused.value.details) == ["at"]


def test_CL2_the_first_outgoing_contact_answers_as_of_the_servers_time() -> None:
    known = contacted(complaint(), c.RecordContact("sms", "out", "已受理", MONDAY + HOUR))
    assert known.answered_at == LATER
    assert contacted(known, CALL, hours=5).answered_at == LATER


def test_CL2_a_call_of_the_customers_does_not() -> None:
    assert contacted(complaint(), c.RecordContact("phone", "in", "来电询问")).answered_at is None


@pytest.mark.parametrize(("means", "called"), [("phone", True), ("sms", False), ("visit", False)])
def test_CL6_only_a_call_calls_back(means: Any, called: bool) -> None:
    known = contacted(complaint(channel="opinion_book"), c.RecordContact(means, "out", "回访"))
    assert (known.called_back_at is not None) == called


def test_IN5_the_call_back_verifies_the_holder() -> None:
    called = c.RecordContact("phone", "out", "核实", verification=Verification("service_password", True))
    known = complaint(channel="letter", verification=None)
    assert (known.verified, contacted(known, called).verified) == (False, True)


def test_IN5_a_holder_once_verified_stays_so_although_a_later_caller_is_not() -> None:
    stranger = c.RecordContact("phone", "in", "家人来电", verification=Verification("calling_number", False))

    assert contacted(complaint(), stranger).verified


def test_IN21_a_counter_proposal_says_what_the_customer_wants() -> None:
    with pytest.raises(WrongField):
        handling.propose(complaint(), c.Propose("退还差额", "counter"), on())
    [proposed] = handling.propose(complaint(), c.Propose("退还差额", "counter", "双倍退还"), on())
    assert proposed.counter == "双倍退还"


def test_IN7_handlers_change_first_contact_never_does() -> None:
    known = after(complaint(), *handling.assign(complaint(), c.Assign("E1004"), on()))
    assert (known.handler, known.first_contact) == ("E1004", "E1001")
    known = after(known, *handling.transfer(known, c.Transfer("network_maintenance", "查基站"), on()))
    assert (known.handler, known.department, known.first_contact) == (None, "network_maintenance", "E1001")


@pytest.mark.parametrize("department", ["hotline", "SZ-LH", "深圳热线", "南山合作营业厅", "GZ-TH", "10086"])
def test_IN18_a_hall_transfers_to_departments_only(department: str) -> None:
    with pytest.raises(SentAway) as refused:
        handling.transfer(complaint(channel="hall"), c.Transfer(department, "请客户另行拨打"), on())
    assert refused.value.details["rule"] == "IN18"


def test_IN18_who_wrote_into_a_halls_opinion_book_is_not_sent_away_either() -> None:
    with pytest.raises(SentAway):
        handling.transfer(complaint(channel="opinion_book"), c.Transfer("hotline", "请客户另行拨打"), on())


def test_IN18_the_hotline_may_transfer_to_a_hall() -> None:
    assert handling.transfer(complaint(), c.Transfer("SZ-FT", "客户要求到厅"), on())


@pytest.mark.parametrize("place", ["SZ-LH", "罗湖营业厅", "10086热线", "hotline"])
def test_IN18_a_hall_that_got_it_from_the_hotline_does_not_send_it_on_to_another_one(place: str) -> None:
    known = complaint()
    in_the_hall = after(known, *handling.transfer(known, c.Transfer("福田营业厅", "客户要求到厅"), on()))
    with pytest.raises(SentAway):
        handling.transfer(in_the_hall, c.Transfer(place, "那边更近"), on())
    assert handling.transfer(in_the_hall, c.Transfer("network_maintenance", "查话单"), on())


def test_IN13_judgements_are_recorded_steps() -> None:
    assert handling.judge(complaint(), c.Judge("计费", "normal"), on()) == [h.ComplaintJudged("计费", "normal")]


def promised(known: Complaint, kind: Any, due_at: Any, now: Any = MONDAY) -> Complaint:
    events = handling.promise(known, c.MakePromise(kind, due_at, "答复"), on(now))
    return after(known, *events, now=now)


def test_CL8_an_answer_may_be_promised_up_to_the_handling_limit() -> None:
    limit = MONDAY + 48 * HOUR
    [promise] = promised(complaint(), "answer", limit).promises
    assert (promise.due_at, promise.made_by, promise.fulfilled_at) == (limit, "E1001", None)


def test_CL8_later_is_refused_with_the_latest_time_possible() -> None:
    with pytest.raises(PromisedTooLate) as refused:
        promised(complaint(brand="vip"), "answer", MONDAY + 8 * HOUR + timedelta(milliseconds=1))
    assert refused.value.details == {"rule": "CL8", "latest": "2026-11-23T09:00:00.000+00:00"}


def test_CL3_an_extension_told_by_escalation_makes_room_for_a_later_promise() -> None:
    extended_to = MONDAY + 96 * HOUR
    told = c.LadderTold(2, "agent", None, {"handling": extended_to}, extended_to)
    known = after(complaint(), *follow_ladder(complaint(), told))
    assert promised(known, "answer", extended_to).limits["promise"] == extended_to
    with pytest.raises(PromisedTooLate):
        promised(known, "answer", extended_to + HOUR)


def test_CL7_an_effect_is_promised_whenever_it_will_be() -> None:
    assert promised(complaint(brand="vip"), "effect", MONDAY + 90 * HOUR).promises[0].kind == "effect"


@pytest.mark.parametrize("kind", ["answer", "effect"])
@pytest.mark.parametrize("due_at", [MONDAY, MONDAY - HOUR])
def test_a_promise_in_the_past_is_refused(kind: Any, due_at: Any) -> None:
    with pytest.raises(WrongField) as refused:
        promised(complaint(), kind, due_at)
    assert list(refused.value.details) == ["due_at"]


def test_CL7_a_contact_fulfils_the_promise_it_names() -> None:
    known = promised(promised(complaint(), "effect", MONDAY + 60 * HOUR), "effect", MONDAY + 70 * HOUR)
    second = known.promises[1].promise_id
    known = contacted(known, c.RecordContact("phone", "out", "端口已屏蔽", fulfils=second))
    assert [each.fulfilled_at for each in known.promises] == [None, LATER]
    assert known.fulfilled[0].clock_id == second


def test_CL8_the_reply_keeps_an_answers_promise_but_not_an_effects() -> None:
    known = promised(promised(complaint(), "answer", MONDAY + 9 * HOUR), "effect", MONDAY + 60 * HOUR)
    known = after(known, h.ComplaintReplied("satisfied", "查", "答"), now=LATER)
    assert [each.fulfilled_at for each in known.promises] == [LATER, None]


def test_urging_counts_and_moves_no_clock() -> None:
    known = complaint()
    urged = after(known, *handling.urge(known, c.Urge("快点"), on(LATER)), now=LATER)
    assert (urged.urged_count, urged.urged_at, urged.limits) == (1, LATER, known.limits)


WITHDRAWN = after(complaint(), h.ComplaintWithdrawn("不要了"))
REFUSED = complaint(verification=None)


COMMANDS = [
    (handling.record_contact, CALL),
    (handling.propose, c.Propose("退还", "accepted")),
    (handling.judge, c.Judge("计费", "normal")),
    (handling.assign, c.Assign("E1004")),
    (handling.transfer, c.Transfer("complaint_team", "转")),
    (handling.promise, c.MakePromise("effect", LATER, "生效")),
    (handling.urge, c.Urge()),
]


@pytest.mark.parametrize("known", [WITHDRAWN, REFUSED])
@pytest.mark.parametrize(("decide", "command"), COMMANDS)
def test_withdrawn_and_refused_ones_are_final(decide: Callable[..., Any], command: Any, known: Complaint) -> None:
    with pytest.raises(WrongState) as refused:
        decide(known, command, on())
    assert refused.value.details["status"] == known.status


@pytest.mark.parametrize("known", [replied(), archived()])
def test_what_was_answered_is_urged_only_by_reopening(known: Complaint) -> None:
    with pytest.raises(WrongState):
        handling.urge(known, c.Urge(), on(LATER))
    with pytest.raises(WrongState):
        handling.promise(known, c.MakePromise("answer", MONDAY + 9 * HOUR, "答复"), on(LATER))
