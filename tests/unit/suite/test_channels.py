"""IN2: the seven channels, each with what it demands (IN5, IN22, CL6), from registration to reply."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args

import pytest

from services.intake import vocabulary as v
from services.intake.errors import NotTheHolder
from services.refund.errors import NotVerifiedYet
from suite.rehearsal import requests as r
from suite.rehearsal.acting import ask, live, registered
from suite.rehearsal.people import AGENT, DUTY_MANAGER
from suite.rehearsal.stage import MONDAY, Stage, hour

HOUR = timedelta(hours=1)
ALWAYS = {"handling": 48, "first_reply": 48, "waiting_call": 24}
CONTACT = {"contact": 4}
PROOF = {"verification": None, "forwarded_by": None}


class Demand(NamedTuple):
    """What a channel needs to be taken (None: nothing yet), and its clocks in hours."""

    channel: v.Channel
    needs: str | None
    clocks: dict[str, int]


DEMANDS = [
    Demand("hotline", "verification", ALWAYS),
    Demand("hall", "verification", ALWAYS),
    Demand("web", "verification", ALWAYS | CONTACT),
    Demand("sms", "verification", ALWAYS | CONTACT),
    Demand("third_party", "forwarded_by", ALWAYS | CONTACT),
    Demand("letter", None, ALWAYS | CONTACT),
    Demand("opinion_book", None, ALWAYS | CONTACT | {"remark": 48, "call_back": 48}),
]
GIVEN = {
    "verification": {"method": "service_password", "verified": True},
    "forwarded_by": {"body": "消费者协会", "reference": "2026-11"},
}


def request(demand: Demand, **proof: Any) -> dict[str, Any]:
    return r.PLAIN | PROOF | {"channel": demand.channel, "coordination": None} | proof


def clocks(stage: Stage, complaint: str) -> dict[str, dict[str, Any]]:
    case = stage.call("escalation.case", complaint, by=AGENT)
    return {clock["kind"]: clock for clock in case["clocks"]}


def test_IN2_every_channel_has_its_line() -> None:
    assert {demand.channel for demand in DEMANDS} == set(get_args(v.Channel))


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.channel)
def test_IN2_a_channel_demands_its_proof_starts_its_clocks_and_is_answered(demand: Demand) -> None:
    stage = Stage()
    if demand.needs:
        with pytest.raises(NotTheHolder) as refused:
            ask(stage, "intake.register", request(demand), AGENT, 0)
        assert (refused.value.details["rule"], refused.value.details["needed"]) == ("IN5", demand.needs)
    proof = {demand.needs: GIVEN[demand.needs]} if demand.needs else {}
    complaint = registered(stage, request(demand, **proof))
    due = {kind: datetime.fromisoformat(clock["due_at"]) - MONDAY for kind, clock in clocks(stage, complaint).items()}
    assert due == {kind: hours * HOUR for kind, hours in demand.clocks.items()}

    _money_waits_for_the_holder(stage, complaint, demand)
    call = r.CONTACT | {"verification": GIVEN["verification"]}
    live(stage, complaint, (1, AGENT, "intake.record_contact", call))
    if "remark" in demand.clocks:
        live(stage, complaint, (2, DUTY_MANAGER, "intake.remark", {"text": "已批阅"}))
    live(stage, complaint, (3, AGENT, "intake.reply", r.REPLY))
    ended = clocks(stage, complaint)
    assert {kind: ended[kind]["state"] for kind in demand.clocks} == dict.fromkeys(demand.clocks, "met")
    assert ask(stage, "refund.request", r.CLAIM | {"complaint_id": complaint}, AGENT, 4)["refund_id"]


def _money_waits_for_the_holder(stage: Stage, complaint: str, demand: Demand) -> None:
    """IN5: a letter's or opinion book's customer is verified at the call-back, before any money."""
    if demand.needs is None:
        with pytest.raises(NotVerifiedYet):
            ask(stage, "refund.request", r.CLAIM | {"complaint_id": complaint}, AGENT, 0.5)


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.channel)
def test_IN2_IN22_unanswered_the_channels_own_clocks_break(demand: Demand) -> None:
    stage = Stage()
    complaint = registered(stage, request(demand, **({demand.needs: GIVEN[demand.needs]} if demand.needs else {})))
    stage.pass_time(hour(5))
    states = {kind: clock["state"] for kind, clock in clocks(stage, complaint).items()}
    assert [kind for kind, state in states.items() if state == "broken"] == [
        kind for kind, hours in demand.clocks.items() if hours < 5
    ]
