"""What a contact fulfils, and how long it tells the customer to wait (RP8, CL7, CL11)."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake import history as h
from services.intake.errors import DoneByItsAct, NothingToFulfil, TaskIsDone, WaitsTooLong, WrongField
from services.intake.lost_messages import MessageLost, message_lost
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks
from services.intake.task_commands import FinishTask
from tests.unit.intake.makers import A_REPLY, AGENT, COLLEAGUE, HOUR, MONDAY, after, complaint, on

LATER = MONDAY + 3 * HOUR


def contacted(
    known: Complaint, at: Any = LATER, means: Any = "phone", direction: Any = "out", **more: Any
) -> Complaint:
    """The complaint after a contact, with all that comes of it."""
    command = c.RecordContact(means, direction, "已告知进展", **more)
    return after(known, *METHODS["record_contact"].decide(known, command, on(at)), now=at)


def called_for(known: Complaint) -> list[Any]:
    """The due times of the calls that are still owed."""
    return [task.due_at for task in open_tasks(known) if task.kind == "call_back"]


# -- RP8


def test_RP8_whoever_waits_is_called_and_the_clock_is_the_tasks_due_time() -> None:
    known = complaint(brand="gotone")
    [task] = open_tasks(known)

    assert (task.kind, task.for_whom, task.due_at) == ("call_back", AGENT.sub, MONDAY + 12 * HOUR)
    assert known.due_times["waiting_call"] == task.due_at


def test_RP8_registering_a_waiting_customer_is_still_one_event() -> None:
    assert complaint().seq == 0
    assert complaint().tasks == ()


def test_RP8_answered_on_the_spot_nobody_waits() -> None:
    assert open_tasks(complaint(handling="direct_reply", reply=A_REPLY)) == ()


def test_RP8_an_outgoing_call_finishes_it_and_nothing_else_does() -> None:
    known = complaint()
    others = [("sms", "out"), ("phone", "in"), ("letter", "out"), ("visit", "out")]

    assert called_for(contacted(known)) == []
    assert all(called_for(contacted(known, means=means, direction=direction)) for means, direction in others)


def test_RP8_the_reply_finishes_it() -> None:
    known = complaint()

    assert called_for(after(known, *METHODS["reply"].decide(known, A_REPLY, on(LATER)), now=LATER)) == []


def test_RP8_told_until_when_to_wait_he_is_called_by_then() -> None:
    until = LATER + 9 * HOUR
    known = contacted(complaint(), wait_until=until)

    assert called_for(known) == [until]
    assert known.limits["waiting_call"] == until
    assert called_for(contacted(known, at=LATER + HOUR)) == []


def test_RP8_each_call_may_tell_a_new_time() -> None:
    known = contacted(complaint(), wait_until=LATER + 9 * HOUR)
    known = contacted(known, at=LATER + HOUR, wait_until=LATER + 30 * HOUR)

    assert called_for(known) == [LATER + 30 * HOUR]
    assert [wait.wait_id for wait in known.waits] == ["wait-1", "wait-2"]


def test_RP8_reopened_he_waits_anew() -> None:
    known = contacted(complaint())
    known = after(known, *METHODS["reply"].decide(known, A_REPLY, on(LATER)), now=LATER)
    known = after(known, *METHODS["reopen"].decide(known, c.Reason("又来电"), on(LATER + HOUR)), now=LATER + HOUR)

    assert called_for(known) == [LATER + 25 * HOUR]


@pytest.mark.parametrize(("means", "direction"), [("sms", "out"), ("phone", "in"), ("visit", "out")])
def test_RP8_only_on_the_phone_he_is_told_how_long_to_wait(means: Any, direction: Any) -> None:
    with pytest.raises(WrongField) as refused:
        contacted(complaint(), means=means, direction=direction, wait_until=LATER + HOUR)

    assert "wait_until" in refused.value.details


def test_RP8_a_wait_ends_in_the_future_and_within_the_policys_bound() -> None:
    with pytest.raises(WrongField):
        contacted(complaint(), wait_until=LATER)
    with pytest.raises(WaitsTooLong) as refused:
        contacted(complaint(), wait_until=LATER + 73 * HOUR)
    assert refused.value.details["rule"] == "RP8"


def test_RP8_saying_that_he_was_called_does_not_finish_it_but_a_call_that_names_it_does() -> None:
    with pytest.raises(DoneByItsAct) as refused:
        METHODS["finish_task"].decide(complaint(), FinishTask("call_back"), on(LATER))

    assert refused.value.details["needed"] == "record_contact"
    assert called_for(contacted(complaint(), fulfils="call_back")) == []


def test_RP8_CL10_after_a_call_another_brand_moves_no_wait() -> None:
    known = contacted(complaint(), wait_until=LATER + 9 * HOUR)
    correct = c.CorrectCustomer("登记有误", brand="vip")

    known = after(known, *METHODS["correct_customer"].decide(known, correct, on(LATER + HOUR)), now=LATER + HOUR)

    assert known.limits["waiting_call"] == LATER + 9 * HOUR


# -- what is fulfilled


def with_call() -> Complaint:
    """A complaint whose receipt did not arrive."""
    known = complaint()
    return after(
        known, *message_lost(known, MessageLost("m1", "receipt", "transactional", "undelivered", MONDAY), on())
    )


def test_NT8_an_outgoing_call_finishes_the_call_task_it_names() -> None:
    known = contacted(with_call(), fulfils="task-1")

    assert [task.done_by for task in known.tasks] == [AGENT.sub]
    with pytest.raises(TaskIsDone):
        contacted(known, fulfils="task-1")


def test_NT8_no_sms_finishes_a_call_task() -> None:
    with pytest.raises(WrongField) as refused:
        contacted(with_call(), means="sms", fulfils="task-1")

    assert "phone" in str(refused.value.details)


def test_RP3_a_call_does_not_finish_a_follow_up() -> None:
    known = after(complaint(), *METHODS["reply"].decide(complaint(), A_REPLY, on()))

    with pytest.raises(DoneByItsAct) as refused:
        contacted(known, fulfils="task-1")
    assert refused.value.details["needed"] == "follow_up"


@pytest.mark.parametrize("named", ["promise-1", "wait-1", "task-1", "repair-1", "opinion-1", "handling", "-1", "x-1"])
def test_IN10_a_contact_that_fulfils_nothing_there_is_refused_and_told_what_there_is(named: str) -> None:
    with pytest.raises(NothingToFulfil) as refused:
        contacted(complaint(), fulfils=named)

    assert refused.value.details["known"] == ["call_back", "first_reply-1", "handling-1", "waiting_call-1"]


def test_CL7_a_promise_is_fulfilled_by_its_id() -> None:
    promise = c.MakePromise("effect", MONDAY + 100 * HOUR, "端口屏蔽")
    known = after(complaint(), *METHODS["promise"].decide(complaint(), promise, on()))

    assert contacted(known, fulfils="promise-1").promises[0].fulfilled_at == LATER
    with pytest.raises(NothingToFulfil):
        contacted(known, fulfils="promise-2")


@pytest.mark.parametrize("named", ["repair-1", "fault_report-1"])
def test_CL11_clocks_that_escalation_numbers_are_good_where_their_kind_runs_here(named: str) -> None:
    known = contacted(complaint(category="08.11.01"), fulfils=named)

    assert [each.clock_id for each in known.fulfilled] == [named]


def test_CL11_CL10_a_repair_that_was_called_off_is_fulfilled_no_more_and_the_new_one_is() -> None:
    known = complaint(category="08.11.01")
    for category in ("01.01.05", "08.11.01"):
        known = after(known, *METHODS["reclassify"].decide(known, c.Reclassify(category, "归类"), on(LATER)), now=LATER)

    for gone in ("repair-1", "repair-3"):
        with pytest.raises(NothingToFulfil):
            contacted(known, fulfils=gone)
    assert contacted(known, fulfils="repair-2").fulfilled


def test_CL9_a_kind_that_escalation_told_of_is_good_too() -> None:
    told = h.LadderSeen(3, "duty_manager", limits={"acceptance": MONDAY + HOUR})

    assert contacted(after(complaint(), told), fulfils="acceptance-1").fulfilled


# -- what an SMS could not tell


def lost(
    known: Complaint,
    template: str,
    why: Any = "undelivered",
    message: str = "m1",
    cls: str = "care",
    at: Any = LATER,
    heard_at: Any = LATER,
) -> Complaint:
    """The complaint after news, heard then, of an SMS that was lost at that time."""
    told = MessageLost(message, template, cls, why, at)
    return after(known, *message_lost(known, told, on(heard_at)), now=heard_at)


def kinds(known: Complaint) -> list[tuple[str, str | None]]:
    return [(task.kind, task.about) for task in known.tasks if task.open]


def test_NT8_what_could_not_be_delivered_is_a_call_for_first_contact() -> None:
    known = lost(complaint(), "receipt", cls="transactional")
    [task] = known.tasks

    assert (task.kind, task.for_whom, task.about, task.why) == ("call", AGENT.sub, "receipt", "undelivered")
    assert task.due_at == LATER + 24 * HOUR


def test_NT8_the_same_message_told_of_twice_or_again_later_is_one_task() -> None:
    known = lost(lost(complaint(), "progress"), "progress")
    known = lost(known, "progress", "care_cap", "m2")
    assert kinds(known) == [("call", "progress")]

    called = contacted(known, fulfils="task-1")
    assert kinds(lost(called, "progress")) == []
    assert kinds(lost(called, "progress", message="m3")) == [("call", "progress")]


def test_NT8_what_the_care_cap_suppressed_is_phoned_only_where_the_policy_says_so() -> None:
    assert kinds(lost(complaint(), "progress", "care_cap")) == [("call", "progress")]
    assert kinds(lost(complaint(), "some_care", "care_cap")) == []


@pytest.mark.parametrize("cls", ["staff", "commercial", "public", "emergency"])
def test_NT8_messages_of_other_classes_are_nobodys_call(cls: str) -> None:
    assert kinds(lost(complaint(), "urged", cls=cls)) == []


def test_NT8_RP3_a_lost_survey_is_phoned_by_who_may_ask_and_the_follow_up_finishes_it() -> None:
    known = after(complaint(), *METHODS["reply"].decide(complaint(), A_REPLY, on()))
    known = lost(known, "survey")
    assert kinds(known) == [("follow_up", None), ("call", "survey")]
    assert known.tasks[1].for_whom == "duty_manager"

    asked = METHODS["follow_up"].decide(known, c.FollowUp("satisfied"), on(LATER, COLLEAGUE))
    assert kinds(after(known, *asked, now=LATER)) == []
    assert kinds(lost(after(known, *asked, now=LATER), "survey", message="m2")) == []


def test_NT8_nobody_phones_what_nobody_needs_any_more() -> None:
    withdrawn = after(complaint(), h.ComplaintWithdrawn("不要了"))
    replied = after(complaint(), h.ComplaintReplied("satisfied", "查", "答"))

    assert kinds(lost(withdrawn, "receipt", cls="transactional")) == []
    assert kinds(lost(replied, "progress")) == []
    assert kinds(lost(complaint(), "survey")) == []


def handled_anew(known: Complaint, reopened_at: Any, replied_at: Any = None) -> Complaint:
    again = after(known, *METHODS["reopen"].decide(known, c.Reason("又来电"), on(reopened_at)), now=reopened_at)
    if not replied_at:
        return again
    return after(again, *METHODS["reply"].decide(again, A_REPLY, on(replied_at)), now=replied_at)


def test_F13_what_was_moot_when_it_came_is_moot_when_it_comes_again_after_a_reopening_or_reply() -> None:
    replied = after(complaint(), *METHODS["reply"].decide(complaint(), A_REPLY, on()))
    open_again = handled_anew(replied, LATER + HOUR)
    answered_again = handled_anew(replied, LATER + HOUR, LATER + 2 * HOUR)
    late = {"at": LATER, "heard_at": LATER + 9 * HOUR}

    assert lost(replied, "progress") == replied
    assert lost(open_again, "progress", **late) == open_again
    assert lost(open_again, "survey") == open_again
    assert lost(answered_again, "survey", **late) == answered_again
    own = lost(answered_again, "survey", message="m2", at=LATER + 2 * HOUR, heard_at=LATER + 3 * HOUR)
    assert ("call", "survey") in kinds(own)


def test_F13_a_loss_that_a_call_made_good_needs_none_when_it_is_told_again() -> None:
    """The second message made no task, since the first one's was open, and so left no mark of its own."""
    twice = lost(lost(complaint(), "progress"), "progress", message="m2", at=LATER)
    called = contacted(twice, at=LATER + HOUR, fulfils="task-1")

    assert kinds(lost(called, "progress", message="m2", at=LATER, heard_at=LATER + 9 * HOUR)) == []
    assert kinds(lost(called, "progress", message="m3", at=LATER + 2 * HOUR)) == [("call", "progress")]


def test_CR1_a_care_sms_that_is_lost_makes_no_second_care_task() -> None:
    caring = h.TaskSet(task_id="task-1", kind="care", for_whom="E1001", due_at=LATER, why="major_archived")
    known = after(complaint(), h.ComplaintReplied("satisfied", "查", "答"), caring)

    assert kinds(lost(known, "care", "care_cap")) == [("care", None)]


def test_CR2_an_improvement_that_no_care_sms_is_left_for_is_phoned() -> None:
    [task] = lost(complaint(), "improvement_told", "care_cap").tasks

    assert (task.kind, task.for_whom) == ("tell_improvement", AGENT.sub)
