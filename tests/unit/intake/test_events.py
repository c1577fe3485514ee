"""What is published and shown: whole facts, and no name, number or text in the clear (PR1)."""

import json
from typing import Any

import pytest

from services.intake import history as h
from services.intake.accused import Accused
from services.intake.events import told
from services.intake.facts import facts_of
from services.intake.model import Complaint
from services.intake.recharge import Recharge
from services.intake.shown import complaint_shown, whole_shown, works_on
from services.intake.values import Place, Verification
from shared.aggregate import Actor, Stamp, event_name
from shared.chain import Head
from shared.sealing import KeyRing
from shared.stored import Saved
from tests.unit.intake.makers import AGENT, COLLEAGUE, HOUR, MONDAY, NUMBER, after, complaint, first_events, request

KEYS = KeyRing({"m1": bytes(32)}, bytes(32), bytes(32))
OPERATOR = Actor("O1001", "operator")
SECRET = "机密文字"
EVENTS = [
    *first_events(request(content=SECRET, demand=SECRET)),
    *first_events(request(content=SECRET, verification=None)),
    h.ComplaintUrged(SECRET, "hotline", ("legal",)),
    h.ContactRecorded(MONDAY, "phone", "out", SECRET, SECRET, "promise-1", Verification("id_shown", True)),
    h.SolutionProposed("counter", SECRET, SECRET),
    h.ComplaintJudged("计费", "normal", SECRET),
    h.ComplaintAssigned("E1004"),
    h.ComplaintTransferred("network_maintenance", SECRET),
    h.PromiseMade("promise-1", "answer", MONDAY + HOUR, SECRET, {"promise": MONDAY + HOUR}),
    h.ComplaintReclassified("01.01.02", "漫游障碍", "基础通信-漫游障碍", False, Place(1), SECRET),
    h.CustomerCorrected(SECRET, complaint().customer, "vip"),
    h.ComplaintReplied("unknown", SECRET, SECRET, SECRET, "phone"),
    h.FollowedUp("satisfied", SECRET, False, 5, True, SECRET),
    h.ComplaintReopened("asked", SECRET),
    h.ComplaintWithdrawn(SECRET),
    h.ComplaintArchived(SECRET, (SECRET,), SECRET),
    h.RemarkWritten(SECRET),
    h.ProhibitionFlagged(3, SECRET, Accused("E1002", None, ("E1002",)), released=True),
    h.RechargeCompleted(Recharge("card", SECRET, SECRET, MONDAY, SECRET, 5000)),
    h.WrittenReplyMade(),
    h.MajorMarked("legal", "M1001", SECRET),
    h.MajorCleared(SECRET),
    h.OpinionRecorded("legal", "L1001", SECRET),
    h.LadderSeen(3, "branch"),
    h.TaskSet(
        task_id="task-1", kind="other_problem", for_whom="E1001", due_at=MONDAY, why="closing_question", text=SECRET
    ),
    h.TaskDone("task-1", "care", SECRET),
    h.WrittenReplyWanted(MONDAY, SECRET),
    h.ImprovementTold("measure-1", SECRET),
]


def test_every_event_is_tried_below() -> None:
    assert {type(event) for event in EVENTS} == set(h.EVENTS)


def published(event: Any) -> dict[str, Any] | None:
    """The data of the event on the bus, where it happens to a fresh complaint (or makes one)."""
    first = isinstance(event, h.ComplaintRegistered | h.ComplaintRefused)
    known = None if first else h.apply(None, EVENTS[0], Stamp(1, MONDAY, AGENT))
    return told(h.apply(known, event, Stamp(2, MONDAY, AGENT)), event, KEYS)


TOLD = [event for event in EVENTS if not isinstance(event, h.LadderSeen)]


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event_name(type(event)))
def test_PR1_no_event_carries_name_number_or_text_in_the_clear(event: Any) -> None:
    data = published(event)
    assert data is not None
    body = json.dumps(data, ensure_ascii=False)
    assert data["change"]["name"] == event_name(type(event))
    assert [secret for secret in (SECRET, NUMBER, "陈先生") if secret in body] == []


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event_name(type(event)))
def test_every_event_carries_the_whole_facts(event: Any) -> None:
    data = published(event)
    assert data is not None
    assert data.keys() - {"change", "customer", "reply", "improvement"} == facts_of(complaint()).keys()
    assert data["seq"] == 2


def test_what_escalation_told_is_not_told_back() -> None:
    assert published(h.LadderSeen(3, "branch")) is None


def test_the_suite_can_read_the_customer_and_the_reply() -> None:
    data = published(h.ComplaintReplied("satisfied", "查", "已更正"))
    assert data is not None
    assert data["customer"]["masked"] == "139****0001"
    assert KEYS.open_from_suite(data["customer"]["sealed"]) == {"msisdn": NUMBER, "name": "陈先生"}
    assert KEYS.open_from_suite(data["reply"]["sealed"]) == {"content": "已更正"}


def test_facts_say_what_readers_need() -> None:
    known = after(complaint(triggers=("media_threat",), demand="道歉"), h.MajorMarked("media_threat", "M1001", "曝光"))
    facts = facts_of(known)
    assert facts["major"] == {
        "trigger": "media_threat",
        "by": "M1001",
        "at": facts["registered_at"],
        "reason_given": True,
    }
    assert (facts["demand_given"], facts["replied_at"], facts["handler"]) == (True, None, "E1001")
    assert facts["registered_at"] == "2026-11-23T01:00:00.000+00:00"


def saved(known: Complaint) -> Saved[Complaint]:
    return Saved(known.complaint_id, 3, known, Head(3, ""), KEYS.new_document_key("c0ffee"))


def test_the_answer_has_the_contracts_fields() -> None:
    shown = complaint_shown(saved(complaint()), AGENT)
    contract = (
        "complaint_id serial_no status ticket_type channel category category_name brand branch hall first_contact "
        "handler repeat_of repeat_count urged major limits registered_at version"
    )
    assert [name for name in contract.split() if name not in shown] == []
    assert (shown["urged"], shown["major"], shown["repeat_count"], shown["version"]) == (False, False, 0, 3)
    assert shown["limits"]["handling"] == "2026-11-25T01:00:00.000+00:00"
    json.dumps(shown)


def test_PR1_names_and_numbers_are_masked_in_answers() -> None:
    masked = {"msisdn": "139****0001", "name": "陈**", "group_name": None}
    assert complaint_shown(saved(complaint()), AGENT)["customer"] == masked
    assert whole_shown(saved(complaint()), [], COLLEAGUE)["customer"] == masked


def test_PR1_whoever_works_on_it_sees_whom_to_call() -> None:
    handed_on = after(complaint(), h.ComplaintAssigned(COLLEAGUE.sub))
    for who in (AGENT, COLLEAGUE):
        clear = works_on(handed_on, who)
        assert whole_shown(saved(handed_on), [], who, clear)["customer"]["msisdn"] == NUMBER


HISTORY = [
    (event, Stamp(n, MONDAY + n * HOUR, AGENT))
    for n, event in enumerate(
        [
            *first_events(request(content=SECRET)),
            h.ContactRecorded(MONDAY, "phone", "out", SECRET, SECRET),
            h.SolutionProposed("accepted", SECRET),
            h.LadderSeen(2, "duty_manager"),
            h.ComplaintReplied("satisfied", "先", "前一个答复"),
            h.ComplaintReopened("asked", SECRET),
            h.ComplaintReplied("satisfied", "后", SECRET),
            h.FollowedUp("satisfied", SECRET),
        ],
        start=1,
    )
]


def test_get_shows_contacts_proposals_follow_ups_reply_and_history() -> None:
    shown = whole_shown(saved(complaint()), HISTORY, AGENT)
    assert shown["contacts"][0] | {"content": SECRET, "direction": "out", "by": "E1001"} == shown["contacts"][0]
    assert [len(shown[name]) for name in ("contacts", "proposals", "follow_ups")] == [1, 1, 1]
    assert (shown["reply"]["content"], shown["reply"]["by"]) == (SECRET, "E1001")
    assert [step["n"] for step in shown["history"]] == [1, 2, 3, 5, 6, 7, 8]
    assert shown["history"][1]["event"] == "contact_recorded"


def test_PR1_the_operator_sees_neither_names_nor_texts() -> None:
    shown = json.dumps(whole_shown(saved(complaint(content=SECRET)), HISTORY, OPERATOR), ensure_ascii=False)
    assert [secret for secret in (SECRET, NUMBER, "陈先生", "前一个答复") if secret in shown] == []


def test_a_reply_of_its_own_is_none_before_the_reply() -> None:
    assert whole_shown(saved(complaint()), HISTORY[:2], AGENT)["reply"] is None
