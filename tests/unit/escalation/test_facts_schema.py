"""Intake's facts as escalation reads them: its own fields in their form, whatever else comes along."""

from typing import Any

import pytest

from services.escalation.facts import Coordination, Fulfilled, Major, Opinion, Promise
from services.escalation.facts_schema import facts_read
from shared.errors import InvalidRequest
from tests.unit.escalation.makers import MONDAY, hour

LEAST: dict[str, Any] = {
    "complaint_id": "c1",
    "seq": 1,
    "status": "open",
    "ticket_type": "complaint",
    "channel": "hotline",
    "category": "04.01.01",
    "brand": "vip",
    "registered_at": "2026-11-23T09:00:00+08:00",
    "branch": "SZ",
}
AS_OF = "2026-11-23T09:00:00+08:00"


def test_the_least_that_intake_says_is_enough() -> None:
    facts = facts_read(LEAST, AS_OF)

    assert (facts.registered_at, facts.as_of, facts.major, facts.promises) == (MONDAY, MONDAY, None, ())


def test_everything_that_matters_is_read() -> None:
    at = hour(1).isoformat()
    told = {
        "promises": [{"promise_id": "p1", "kind": "answer", "due_at": at, "made_at": AS_OF, "made_by": "E1"}],
        "fulfilled": [{"clock_id": "p1", "at": at}],
        "major": {"trigger": "legal", "by": "M1", "at": at, "reason_given": True},
        "opinions": {"support": {"by": "S1", "at": at}},
        "coordination": {"kind": "interconnect", "counterpart": "联通"},
        "follow_up": None,
        "hall": None,
    }

    facts = facts_read(LEAST | told, AS_OF)

    assert facts.promises == (Promise("p1", "answer", hour(1), MONDAY),)
    assert facts.fulfilled == (Fulfilled("p1", hour(1)),)
    assert facts.major == Major("legal", "M1", hour(1))
    assert facts.opinions == {"support": Opinion("S1", hour(1))}
    assert facts.coordination == Coordination("interconnect", "联通")


def test_fields_of_tomorrow_are_left_alone() -> None:
    assert facts_read(LEAST | {"mood": "bad"}, AS_OF) == facts_read(LEAST, AS_OF)


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        facts_read({name: value for name, value in LEAST.items() if name != missing}, AS_OF)

    assert missing in refused.value.details["fields"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("seq", "1"),
        ("status", "lost"),
        ("registered_at", "2026-11-23T09:00:00"),
        ("registered_at", 5),
        ("major", {"trigger": "legal"}),
        ("opinions", {"astrologer": {"by": "x", "at": AS_OF}}),
        ("branch", None),
    ],
)
def test_what_has_another_form_is_named(field: str, wrong: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        facts_read({**LEAST, field: wrong}, AS_OF)

    assert field in refused.value.details["fields"]


def test_facts_of_no_known_time_are_not_taken() -> None:
    with pytest.raises(InvalidRequest):
        facts_read(LEAST, None)
