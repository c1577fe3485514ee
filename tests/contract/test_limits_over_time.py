"""Whatever happens to a complaint, intake's `limits` and escalation's clocks say the same (CL3, CL10; Hypothesis)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.escalation.events import limits_of
from shared.errors import TousuError
from suite.rehearsal import requests as r
from suite.rehearsal.acting import registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, OTHER_AGENT
from suite.rehearsal.stage import Stage

HOURS = st.sampled_from([0.1, 1, 5, 20, 60])
LEAVES = ("01.01.05", r.FAULT_LEAF)
EXTENSION = {"clock": "handling", "due_at": "2026-12-20T18:00:00+08:00", **r.REASON}
ACTS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "remark": (DUTY_MANAGER, "intake.remark", {"text": "已阅"}),
    "call": (AGENT, "intake.record_contact", r.CONTACT),
    "letter": (AGENT, "intake.record_contact", r.CONTACT | {"means": "letter"}),
    "report": (AGENT, "intake.record_contact", r.CONTACT | {"fulfils": "fault_report-1"}),
    "repair": (AGENT, "intake.record_contact", r.CONTACT | {"fulfils": "repair-1"}),
    "reply": (AGENT, "intake.reply", r.REPLY),
    "reopen": (AGENT, "intake.reopen", r.REASON),
    "follow_up": (OTHER_AGENT, "intake.follow_up", {"satisfaction": "satisfied"}),
    "fault": (AGENT, "intake.reclassify", {"category": LEAVES[1], **r.REASON}),
    "no_fault": (AGENT, "intake.reclassify", {"category": LEAVES[0], **r.REASON}),
    "vip": (AGENT, "intake.correct_customer", {"brand": "vip", **r.REASON}),
    "ordinary": (AGENT, "intake.correct_customer", {"brand": "ordinary", **r.REASON}),
    "extend": (BRANCH, "escalation.extend", EXTENSION),
    "major": (DUTY_MANAGER, "escalation.declare_major", r.MAJOR),
    "revoke": (BRANCH, "escalation.revoke_major", r.REASON),
    "opinion": (DUTY_MANAGER, "escalation.give_opinion", {"kind": "supervisor", "text": "x"}),
}
requests = count(1)


def clocks(stage: Stage, complaint: str) -> dict[str, datetime]:
    """By kind the due time of the running clock, else of the latest one, unless that was called off."""
    known = stage.cases.known[complaint].state.clocks
    latest = {clock.kind: clock for clock in known}.values()
    last = {clock.kind: clock.due_at for clock in latest if clock.state != "cancelled"}
    return last | {clock.kind: clock.due_at for clock in known if clock.running}


def limits(stage: Stage, complaint: str) -> dict[str, datetime]:
    shown = stage.call("intake.get", complaint, by=AGENT)["limits"]
    return {kind: datetime.fromisoformat(due_at) for kind, due_at in shown.items()}


def lived(stage: Stage, complaint: str, acts: list[tuple[str, float]]) -> Iterator[str]:
    """Each act that nobody refused, after it has been told to everybody."""
    for name, hours in acts:
        by, method, command = ACTS[name]
        stage.pass_time(stage.clock.at + timedelta(hours=hours))
        try:
            stage.call(method, complaint, {"request_id": f"limits-{next(requests)}", **command}, by=by)
        except TousuError:
            continue
        stage.deliver()
        yield name


@settings(max_examples=80)
@given(
    st.sampled_from(["hotline", "opinion_book", "web"]),
    st.sampled_from(LEAVES),
    st.lists(st.tuples(st.sampled_from(sorted(ACTS)), HOURS), max_size=9),
)
def test_CL10_over_any_history_limits_and_clocks_agree_kind_by_kind(
    channel: str, leaf: str, acts: list[tuple[str, float]]
) -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN | {"channel": channel, "category": leaf, "area": None})
    assert limits(stage, complaint) == clocks(stage, complaint)

    for act in lived(stage, complaint, acts):
        assert limits(stage, complaint) == clocks(stage, complaint), act


def test_CL10_after_the_reply_a_repair_of_another_leaf_is_owed_no_more_and_a_remark_still_is() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN | {"channel": "opinion_book", "category": r.FAULT_LEAF})

    assert list(lived(stage, complaint, [("reply", 1), ("no_fault", 1)])) == ["reply", "no_fault"]

    assert not {"repair", "fault_report"} & limits(stage, complaint).keys()
    assert limits(stage, complaint) == clocks(stage, complaint)
    assert "remark" in limits(stage, complaint)


def test_RP3_reopened_the_follow_up_of_the_old_reply_is_owed_no_more() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)

    list(lived(stage, complaint, [("reply", 1), ("reopen", 1)]))
    assert "follow_up" not in limits(stage, complaint).keys() | clocks(stage, complaint).keys()
    list(lived(stage, complaint, [("reply", 0.1), ("call", 60)]))

    assert limits(stage, complaint) == clocks(stage, complaint)
    running = [clock for clock in stage.cases.known[complaint].state.clocks if clock.running]
    assert [clock.kind for clock in running] == ["follow_up"]


def test_RP3_reopened_again_no_follow_up_is_owed_although_an_earlier_one_broke() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)

    list(lived(stage, complaint, [("reply", 0.1), ("call", 80), ("reopen", 0.1), ("reply", 0.1), ("reopen", 0.1)]))

    assert "follow_up" not in limits(stage, complaint)
    broken = [clock for clock in stage.cases.known[complaint].state.clocks if clock.kind == "follow_up"]
    assert [clock.state for clock in broken] == ["broken", "cancelled"]
    assert "follow_up" not in limits_of(stage.cases.known[complaint].state)


def test_CL10_after_the_reply_another_leaf_starts_nothing_new() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN | {"category": LEAVES[0]})

    list(lived(stage, complaint, [("reply", 1), ("fault", 1)]))

    assert "repair" not in limits(stage, complaint).keys() | clocks(stage, complaint).keys()


def test_MJ3_revoked_it_owes_no_opinions_in_either_copy_and_declared_again_asks_anew() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)

    list(lived(stage, complaint, [("major", 1), ("revoke", 0.5)]))
    for kinds in (limits(stage, complaint), clocks(stage, complaint)):
        assert not {"opinion", "major_reply", "support_opinion", "legal_opinion"} & kinds.keys()
    list(lived(stage, complaint, [("major", 1)]))

    again = limits(stage, complaint)
    assert again == clocks(stage, complaint)
    assert again["opinion"] == stage.clock.at + timedelta(hours=1)
    asked = [told for told in stage.told if told.type == "opinion_requested"]
    assert len(asked) == 4, "support and legal, twice"
