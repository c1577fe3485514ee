"""Group incidents as their callers see them: the services' own methods on a stage (MJ4). Two customers make a group."""

from typing import Any

import pytest

from services.escalation.errors import IncidentClosedAlready
from shared.aggregate import Actor
from shared.errors import Forbidden, NotFound, RuleRefused
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, LEGAL, PROVINCE, SUPPORT, WORDS
from suite.rehearsal.stage import Stage

PLAIN = r.PLAIN | {"hall": None, "coordination": None}


def complaint(stage: Stage, number: int, at: float, **changes: Any) -> str:
    customer = PLAIN["customer"] | {"msisdn": f"1390000{number:04d}", "high_value": False, "group": None}
    asked = PLAIN | {"customer": {key: value for key, value in customer.items() if value is not None}} | changes
    return registered(stage, asked, at=at)


def case(stage: Stage, complaint_id: str) -> dict[str, Any]:
    found: dict[str, Any] = stage.call("escalation.case", complaint_id, by=PROVINCE)
    return found


def told(stage: Stage, template: str) -> list[Any]:
    return [saved.state for saved in stage.messages.known.values() if saved.state.template == template]


def test_MJ4_enough_complaints_of_enough_customers_are_one_major_incident_that_links_them_all() -> None:
    stage = Stage()
    ids = [complaint(stage, number, at=number / 10) for number in range(4)]

    (incident,) = stage.call("escalation.incidents", {"branch": "SZ"}, by=DUTY_MANAGER)["items"]

    shown = stage.call("escalation.incident", incident["incident_id"], by=AGENT)
    assert sorted(each["complaint_id"] for each in shown["members"]) == sorted(ids)
    assert (shown["count"], shown["state"], shown["area"], shown["category"]) == (4, "open", "福田", "04.01.01")
    for complaint_id in ids:
        known = case(stage, complaint_id)
        assert (known["incident_id"], known["major"], known["major_trigger"]) == (shown["incident_id"], True, "group")


def test_MJ4_one_alert_an_incident_and_none_a_complaint() -> None:
    stage = Stage()
    for number in range(4):
        complaint(stage, number, at=number / 10)

    alerts = told(stage, "incident_alert")
    assert sorted(alert.role for alert in alerts) == ["branch", "duty_manager", "legal", "support"]
    assert told(stage, "major_alert") == told(stage, "opinion_request") == []
    assert len(told(stage, "major_told")) == 4, "each first contact hears of his own complaint"


def test_MJ4_each_complaint_keeps_its_own_opinions() -> None:
    stage = Stage()
    first, _ = (complaint(stage, number, at=number / 10) for number in range(2))

    with pytest.raises(RuleRefused) as refused:
        live(stage, first, (1, AGENT, "intake.reply", r.REPLY))
    assert refused.value.rule == "MJ2"
    opinions = (("supervisor", DUTY_MANAGER), ("support", SUPPORT), ("legal", LEGAL))
    live(stage, first, *((1, by, "escalation.give_opinion", {"kind": kind, "text": WORDS}) for kind, by in opinions))
    live(stage, first, (1.5, AGENT, "intake.reply", r.REPLY))

    assert case(stage, first)["status"] == "replied"


def test_MJ4_one_customers_repeats_are_no_group() -> None:
    stage = Stage()
    for at in (0, 1):
        again = complaint(stage, 1, at=at)
        live(stage, again, (at + 0.1, AGENT, "intake.withdraw", r.REASON))
    first = complaint(stage, 2, at=3)
    live(stage, first, (3.1, AGENT, "intake.reply", r.REPLY), (3.2, AGENT, "intake.archive", r.ARCHIVE))
    complaint(stage, 2, at=4)

    assert stage.call("escalation.incidents", {}, by=PROVINCE)["items"] == []


@pytest.mark.parametrize("changes", [{"area": "罗湖"}, {"category": "04.01.02"}, {"area": None}])
def test_MJ4_another_area_or_leaf_or_none_is_no_group(changes: dict[str, Any]) -> None:
    stage = Stage()
    complaint(stage, 1, at=0)
    complaint(stage, 2, at=0.1, **changes)

    assert stage.call("escalation.incidents", {}, by=PROVINCE)["items"] == []


def test_MJ4_the_window_slides_and_ends() -> None:
    stage = Stage()
    complaint(stage, 1, at=0)
    late = complaint(stage, 2, at=24.1)
    assert case(stage, late)["incident_id"] is None

    complaint(stage, 3, at=48)

    assert case(stage, late)["incident_id"] is not None


def test_MJ4_a_replied_complaint_is_linked_and_left_as_it_is() -> None:
    stage = Stage()
    first = complaint(stage, 1, at=0)
    live(stage, first, (0.5, AGENT, "intake.reply", r.REPLY))
    complaint(stage, 2, at=1)

    known = case(stage, first)

    assert (known["incident_id"] is not None, known["major"], known["status"]) == (True, False, "replied")


def test_MJ4_who_leaves_counts_no_more_but_the_incident_stays() -> None:
    stage = Stage()
    gone, moved, stays = (complaint(stage, number, at=number / 10) for number in range(3))
    incident_id = case(stage, stays)["incident_id"]

    live(stage, gone, (1, AGENT, "intake.withdraw", r.REASON))
    live(stage, moved, (1.1, AGENT, "intake.reclassify", r.LEAF))

    shown = stage.call("escalation.incident", incident_id, by=PROVINCE)
    assert ([each["complaint_id"] for each in shown["members"]], shown["state"]) == ([stays], "open")
    assert case(stage, moved)["major"], "what was declared is revoked by the branch, not by moving on"


def test_MJ4_a_closed_incident_counts_anew_and_keeps_its_members() -> None:
    stage = Stage()
    old = [complaint(stage, number, at=number / 10) for number in range(2)]
    first = case(stage, old[0])["incident_id"]
    live(stage, first, (1, BRANCH, "escalation.close_incident", r.REASON))

    alone = complaint(stage, 5, at=2)
    assert case(stage, alone)["incident_id"] is None
    complaint(stage, 6, at=2.1)

    assert case(stage, alone)["incident_id"] not in (None, first)
    shown = stage.call("escalation.incident", first, by=BRANCH)
    assert (shown["count"], shown["state"], shown["closed_by"], shown["reason"]) == (2, "closed", "B1001", WORDS)
    with pytest.raises(IncidentClosedAlready):
        live(stage, first, (3, BRANCH, "escalation.close_incident", r.REASON))


def test_MJ4_an_incident_is_closed_by_its_branch_and_seen_by_no_other() -> None:
    stage = Stage()
    first, _ = (complaint(stage, number, at=number / 10) for number in range(2))
    incident_id = case(stage, first)["incident_id"]

    with pytest.raises(Forbidden):
        live(stage, incident_id, (1, DUTY_MANAGER, "escalation.close_incident", r.REASON))
    with pytest.raises(NotFound):
        stage.call("escalation.incident", incident_id, by=Actor("E2001", "agent", "GZ"))
    assert "reason" not in stage.call("escalation.incident", incident_id, by=Actor("O1001", "operator"))


def test_MJ3_a_revoked_member_is_not_declared_major_again_for_the_same_incident() -> None:
    stage = Stage()
    first, _ = (complaint(stage, number, at=number / 10) for number in range(2))
    live(stage, first, (1, BRANCH, "escalation.revoke_major", r.REASON))

    complaint(stage, 7, at=2)

    assert not case(stage, first)["major"]
