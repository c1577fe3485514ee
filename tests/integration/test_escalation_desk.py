"""Where escalation asks intake: reopening after the follow-up (ES6), also when intake is away or refuses."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from eventlet import GreenPool
from pymongo import MongoClient

from services.escalation.desk import Desk
from services.escalation.store import Cases
from shared.clock import machine_now
from shared.errors import Conflict, Failed, NotFound, TousuError, Unavailable
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.test_escalation_events import facts, hour
from tests.unit.escalation.makers import MONDAY, rules


class Stopped:
    """A clock that somebody else moves."""

    now_is = MONDAY

    def now(self) -> datetime:
        return self.now_is


class Silence:
    """Events stay in their outboxes."""

    def send(self, _document_id: str, _outbox: Any) -> None:
        return None


class Intake:
    """Intake as far as it is called here: each call answers the next of `answers`."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = list(answers), list[tuple[Any, ...]]()

    def call(self, *arguments: Any) -> Any:
        self.calls.append(arguments)
        answer = self.answers.pop(0)
        if isinstance(answer, TousuError):
            raise answer
        return answer


class NoRefunds:
    """Refund where nobody has a pre-refund: it must not be asked."""

    def call(self, method: str, *_arguments: Any) -> Any:
        pytest.fail(f"refund was asked: {method}")


@pytest.fixture
def cases(settings: Settings) -> Iterator[Cases]:
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        store = Cases(client[f"{settings.database_prefix}_escalation"], key_ring(settings), Stopped(), Silence())
        store.prepare()
        yield store


def desk(cases: Cases, *answers: Any) -> tuple[Desk, Intake]:
    intake = Intake(*answers)
    return Desk(cases, intake, NoRefunds(), lambda _version: rules(), Stopped()), intake


def threatened(cases: Cases) -> None:
    """A replied complaint whose customer will complain further; nobody has asked intake yet."""
    said = {"satisfaction": "dissatisfied", "at": hour(3), "will_complain_further": True}
    past = {"status": "replied", "answered_at": hour(2), "replied_at": hour(2), "follow_up": said}
    desk(cases)[0].told({"at": hour(3), "data": facts("c1", 4, **past)})


def reopened() -> dict[str, Any]:
    return facts("c1", 5, answered_at=hour(2), reopened_at=hour(3.1))


def test_ES6_intake_is_asked_once_and_its_answer_followed(cases: Cases) -> None:
    threatened(cases)
    asking, intake = desk(cases, reopened())

    asking.ask_intake()
    asking.ask_intake()

    assert [call[:2] for call in intake.calls] == [("reopen_from_ladder", "c1")]
    case = cases.get("c1").state
    assert case.reopening is None
    assert case.clock("handling-2").due_at == MONDAY + timedelta(hours=51.1)


def test_ES6_where_intake_is_away_it_is_asked_again_later_with_the_same_request(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    threatened(cases)
    asking, intake = desk(cases, Unavailable("away"), Unavailable("away"), reopened())
    machine = machine_now()
    monkeypatch.setattr("services.escalation.wishes.machine_now", lambda: machine)

    asked = []
    for pause in (0, 14, 16, 44, 47):
        machine += timedelta(seconds=pause - (asked[-1][0] if asked else 0))
        asking.ask_intake()
        asked.append((pause, len(intake.calls)))

    assert asked == [(0, 1), (14, 1), (16, 2), (44, 2), (47, 3)], "after 15 s, then after 30 s more"
    assert len({call[2]["request_id"] for call in intake.calls}) == 1
    assert cases.get("c1").state.reopening is None


@pytest.mark.parametrize("refusal", [Conflict("another is open"), NotFound("no such id")])
def test_ES6_what_intake_refuses_for_good_is_not_asked_again(cases: Cases, refusal: TousuError) -> None:
    threatened(cases)
    asking, intake = desk(cases, refusal)

    asking.ask_intake()
    asking.ask_intake()

    assert len(intake.calls) == 1
    case = cases.get("c1").state
    assert (case.reopening, case.steps[-1].cause) == (None, refusal.wire_name)
    assert case.level == "duty_manager", "the rise stands"


def test_two_replicas_ask_intake_once(cases: Cases) -> None:
    threatened(cases)
    first, asked_first = desk(cases, reopened())
    second, asked_second = desk(cases)
    original, raced = cases.get, list[bool]()

    def slower(*arguments: Any) -> Any:
        """The other replica takes the reopening between this one's look and its write."""
        saved = original(*arguments)
        if not raced:
            raced.append(True)
            first.ask_intake()
        return saved

    cases.get = slower  # type: ignore[method-assign]
    second.ask_intake()

    assert (len(asked_first.calls), len(asked_second.calls)) == (1, 0)


def test_a_case_that_is_missing_is_made_from_intakes_facts(cases: Cases) -> None:
    making, intake = desk(cases, facts("c1", 3))

    making.present("c1")
    making.present("c1")

    assert intake.calls == [("facts", "c1")]
    assert cases.get("c1").state.facts.seq == 3


def test_an_event_that_meets_another_in_making_the_case_changes_it_instead(cases: Cases) -> None:
    one, _ = desk(cases)
    other, _ = desk(cases)
    original = cases.change

    def slower(*arguments: Any) -> Any:
        """The other event makes the case after this one has found none."""
        cases.change = original  # type: ignore[method-assign]
        try:
            return original(*arguments)
        finally:
            other.told({"at": hour(0), "data": facts("c1", 1)})

    cases.change = slower  # type: ignore[method-assign]
    one.told({"at": hour(1), "data": facts("c1", 2, answered_at=hour(1))})

    case = cases.get("c1")
    assert (case.state.facts.seq, case.state.clock("first_reply-1").state) == (2, "met")
    assert case.v == 2


def test_F20_after_an_outage_a_look_takes_many_pages(cases: Cases) -> None:
    looking, _ = desk(cases, *[NotFound("no such id")] * 250)
    for number in range(250):
        looking.told({"at": hour(0), "data": facts(f"c{number}", 1, brand="vip")})

    looked_at(looking, 9)

    assert all(cases.get(f"c{number}").state.level == "duty_manager" for number in range(250))


def looked_at(looking: Desk, hours: float) -> None:
    """One look, so many hours later."""
    Stopped.now_is = MONDAY + timedelta(hours=hours)
    try:
        looking.look()
    finally:
        Stopped.now_is = MONDAY


def overdue(cases: Cases, *answers: Any) -> tuple[Any, Intake]:
    """A VIP's complaint of nine hours ago of which nothing more was heard, looked at now."""
    looking, intake = desk(cases, *answers)
    looking.told({"at": hour(0), "data": facts("c1", 1, brand="vip")})
    looked_at(looking, 9)
    return cases.get("c1").state, intake


def test_F21_a_reply_in_time_breaks_nothing_though_its_event_is_still_on_its_way(cases: Cases) -> None:
    case, intake = overdue(cases, facts("c1", 2, status="replied", answered_at=hour(7), replied_at=hour(7)))

    assert (case.clock("handling-1").state, case.level) == ("met", "agent")
    assert intake.calls == [("facts", "c1")]


def test_what_comes_due_while_intake_is_asked_of_others_waits_until_it_is_asked_of_that_too(cases: Cases) -> None:
    looking, intake = desk(cases)
    looking.told({"at": hour(0), "data": facts("c1", 1, brand="vip")})
    looking.told({"at": hour(1), "data": facts("c2", 1, brand="vip", registered_at=hour(1))})
    replied = facts(
        "c2", 2, brand="vip", registered_at=hour(1), status="replied", answered_at=hour(8), replied_at=hour(8)
    )

    def slowly(_method: str, complaint_id: str) -> dict[str, Any]:
        """It answers only when the other complaint's limit has gone by too."""
        Stopped.now_is = MONDAY + timedelta(hours=9.5)
        return facts("c1", 2, brand="vip") if complaint_id == "c1" else replied

    intake.call = slowly  # type: ignore[method-assign,assignment]
    looked_at(looking, 8.5)  # c1 breaks, c2 only warns: it is replied to, and nobody here knows yet

    assert cases.get("c1").state.clock("handling-1").state == "broken"
    assert cases.get("c2").state.clock("handling-1").state == "met"


def test_what_intake_cannot_tell_counts_as_known_here(cases: Cases) -> None:
    case, _ = overdue(cases, NotFound("no such id"))

    assert (case.clock("handling-1").state, case.level) == ("broken", "duty_manager")


def test_a_clock_breaks_also_while_intake_is_away(cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.escalation.asking.PATIENCE", 0.15)
    monkeypatch.setattr("services.escalation.asking.PAUSE", 0.1)

    case, intake = overdue(cases, Unavailable("away"), Unavailable("away"))

    assert (case.clock("handling-1").state, case.level) == ("broken", "duty_manager")
    assert len(intake.calls) == 2


def test_F21_a_complaint_at_which_intake_fails_keeps_no_other_one_from_being_asked_about(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """c1 was replied to in time, and nobody here knows; of c0 nothing can be had."""
    monkeypatch.setattr("services.escalation.looking.random.shuffle", list.sort)  # c0 comes first
    failed = Failed("intake failed; reference r1", reference="r1")
    replied = facts("c1", 2, brand="vip", status="replied", answered_at=hour(7), replied_at=hour(7))
    looking = Desk(cases, Each({"c0": failed, "c1": replied}), NoRefunds(), lambda _version: rules(), Stopped())
    for complaint_id in ("c0", "c1"):
        looking.told({"at": hour(0), "data": facts(complaint_id, 1, brand="vip")})
    looked_at(looking, 9)
    states = [cases.get(each).state.clock("handling-1").state for each in ("c0", "c1")]
    assert states == ["broken", "met"]


def test_ES11_many_replicas_tell_each_one_of_a_chain_once(cases: Cases) -> None:
    looking = [desk(cases, *[NotFound("no such id")] * 40)[0] for _ in range(5)]
    looking[0].told({"at": hour(0), "data": facts("c1", 1, brand="vip")})

    Stopped.now_is = MONDAY + timedelta(hours=9.5)
    try:
        list(GreenPool(5).imap(lambda each: each.look(), looking * 3))
    finally:
        Stopped.now_is = MONDAY

    steps = [(step.step, step.who) for step in cases.get("c1").state.steps if step.step.startswith("chain")]
    assert steps == [
        ("chain_told", "E1004"),
        ("chain_failed", "E1004"),
        ("chain_told", "M1001"),
        ("chain_failed", "M1001"),
        ("chain_exhausted", None),
    ]


def test_a_warning_asks_nobody(cases: Cases) -> None:
    looking, intake = desk(cases)
    looking.told({"at": hour(0), "data": facts("c1", 1, brand="vip")})
    looked_at(looking, 7)

    assert cases.get("c1").state.clock("handling-1").warned_at is not None
    assert intake.calls == []


def test_ES6_a_case_that_cannot_be_read_keeps_no_other_one_from_being_reopened(
    cases: Cases, caplog: pytest.LogCaptureFixture
) -> None:
    threatened(cases)
    unreadable(cases, "c0", wake_at=machine_now() - timedelta(hours=1))
    asking, intake = desk(cases, reopened())
    with caplog.at_level(logging.ERROR):
        asking.ask_intake()
    assert [call[:2] for call in intake.calls] == [("reopen_from_ladder", "c1")]
    assert "c0" in caplog.text


def test_a_case_that_cannot_be_followed_keeps_no_other_clock_from_striking(
    cases: Cases, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What intake tells of c0 cannot be used: c1 strikes, and so does c0, on what is known here."""
    for complaint_id in ("c0", "c1"):
        desk(cases)[0].told({"at": hour(0), "data": facts(complaint_id, 1, brand="vip")})
    monkeypatch.setattr(Stopped, "now_is", MONDAY + timedelta(hours=9))
    looking = Desk(cases, Told(), NoRefunds(), lambda _version: rules(), Stopped())
    monkeypatch.setattr(looking._following, "bring", all_but_c0(looking._following.bring))
    with caplog.at_level(logging.ERROR):
        looking.look()
    assert {cases.get(each).state.level for each in ("c0", "c1")} == {"duty_manager"}
    assert "c0" in caplog.text


class Each:
    """Intake by complaint: an answer, or an error."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def call(self, _method: str, complaint_id: str) -> Any:
        answer = self._answers[complaint_id]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Told:
    """Intake as it was told at the beginning."""

    def call(self, _method: str, complaint_id: str) -> Any:
        return facts(complaint_id, 1, brand="vip")


def all_but_c0(bring: Any) -> Any:
    """A desk that cannot follow what is told of c0."""

    def bring_or_fail(told: Any, *refunds: Any) -> Any:
        if told.complaint_id == "c0":
            raise KeyError("a level that no policy knows")
        return bring(told, *refunds)

    return bring_or_fail


def unreadable(cases: Cases, complaint_id: str, **indexed: Any) -> None:
    """A case whose seal is broken, and what it is looked up by."""
    desk(cases)[0].told({"at": hour(0), "data": facts(complaint_id, 1)})
    cases.collection.update_one({"_id": complaint_id}, {"$set": {"sealed": b"under a key that is gone"} | indexed})
