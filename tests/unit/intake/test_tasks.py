"""Tasks: what is set by itself, what finishes it, and for whom it is (RP3, RP4, RP7, RP9, CR1, CR2)."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake import history as h
from services.intake.errors import DoneByItsAct, NoSuchTask, RatedByHandler, TaskIsDone, WrongField, WrongState
from services.intake.following_up import followed_up_by_sms
from services.intake.improvements import tell_improvement
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.task_commands import Closing, FinishTask, WantWrittenReply
from services.intake.tasks import all_done
from services.intake.values import Place
from shared.aggregate import Actor
from tests.unit.intake.makers import (
    A_REPLY,
    AGENT,
    AN_ARCHIVE,
    COLLEAGUE,
    HOUR,
    MONDAY,
    after,
    complaint,
    first_events,
    major,
    on,
    request,
    rules,
)

NOTIFY = Actor("service:notify", "system")
LATER = MONDAY + 5 * HOUR


def done(known: Complaint, method: str, command: Any, by: Actor = AGENT, now: Any = LATER) -> Complaint:
    """The complaint after a command, with all that comes of it."""
    return after(known, *METHODS[method].decide(known, command, on(now, by)), now=now, by=by)


def kinds(known: Complaint) -> list[str]:
    """What is open of what was set."""
    return [task.kind for task in known.tasks if task.open]


def answered(**fields: Any) -> Complaint:
    return done(complaint(**fields), "reply", A_REPLY)


# -- RP3


def test_RP3_a_reply_sets_a_follow_up_task_due_with_its_clock() -> None:
    known = answered()
    [task] = known.tasks

    assert (task.kind, task.due_at) == ("follow_up", LATER + 72 * HOUR)
    assert known.limits["follow_up"] == task.due_at


def test_RP3_the_handler_does_not_rate_himself_so_the_duty_manager_has_it_asked() -> None:
    by_another = done(after(complaint(), h.ComplaintAssigned(COLLEAGUE.sub)), "reply", A_REPLY, by=COLLEAGUE)

    assert answered().tasks[0].for_whom == "duty_manager"
    assert by_another.tasks[0].for_whom == AGENT.sub
    with pytest.raises(RatedByHandler):
        METHODS["follow_up"].decide(answered(), c.FollowUp("satisfied"), on(LATER, AGENT))


def test_RP3_IN4_a_direct_reply_is_not_followed_up() -> None:
    known = after(complaint(handling="direct_reply", reply=A_REPLY))

    assert (known.status, kinds(known)) == ("replied", [])


def test_RP3_the_follow_up_finishes_its_task() -> None:
    known = done(answered(), "follow_up", c.FollowUp("satisfied"), by=COLLEAGUE)

    assert kinds(known) == []
    assert known.tasks[0].done_by == COLLEAGUE.sub


def test_RP3_saying_that_a_follow_up_is_done_does_not_finish_it() -> None:
    with pytest.raises(DoneByItsAct) as refused:
        METHODS["finish_task"].decide(answered(), FinishTask("task-1"), on(LATER, COLLEAGUE))

    assert refused.value.details["needed"] == "follow_up"


@pytest.mark.parametrize(
    ("score", "satisfaction"),
    [(5, "satisfied"), (4, "satisfied"), (3, "neutral"), (2, "dissatisfied"), (1, "dissatisfied")],
)
def test_RP3_the_customers_sms_from_1_to_5_is_a_follow_up(score: int, satisfaction: str) -> None:
    known = after(answered(), *followed_up_by_sms(answered(), score, on(LATER, NOTIFY)), now=LATER, by=NOTIFY)

    assert known.follow_up is not None
    assert (known.follow_up.satisfaction, kinds(known)) == (satisfaction, [])


def test_RP3_the_handler_rule_does_not_apply_to_the_customers_own_answer() -> None:
    """Even where the service that took the SMS bears the handler's name."""
    assert followed_up_by_sms(answered(), 5, on(LATER, AGENT))


def test_RP3_an_sms_is_no_rating_of_a_complaint_that_was_not_answered() -> None:
    with pytest.raises(WrongState):
        followed_up_by_sms(complaint(), 5, on(LATER, NOTIFY))


@pytest.mark.parametrize("score", [0, 6, -1])
def test_RP3_other_numbers_are_no_score(score: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        followed_up_by_sms(answered(), score, on(LATER, NOTIFY))


def test_RP3_reopened_nobody_is_asked_before_the_next_reply() -> None:
    known = done(answered(), "reopen", c.Reason("又来电"))
    again = done(known, "reply", A_REPLY, now=LATER + HOUR)

    assert (kinds(known), known.tasks[0].void) == ([], True)
    assert kinds(again) == ["follow_up"]


# -- RP9


def test_RP9_the_closing_questions_are_the_manuals_and_stand_in_the_policy() -> None:
    assert rules().tasks.closing_questions == ("这样处理可以了吗？", "还有别的问题吗？")


def test_RP9_another_problem_is_kept_as_not_yet_registered() -> None:
    told = c.FollowUp("satisfied", closing=Closing(True, "漫游也收费有误"))
    known = done(answered(), "follow_up", told, by=COLLEAGUE)
    [task] = [task for task in known.tasks if task.open]

    assert (task.kind, task.for_whom) == ("other_problem", AGENT.sub)
    assert known.task_texts[task.task_id] == "漫游也收费有误"
    assert kinds(done(known, "finish_task", FinishTask(task.task_id, "已另行登记"))) == []


def test_RP9_not_all_right_and_satisfied_is_a_contradiction() -> None:
    with pytest.raises(WrongField) as refused:
        METHODS["follow_up"].decide(answered(), c.FollowUp("satisfied", closing=Closing(False)), on(LATER, COLLEAGUE))

    assert "closing" in refused.value.details


# -- RP7


def test_RP7_the_wish_for_a_written_answer_becomes_a_designated_persons_task() -> None:
    known = done(complaint(), "want_written_reply", WantWrittenReply("福田区一号", LATER + 30 * HOUR))
    [task] = known.tasks

    assert (task.kind, task.for_whom, task.due_at) == ("written_reply", "written_reply", LATER + 30 * HOUR)
    assert (known.written_reply_wanted, known.written_reply_address) == (True, "福田区一号")


def test_RP7_the_designated_person_is_found_from_the_inside_out() -> None:
    whom = rules().organisation.phone_of

    assert whom("written_reply", "SZ", "SZ-FT") == "13800001010"
    assert whom("written_reply", "unlisted", None) == "13800009002"


def test_RP7_it_can_be_wished_for_at_registration() -> None:
    assert kinds(complaint(written_reply_wanted=True)) == ["written_reply"]
    assert kinds(complaint()) == []


def test_RP7_a_marked_leaf_wishes_it_by_itself_also_when_filed_there_later() -> None:
    later = done(complaint(), "reclassify", c.Reclassify("08.99.01", "归类"))

    assert kinds(complaint(category="08.99.01")) == ["written_reply"]
    assert kinds(later) == ["written_reply"]
    assert complaint(category="08.99.01", ticket_type="consultation").tasks == ()


def test_RP7_asked_twice_it_is_one_task_and_the_newer_address_counts() -> None:
    known = done(complaint(written_reply_wanted=True), "want_written_reply", WantWrittenReply("罗湖区二号"))

    assert kinds(known) == ["written_reply"]
    assert known.written_reply_address == "罗湖区二号"


def test_RP7_only_the_document_finishes_it_and_neither_reply_nor_archive() -> None:
    known = done(done(complaint(written_reply_wanted=True), "reply", A_REPLY), "archive", AN_ARCHIVE)

    assert "written_reply" in kinds(known)
    with pytest.raises(DoneByItsAct) as refused:
        METHODS["finish_task"].decide(known, FinishTask("task-1"), on(LATER))
    assert refused.value.details["rule"] == "RP7"
    assert "written_reply" not in kinds(after(known, *all_done(known, "written_reply"), now=LATER))


def test_RP7_a_written_answer_is_due_in_the_future() -> None:
    with pytest.raises(WrongField):
        METHODS["want_written_reply"].decide(complaint(), WantWrittenReply(by_when=MONDAY), on(LATER))


# -- CR1, CR2


def test_CR1_after_a_major_complaint_first_contact_cares_for_the_customer() -> None:
    ready = major("supervisor", "support", "legal")
    [task] = [each for each in done(done(ready, "reply", A_REPLY), "archive", AN_ARCHIVE).tasks if each.kind == "care"]

    assert (task.for_whom, task.why, task.due_at) == (AGENT.sub, "major_archived", LATER + 72 * HOUR)


def test_CR1_after_a_repeated_complaint_too_and_after_others_not() -> None:
    repeated = after(None, *first_events(request(), place=Place(2, "earlier", 1)))  # type: ignore[arg-type]
    ended = [done(done(each, "reply", A_REPLY), "archive", AN_ARCHIVE) for each in (repeated, complaint())]

    assert ["care" in kinds(each) for each in ended] == [True, False]
    assert [task.why for task in ended[0].tasks if task.kind == "care"] == ["repeat_archived"]


def test_CR2_an_improvement_is_told_once_for_each_measure() -> None:
    known = answered()
    told = tell_improvement(known, "已优化停机规则", "measure-1", on(LATER))
    known = after(known, *told, now=LATER)

    assert told == [h.ImprovementTold("measure-1", "已优化停机规则")]
    assert tell_improvement(known, "已优化停机规则", "measure-1", on(LATER)) == []
    assert tell_improvement(known, "另一项", "measure-2", on(LATER)) != []


def test_CR2_who_took_his_complaint_back_is_told_nothing() -> None:
    assert tell_improvement(done(complaint(), "withdraw", c.Reason("不要了")), "改进", "m", on(LATER)) == []


# -- all


def test_a_withdrawn_complaint_leaves_nothing_to_do() -> None:
    known = done(complaint(written_reply_wanted=True), "withdraw", c.Reason("不要了"))

    assert (kinds(known), known.tasks[0].void) == ([], True)


def test_a_task_is_finished_once_and_only_where_there_is_one() -> None:
    told = c.FollowUp("satisfied", closing=Closing(True, "漫游"))
    known = done(done(answered(), "follow_up", told, by=COLLEAGUE), "finish_task", FinishTask("task-2"))

    with pytest.raises(TaskIsDone):
        METHODS["finish_task"].decide(known, FinishTask("task-2"), on(LATER))
    with pytest.raises(NoSuchTask) as refused:
        METHODS["finish_task"].decide(answered(), FinishTask("task-9"), on(LATER))
    assert refused.value.details["open"] == ["task-1"]
