"""Only an event of the contract's form, of its own type and a known schema reaches a handler."""

from typing import Any

import orjson
import pytest

from shared.bus.events import event_of
from shared.bus.retries import PermanentFault

EVENT = {
    "event_id": "c1:3",
    "type": "complaint_urged",
    "schema": 1,
    "at": "2026-11-23T01:00:00.000+00:00",
    "complaint_id": "c1",
    "seq": 3,
    "data": {"complaint_id": "c1"},
}


def read(event: Any, newest: int = 1) -> dict[str, Any]:
    return event_of(orjson.dumps(event), "complaint_urged", newest)


def test_an_event_of_the_agreed_form_is_read() -> None:
    assert read(EVENT) == EVENT


def test_fields_that_this_version_does_not_know_are_kept() -> None:
    assert read(EVENT | {"trace": "t1"})["trace"] == "t1"


def test_an_older_schema_is_read() -> None:
    assert read(EVENT, newest=3) == EVENT


def test_a_newer_schema_is_hopeless_until_the_reader_is_newer() -> None:
    with pytest.raises(PermanentFault, match="schema 2 is newer than 1"):
        read(EVENT | {"schema": 2})


@pytest.mark.parametrize("name", ["event_id", "type", "schema", "at", "seq", "data"])
@pytest.mark.parametrize("value", [None, [], True, 1.5])
def test_a_field_of_another_kind_is_named(name: str, value: Any) -> None:
    with pytest.raises(PermanentFault, match=f"the event's {name} is missing or of another kind"):
        read(EVENT | {name: value})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"1", b'"x"', b"[]", b"null"])
def test_what_is_no_object_is_hopeless(body: bytes) -> None:
    with pytest.raises(PermanentFault):
        event_of(body, "complaint_urged", 1)


def test_an_event_sent_as_another_type_is_hopeless() -> None:
    with pytest.raises(PermanentFault, match="type"):
        event_of(orjson.dumps(EVENT), "complaint_replied", 1)


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-23T01:00:00"])
def test_F15_an_event_whose_time_is_none_is_a_dead_letter_at_once(at: str) -> None:
    with pytest.raises(PermanentFault, match="no time with its offset"):
        read(EVENT | {"at": at})
