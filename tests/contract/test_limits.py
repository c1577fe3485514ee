"""What intake answers as `limits` is what escalation's clocks say, for every complaint that can be registered."""

from datetime import datetime
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import vocabulary as v
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, OTHER_AGENT
from suite.rehearsal.stage import Stage, hour

PLAIN_LEAF = r.PLAIN["category"]
BRANDS, CHANNELS, TYPES, HANDLINGS = (get_args(each) for each in (v.Brand, v.Channel, v.TicketType, v.Handling))
FORWARDED = {"forwarded_by": {"body": "消费者协会", "reference": "2026-11"}}
PROMISES = {
    "none": {},
    "answer": {"promise": {"kind": "answer", "due_at": "2026-11-23T16:00:00+08:00", "what": "答复"}},
    "effect": {"promise": {"kind": "effect", "due_at": "2026-12-01T12:00:00+08:00", "what": "生效"}},
}


def request(channel: str, brand: str, ticket_type: str, handling: str, category: str = PLAIN_LEAF) -> dict[str, Any]:
    """A registration that nobody refuses."""
    asked = r.PLAIN | {"channel": channel, "ticket_type": ticket_type, "handling": handling, "category": category}
    asked |= {"customer": r.PLAIN["customer"] | {"brand": brand}, "coordination": None, "hall": None}
    asked |= FORWARDED if channel == "third_party" else {}
    return asked | ({"reply": r.REPLY} if handling == "direct_reply" else {})


def clocks(stage: Stage, complaint_id: str) -> dict[str, datetime]:
    """Escalation's due times by kind, none where it has no case."""
    case = stage.cases.known.get(complaint_id)
    return {clock.kind: clock.due_at for clock in case.state.clocks} if case else {}


def limits(answer: dict[str, Any]) -> dict[str, datetime]:
    return {kind: datetime.fromisoformat(due_at) for kind, due_at in answer["limits"].items()}


def only_escalation_reads(stage: Stage) -> None:
    """What intake said before it heard anything of escalation's."""
    for told in stage.told:
        if told.service == "intake":
            stage.services["escalation"].complaint_changed(told.event)


@pytest.mark.parametrize("ticket_type", TYPES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_CL1_limits_are_the_clocks_for_every_channel_brand_type_handling_and_leaf(
    channel: str, ticket_type: str
) -> None:
    for brand, handling, category in product(BRANDS, HANDLINGS, (PLAIN_LEAF, r.FAULT_LEAF)):
        stage = Stage()
        given = r.without_none(request(channel, brand, ticket_type, handling, category) | {"request_id": "r"})
        answer = stage.call("intake.register", given, by=AGENT)
        only_escalation_reads(stage)
        assert limits(answer) == clocks(stage, answer["complaint_id"]), (brand, handling, category)
        assert bool(answer["limits"]) == (ticket_type == "complaint")


@settings(max_examples=60)
@given(
    st.sampled_from(CHANNELS),
    st.sampled_from(BRANDS),
    st.sampled_from(sorted(PROMISES)),
    st.lists(st.sampled_from(get_args(v.Trigger)), max_size=2, unique=True),
)
def test_CL4_CL8_promises_and_majors_bring_the_same_clocks_to_both(
    channel: str, brand: str, promise: str, triggers: list[str]
) -> None:
    stage = Stage()
    given = request(channel, brand, "complaint", "transfer") | PROMISES[promise] | {"triggers": triggers}
    answer = stage.call("intake.register", r.without_none(given | {"request_id": "r"}), by=AGENT)
    only_escalation_reads(stage)

    assert limits(answer) == clocks(stage, answer["complaint_id"])


@settings(max_examples=40)
@given(
    st.sampled_from(CHANNELS),
    st.tuples(st.sampled_from(BRANDS), st.sampled_from(BRANDS)),
    st.permutations([PLAIN_LEAF, r.FAULT_LEAF]),
    st.booleans(),
)
def test_CL10_after_corrections_both_still_say_the_same(
    channel: str, brands: tuple[str, str], leaves: list[str], reopened: bool
) -> None:
    stage, (first, second) = Stage(), brands
    complaint = registered(stage, request(channel, first, "complaint", "transfer", leaves[0]))
    if reopened:
        live(stage, complaint, (1, AGENT, "intake.reply", r.REPLY), (2, AGENT, "intake.reopen", r.REASON))
    live(
        stage,
        complaint,
        (3, OTHER_AGENT, "intake.correct_customer", {"brand": second, **r.REASON}),
        (3.5, OTHER_AGENT, "intake.reclassify", {"category": leaves[1], **r.REASON}),
    )
    shown = stage.call("intake.get", complaint, by=AGENT)
    running = {c.kind: c.due_at for c in stage.cases.known[complaint].state.clocks if c.state == "running"}

    assert running.items() <= limits(shown).items()
    assert limits(shown)["handling"] == clocks(stage, complaint)["handling"]


def test_CL3_an_extension_reaches_intake_and_moves_what_can_be_promised() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    extension = {"clock": "handling", "due_at": "2026-11-30T18:00:00+08:00", **r.REASON}
    stage.call("escalation.extend", complaint, extension | {"request_id": "e"}, by=BRANCH, at=hour(1))
    stage.deliver()
    promise = {"kind": "answer", "due_at": "2026-11-30T17:00:00+08:00", "what": "答复"}

    answer = stage.call("intake.promise", complaint, promise | {"request_id": "p"}, by=AGENT, at=hour(2))

    assert limits(answer)["handling"] == datetime.fromisoformat("2026-11-30T18:00:00+08:00")
