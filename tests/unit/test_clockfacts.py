"""A clock that asks for what nobody tells it is a fault of its file, found before any complaint meets it."""

from pathlib import Path
from typing import get_args

import pytest

from services.clockfacts import COMPLAINT, LADDER, clocks_fit_services
from services.escalation.drafts import Drafts
from services.escalation.facts import ASKED_FOR
from services.escalation.policies import FITS, POLICIES
from services.intake import limits, vocabulary
from services.rights import LEVELS
from shared.errors import InvalidRequest
from shared.policies import load, parse
from shared.policies.clocks import CLOCKS
from shared.policies.files import PolicySet
from shared.providers import InForce

FOLDER = Path(__file__).resolve().parents[2] / "policies"
SHIPPED = (FOLDER / "clocks.yml").read_text(encoding="utf-8")
FIRST_REPLY = "  first_reply:\n    starts: [registered]\n    when: {ticket_type: complaint}\n    span: "


def told(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Path and message of every fault of clocks.yml with these changes."""
    text = SHIPPED
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return [(fault.path, fault.message) for fault in clocks_fit_services(PolicySet([parse(CLOCKS, text)]))]


def test_the_shipped_clocks_ask_for_nothing_that_is_not_told() -> None:
    assert told() == []


def test_the_words_are_those_that_intake_and_the_ladder_say() -> None:
    said = {"ticket_type": "TicketType", "channel": "Channel", "handling": "Handling", "brand": "Brand"}

    assert {fact: set(COMPLAINT[fact]) for fact in said} == {
        fact: set(get_args(getattr(vocabulary, name))) for fact, name in said.items()
    }
    assert set(COMPLAINT) | {"inbound"} == set(ASKED_FOR) == set(limits.FACTS)
    assert LADDER["level"] == LEVELS[:-1]


def test_CL1_a_brand_without_a_span_is_named_even_where_the_file_does_not_list_it() -> None:
    ends = [(f", ordinary: {span}}}", "}") for span in ("48h", "24h")]
    by_brand = {("handling", "registered"), ("handling", "reopened")}
    by_brand |= {("waiting_call", "registered"), ("waiting_call_again", "reopened")}

    assert set(told(("brand: [vip, gotone, ordinary]", "brand: [vip, gotone]"), *ends)) == {
        (f"clocks.{name}.span.ordinary", f"at {moment!r} brand may be 'ordinary', which needs its span")
        for name, moment in by_brand
    }


@pytest.mark.parametrize(
    ("span", "fact"),
    [("{given: due_at}", "due_at"), ("{by: promise, answer: 8h, effect: 8h}", "promise")],
)
def test_CL8_a_promised_time_is_told_with_a_promise_only(span: str, fact: str) -> None:
    assert told((f"{FIRST_REPLY}48h", f"{FIRST_REPLY}{span}")) == [
        ("clocks.first_reply.span", f"at 'registered' nobody tells {fact}")
    ]


def test_ES4_no_level_is_told_where_a_complaint_is_registered() -> None:
    span = "{by: level, agent: 8h, duty_manager: 8h, branch: 8h, province: 8h, arbitration: 8h}"

    assert told((f"{FIRST_REPLY}48h", f"{FIRST_REPLY}{span}")) == [
        ("clocks.first_reply.span", "at 'registered' nobody tells level")
    ]


def test_CL5_a_moment_that_the_services_name_stands_in_the_file() -> None:
    without = (", pre_refunded]", "]"), ("starts: [pre_refunded]", "starts: [accepted]")

    assert told(*without) == [("moments", "missing: 'pre_refunded', which the services name")]


def test_a_draft_that_cannot_be_played_is_refused_with_what_is_wrong() -> None:
    in_force = InForce(load(FOLDER, POLICIES, FITS).loaded())
    draft = SHIPPED.replace("brand: [vip, gotone, ordinary]", "brand: [vip, gotone]")
    for span in ("48h", "24h"):
        draft = draft.replace(f", ordinary: {span}}}", "}")

    with pytest.raises(InvalidRequest) as refused:
        Drafts(in_force, {"clocks": draft})

    assert "clocks.handling.span.ordinary" in {fault["path"] for fault in refused.value.details["faults"]}
