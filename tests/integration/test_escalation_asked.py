"""No clock breaks before those were asked who would know that it was met: intake, and refund of pre-refunds (F21)."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.escalation import calendars
from services.escalation.desk import Desk
from services.escalation.ladder import accept, escalate
from services.escalation.store import Cases
from shared.aggregate import Actor
from shared.clock import machine_now
from shared.errors import Conflict, Forbidden, InvalidRequest, TousuError, Unauthenticated, Unavailable
from shared.providers import key_ring
from shared.requests import Request, request_of
from shared.settings import Settings
from tests.integration.test_escalation_desk import Silence, Stopped, looked_at, threatened
from tests.integration.test_escalation_events import facts, hour
from tests.unit.escalation.makers import AGENT, DUTY_MANAGER, MONDAY, rules

AWAY = Unavailable("away")
OPERATOR = Actor("O1001", "operator")
LIMIT = 8.0  # hours, of a VIP
VERIFY_BY = 74.0  # hours, of what was paid two hours after the registration (CL5)


class Other:
    """Another service: answers the last of `answers` for ever, those before it once each; `meanwhile` happens first."""

    def __init__(self, *answers: Any, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.answers, self.calls, self._meanwhile = list(answers), list[tuple[Any, ...]](), meanwhile

    def call(self, *arguments: Any) -> Any:
        self._meanwhile()
        self.calls.append(arguments)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, TousuError):
            raise answer
        return answer


@pytest.fixture
def cases(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cases]:
    monkeypatch.setattr("services.escalation.asking.PATIENCE", 0.0)
    monkeypatch.setattr(Stopped, "now_is", MONDAY)
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        store = Cases(client[f"{settings.database_prefix}_escalation"], key_ring(settings), Stopped(), Silence())
        store.prepare()
        yield store


def desk(cases: Cases, intake: Any = None, refund: Any = None) -> Desk:
    return Desk(cases, intake or Other(AWAY), refund or Other(AWAY), lambda _version: rules(), Stopped())


def at(hours: float) -> None:
    Stopped.now_is = MONDAY + timedelta(hours=hours)


def vip(cases: Cases) -> None:
    desk(cases).told({"at": hour(0), "data": facts("c1", 1, brand="vip")})


def replied(hours: float, **changes: Any) -> dict[str, Any]:
    """What intake has: replied to then. Nobody in escalation has heard of it."""
    past = {"status": "replied", "answered_at": hour(hours), "replied_at": hour(hours)}
    return facts("c1", 2, brand="vip", **(past | changes))


def refund_facts(seq: int, verified: float | None = None) -> dict[str, Any]:
    """As refund answers and announces a pre-refund that was paid at hour 2."""
    outcome, ended_at = ("upheld", hour(verified)) if verified else (None, None)
    paid = {"paid_at": hour(2), "outcome": outcome, "ended_at": ended_at}
    return {"refund_id": "r1", "seq": seq, "complaint_id": "c1", "status": "verifying", "pre_refund": paid}


def pre_refunded(cases: Cases) -> None:
    """A complaint that is replied to, with a pre-refund that waits to be verified."""
    vip(cases)
    desk(cases).told({"at": hour(3), "data": replied(3) | {"status": "archived", "archived_at": hour(3)}})
    desk(cases).refund_told({"at": hour(3), "data": refund_facts(5)})


def state(cases: Cases, clock_id: str = "handling-1") -> tuple[str, str]:
    case = cases.get("c1").state
    return case.clock(clock_id).state, case.level


def request(cases: Cases, name: str = "q1", by: Actor = AGENT) -> Request:
    return request_of(cases.keys, "escalation", by, "escalate", "c1", {"request_id": name})


def passed_up(desk: Desk, cases: Cases, name: str = "q1") -> str:
    """The agent passes the case up."""
    saved = desk.act("c1", lambda case, now: escalate(case, "why", AGENT, now, rules()), AGENT, request(cases, name))
    return saved.state.level


# -- events of refund's


def test_F21_an_event_of_refunds_breaks_no_other_clock_while_intake_has_a_reply_that_nobody_heard_of(
    cases: Cases,
) -> None:
    vip(cases)
    at(LIMIT + 0.001)
    paid = refund_facts(5)
    paid["pre_refund"]["paid_at"] = hour(LIMIT + 0.0005)
    desk(cases).refund_told({"at": hour(LIMIT + 0.0005), "data": paid})
    assert state(cases) == ("running", "agent")

    looked_at(desk(cases, Other(replied(LIMIT - 0.001))), LIMIT + 0.01)

    assert state(cases) == ("met", "agent")


def test_F21_CL5_what_was_verified_in_time_is_not_broken_though_its_event_is_on_its_way(cases: Cases) -> None:
    pre_refunded(cases)
    refund = Other(refund_facts(7, VERIFY_BY - 0.001))

    looked_at(desk(cases, Other(replied(3)), refund), VERIFY_BY + 0.01)

    assert refund.calls == [("facts", "r1")]
    assert state(cases, "r1") == ("met", "agent")


def test_CL5_what_refund_knows_nothing_of_being_verified_breaks_and_rises(cases: Cases) -> None:
    pre_refunded(cases)

    looked_at(desk(cases, Other(replied(3)), Other(refund_facts(5))), VERIFY_BY + 0.01)

    assert state(cases, "r1") == ("broken", "duty_manager")


def test_CL5_where_refund_stays_away_what_is_known_here_counts(cases: Cases) -> None:
    pre_refunded(cases)

    looked_at(desk(cases, Other(replied(3)), Other(AWAY)), VERIFY_BY + 0.01)

    assert state(cases, "r1") == ("broken", "duty_manager")


def test_refund_is_not_asked_before_a_clock_of_a_pre_refund_is_over(cases: Cases) -> None:
    pre_refunded(cases)
    refund = Other(AWAY)

    looked_at(desk(cases, Other(replied(3)), refund), VERIFY_BY - 0.1)

    assert (refund.calls, state(cases, "r1")) == ([], ("running", "agent"))


def test_CL5_an_event_of_intakes_breaks_no_clock_of_a_pre_refund_before_refund_was_asked(cases: Cases) -> None:
    pre_refunded(cases)
    at(VERIFY_BY + 0.1)
    reopened = replied(3) | {"seq": 9, "status": "open", "replied_at": None, "reopened_at": hour(VERIFY_BY + 0.05)}
    event = {"at": hour(VERIFY_BY + 0.05), "data": reopened}
    with pytest.raises(Unavailable):
        desk(cases, refund=Other(AWAY)).told(event)  # the inbox brings it again
    assert state(cases, "r1") == ("running", "agent")

    desk(cases, refund=Other(refund_facts(7, VERIFY_BY - 0.1))).told(event)

    assert state(cases, "r1") == ("met", "agent")
    assert cases.get("c1").state.facts.seq == 9


# -- people's commands, and the calendar


def test_before_a_persons_command_breaks_a_clock_intake_is_asked(cases: Cases) -> None:
    vip(cases)
    intake = Other(replied(LIMIT - 1))
    at(LIMIT - 0.1)
    assert passed_up(desk(cases, intake), cases) == "duty_manager"
    assert not intake.calls, "nothing is over yet"
    at(LIMIT + 1)

    with pytest.raises(TousuError) as refused:
        desk(cases, intake).act(
            "c1", lambda case, now: accept(case, DUTY_MANAGER, now, rules()), DUTY_MANAGER, request(cases, "q2")
        )

    assert refused.value.wire_name != "Unavailable", "it was replied to: nobody takes it over any more"
    assert state(cases)[0] == "met"


def test_F21_what_falls_due_between_the_question_and_the_command_is_asked_about_too(cases: Cases) -> None:
    """c1 has two limits; while intake is asked about the first one the second one runs out, met and unheard of."""
    desk(cases).told({"at": hour(0), "data": facts("c1", 1, channel="letter")})  # contact 4 h, handling 48 h
    at(4.1)
    contacted = facts("c1", 2, channel="letter")
    answered = facts("c1", 3, channel="letter", status="replied", answered_at=hour(47), replied_at=hour(47))
    intake = Other(contacted, answered, meanwhile=lambda: at(48.5))

    with pytest.raises(TousuError):
        passed_up(desk(cases, intake), cases)

    assert len(intake.calls) == 2
    case = cases.get("c1").state
    assert (case.clock("contact-1").state, case.clock("handling-1").state) == ("broken", "met")


def test_F21_while_intake_is_away_a_command_breaks_nothing_and_goes_through_once_due_work_has(cases: Cases) -> None:
    vip(cases)
    at(LIMIT + 0.001)
    with pytest.raises(Unavailable):
        passed_up(desk(cases), cases)
    assert (state(cases), cases.get("c1").v) == (("running", "agent"), 1)

    desk(cases).look()  # its patience is over

    assert state(cases) == ("broken", "duty_manager")
    assert refusal(lambda: passed_up(desk(cases), cases)) == "RuleRefused", "the case is at another level by now"


def test_a_command_that_was_answered_needs_nobody_for_its_repeat(cases: Cases) -> None:
    vip(cases)
    assert passed_up(desk(cases), cases) == "duty_manager"
    at(LIMIT + 1)
    assert passed_up(desk(cases), cases) == "duty_manager"


def test_CL11_a_late_notice_is_applied_only_after_intake_was_asked_about_what_is_over(cases: Cases) -> None:
    faulty = {"category": "08.11.01", "self_service_fault": True}
    desk(cases).told({"at": hour(0), "data": facts("c1", 1, brand="vip", **faulty)})
    at(LIMIT + 0.1)
    asked = {"request_id": "q1", "limit": 10}
    with pytest.raises(Unavailable):
        calendars.apply(cases, desk(cases), Noticed(), asked, OPERATOR)  # type: ignore[arg-type]
    assert state(cases)[0] == "running"

    intake = Other(replied(LIMIT - 1, **faulty))
    calendars.apply(cases, desk(cases, intake), Noticed(), asked, OPERATOR)  # type: ignore[arg-type]

    assert (len(intake.calls), state(cases)) == (1, ("met", "agent"))


class Noticed:
    """The policies with tomorrow as a day off."""

    versions = type("Versions", (), {"read": staticmethod(lambda _policy, _version: rules().clocks)})

    def version(self, _name: str) -> str:
        return "another"

    def __getitem__(self, name: str) -> Any:
        if name != "calendar":
            return getattr(rules(), name)
        known = rules().calendar
        day = (MONDAY + timedelta(days=1)).date()
        return replace(known, days_off={**known.days_off, day: "临时放假"})


# -- what only a misfit of the set-up explains

MISFITS = [Unauthenticated("an unknown key"), Forbidden("an older table"), InvalidRequest("no such method")]


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda each: each.wire_name)
def test_ES6_a_misfit_ends_no_wish_and_is_told_to_the_operator(
    cases: Cases, misfit: TousuError, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    threatened(cases)
    began = machine = machine_now()
    monkeypatch.setattr("services.escalation.wishes.machine_now", lambda: machine)
    reopened = facts("c1", 5, answered_at=hour(2), reopened_at=hour(3.1))
    intake = Other(misfit, misfit, reopened)
    asked = []
    with caplog.at_level(logging.ERROR):
        for seconds in (0, 14, 16, 44, 47):
            machine = began + timedelta(seconds=seconds)
            desk(cases, intake).ask_intake()
            asked.append(len(intake.calls))

    assert asked == [1, 1, 2, 2, 3], "after 15 s, then after 30 s more"
    assert cases.get("c1").state.reopening is None
    assert misfit.wire_name in caplog.text


@pytest.mark.parametrize("misfit", MISFITS, ids=lambda each: each.wire_name)
def test_F21_a_misfit_is_asked_again_before_a_clock_breaks(
    cases: Cases, misfit: TousuError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.escalation.asking.PATIENCE", 5.0)
    monkeypatch.setattr("services.escalation.asking.PAUSE", 0.01)
    vip(cases)

    looked_at(desk(cases, Other(misfit, replied(LIMIT - 1))), LIMIT + 0.1)

    assert state(cases) == ("met", "agent")


def test_ES6_a_refusal_for_good_still_ends_a_wish(cases: Cases) -> None:
    threatened(cases)
    intake = Other(Conflict("another is open"))
    desk(cases, intake).ask_intake()
    assert cases.get("c1").state.reopening is None


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(TousuError) as refused:
        act()
    return refused.value.wire_name
