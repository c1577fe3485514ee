"""Tasks across the services: a dissatisfied customer, lost SMS, used-up care, improvements, and who hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from services.notify.submitting import Moment, woken
from services.notify.writing import SELF
from shared.clock import machine_now
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, OTHER_AGENT, WORDS
from suite.rehearsal.stage import Stage, hour

WHOLE = r.PLAIN | {"coordination": None, "customer": r.PLAIN["customer"] | {"high_value": False, "group": False}}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def tasks(stage: Stage, by: Any = DUTY_MANAGER, **filter: Any) -> list[tuple[str, str]]:
    """Kind and owner of the open tasks, soonest first."""
    return [(each["kind"], each["for_whom"]) for each in stage.call("intake.tasks", filter, by=by)["items"]]


def sent(stage: Stage, template: str) -> list[str]:
    """To which roles this was sent (or is to be)."""
    stage.deliver()
    return [saved.state.role for saved in stage.messages.known.values() if saved.state.template == template]


def replied(stage: Stage) -> str:
    complaint = registered(stage, WHOLE)
    live(stage, complaint, (1, AGENT, "intake.reply", r.REPLY))
    return complaint


def test_RP4_ES6_a_dissatisfied_customer_is_explained_to_and_first_contact_hears_of_it_once(stage: Stage) -> None:
    complaint = replied(stage)
    live(stage, complaint, (2, OTHER_AGENT, "intake.follow_up", r.ANGRY))

    assert tasks(stage) == [("explain", AGENT.sub)]
    assert sent(stage, "explain") == ["first_contact"]
    assert sent(stage, "task_set") == []


def test_ES6_an_explanation_on_the_phone_finishes_its_task(stage: Stage) -> None:
    complaint = replied(stage)
    live(stage, complaint, (2, OTHER_AGENT, "intake.follow_up", r.ANGRY))
    [task] = stage.call("intake.tasks", {"kind": "explain"}, by=AGENT)["items"]
    live(stage, complaint, (3, AGENT, "intake.record_contact", r.CONTACT | {"fulfils": task["task_id"]}))

    assert tasks(stage) == []
    assert ("explain", AGENT.sub) in tasks(stage, open=False)


def test_F13_an_explanation_that_nobody_was_owed_any_more_is_not_owed_after_the_next_reply(stage: Stage) -> None:
    """As after a lost inbox: all that escalation ever told comes again, also what was moot and left no task."""
    complaint = replied(stage)
    live(stage, complaint, (2, OTHER_AGENT, "intake.follow_up", r.ANGRY))
    asked = next(each for each in explanations(stage) if each["data"]["complaint_id"] == complaint)
    unmarked = asked | {"event_id": "one that came when it was open again"}
    live(stage, complaint, (3, AGENT, "intake.reopen", r.REASON))
    stage.services["intake"].follow_ladder(unmarked)
    assert tasks(stage, kind="explain") == []

    live(stage, complaint, (4, AGENT, "intake.reply", r.REPLY))
    for told in (asked, unmarked):
        stage.services["intake"].follow_ladder(told)
    assert tasks(stage, kind="explain") == []


def explanations(stage: Stage) -> list[Any]:
    return [each.event for each in stage.told if each.type == "explanation_asked"]


def test_RP4_ES6_still_dissatisfied_it_is_reopened_and_rises(stage: Stage) -> None:
    complaint = replied(stage)
    live(
        stage,
        complaint,
        (2, OTHER_AGENT, "intake.follow_up", r.ANGRY),
        (4, OTHER_AGENT, "intake.follow_up", r.ANGRY),
    )
    shown = stage.call("intake.get", complaint, by=AGENT)

    assert (shown["status"], shown["awaiting"]) == ("open", "duty_manager")
    assert tasks(stage) == [("call_back", AGENT.sub), ("call", AGENT.sub)]  # he is told of the rise by phone


def test_ES6_who_will_complain_further_is_not_explained_to_but_reopened_at_once(stage: Stage) -> None:
    complaint = replied(stage)
    live(stage, complaint, (2, OTHER_AGENT, "intake.follow_up", r.ANGRY | {"will_complain_further": True}))

    assert stage.call("intake.get", complaint, by=AGENT)["awaiting"] == "duty_manager"
    assert tasks(stage, kind="explain") == []


def lose(stage: Stage, template: str) -> None:
    """No receipt ever comes for this message: it expires."""
    rules = stage.services["notify"].policies["notify"].carrier
    later = Moment(machine_now() + timedelta(days=7), rules, lambda: 0.0)
    [message] = [saved.id for saved in stage.messages.known.values() if saved.state.template == template]
    stage.messages.change(message, lambda known, _: woken(known, later, link_up=False), SELF)
    stage.deliver()


def test_NT8_an_sms_that_cannot_be_delivered_becomes_a_call_and_first_contact_hears_of_it(stage: Stage) -> None:
    registered(stage, WHOLE)
    lose(stage, "receipt")

    assert ("call", AGENT.sub) in tasks(stage)
    assert sent(stage, "task_set") == ["for_whom"]


@pytest.mark.parametrize("content", ["详见 http://prize.example.com/free", "可代开发票"])
def test_NT5_a_reply_whose_text_may_not_be_sent_is_told_by_phone(stage: Stage, content: str) -> None:
    complaint = registered(stage, WHOLE)
    live(stage, complaint, (1, AGENT, "intake.reply", r.REPLY | {"content": content}))
    [reply] = [saved.state for saved in stage.messages.known.values() if saved.state.template == "reply"]

    assert (reply.status, reply.why[:3]) == ("suppressed", "NT5")
    assert ("call", AGENT.sub) in tasks(stage)
    assert "for_whom" in sent(stage, "task_set")


def test_NT8_what_the_care_cap_suppresses_is_a_task_and_told_once(stage: Stage) -> None:
    complaint = registered(stage, WHOLE)
    live(stage, complaint, (0.5, AGENT, "intake.transfer", r.TRANSFER), (1, AGENT, "intake.reply", r.REPLY))

    assert tasks(stage) == [("call", "duty_manager"), ("follow_up", "duty_manager")]
    assert sent(stage, "call_for_survey") == ["first_contact"]
    assert sent(stage, "task_set") == []


def test_CR2_a_told_improvement_is_a_care_sms_and_a_task_where_none_is_left(stage: Stage) -> None:
    complaint = replied(stage)  # its survey was this month's care SMS
    stage.services["intake"]._desk().tell_improvement(complaint, WORDS, "measure-1", BRANCH)

    assert sent(stage, "improvement_told") == ["customer"]
    assert sent(stage, "call_for_improvement") == ["first_contact"]
    assert ("tell_improvement", AGENT.sub) in tasks(stage)


def test_RP8_intake_and_escalation_say_the_same_of_the_call_while_he_waits(stage: Stage) -> None:
    complaint = registered(stage, WHOLE)
    call = r.CONTACT | {"wait_until": "2026-11-24T20:00:00+08:00"}
    live(stage, complaint, (1, AGENT, "intake.record_contact", call))
    limits = stage.call("intake.get", complaint, by=AGENT)["limits"]
    running = stage.cases.known[complaint].state.running_of("waiting_call")

    assert running
    assert limits["waiting_call"] == running.due_at.isoformat(timespec="milliseconds")


def test_RP8_a_wait_that_runs_out_warns_and_tells_but_raises_nobody(stage: Stage) -> None:
    complaint = registered(stage, WHOLE)
    live(stage, complaint, (1, AGENT, "intake.record_contact", r.CONTACT | {"wait_until": "2026-11-23T20:00:00+08:00"}))
    stage.pass_time(hour(12))

    assert stage.call("escalation.case", complaint, by=AGENT)["level"] == "agent"
    assert len(sent(stage, "clock_warning")) == 1
    assert len(sent(stage, "clock_broken")) == 1


def test_RP9_the_follow_up_task_brings_its_questions(stage: Stage) -> None:
    replied(stage)
    [task] = stage.call("intake.tasks", {"kind": "follow_up"}, by=AGENT)["items"]

    assert task["ask"] == ["这样处理可以了吗？", "还有别的问题吗？"]


def test_PR4_another_branch_sees_no_task(stage: Stage) -> None:
    replied(stage)
    elsewhere = type(AGENT)("E2001", "agent", "GZ")

    assert tasks(stage, by=elsewhere) == []
