"""What intake accepts, and how bad input is named by its field."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from services.intake import commands as c
from services.intake import schemas
from services.intake.ladder_schema import LadderSchema
from services.intake.methods import METHODS
from services.intake.register_schema import RegisterSchema
from services.intake.registers_schema import HallRegisterSchema
from services.intake.search_schema import SearchSchema
from shared.fields import LONGEST_TEXT, after, an_id

REQUEST: dict[str, Any] = {
    "request_id": "r-1",
    "ticket_type": "complaint",
    "channel": "hotline",
    "handling": "record_only",
    "customer": {"msisdn": "13900000001", "brand": "ordinary"},
    "verification": {"method": "calling_number", "verified": True},
    "category": "04.01.01",
    "content": "话费有误",
    "branch": "SZ",
}


def faults(schema: Schema, given: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        schema.load(given)
    return dict(refused.value.messages_dict)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The request with one field set, in its own object where the path says so."""
    outer, dot, inner = path.partition(".")
    return REQUEST | {outer: REQUEST[outer] | {inner: value} if dot else value}


def test_a_registration_is_loaded_whole() -> None:
    command: c.Register = RegisterSchema().load(
        REQUEST
        | {
            "customer": {
                "msisdn": "13900000001",
                "name": "陈先生",
                "brand": "vip",
                "high_value": True,
                "group": "公司",
            },
            "promise": {"kind": "answer", "due_at": "2026-11-24T15:00:00+08:00", "what": "答复"},
            "triggers": ["media_threat"],
        }
    )
    assert (command.customer.name, command.customer.group_name) == ("陈先生", "公司")
    assert (command.brand, command.high_value, command.group) == ("vip", True, True)
    assert command.promise is not None
    assert command.promise.due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert command.triggers == ("media_threat",)


@pytest.mark.parametrize(("group", "expected"), [(True, True), (False, False), ("公司", True)])
def test_a_group_is_named_or_only_told(group: Any, expected: bool) -> None:
    assert RegisterSchema().load(changed("customer.group", group)).group is expected


@pytest.mark.parametrize("field", [name for name in REQUEST if name != "verification"])
def test_a_missing_field_is_named(field: str) -> None:
    assert faults(RegisterSchema(), {name: value for name, value in REQUEST.items() if name != field}).keys() == {field}


OPERATOR = {"$gt": ""}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("content", OPERATOR),
        ("content", "字" * (LONGEST_TEXT + 1)),
        ("content", " \n"),
        ("content", 7),
        ("request_id", "r" * 65),
        ("request_id", OPERATOR),
        ("branch", OPERATOR),
        ("category", ["04.01.01"]),
        ("channel", "telegraph"),
        ("ticket_type", "Complaint"),
        ("triggers", ["boredom"]),
        ("triggers", "media_threat"),
        ("disputed_amount_fen", -1),
        ("disputed_amount_fen", 12.5),
        ("disputed_amount_fen", "100"),
        ("disputed_amount_fen", True),
        ("prohibition", 6),
        ("customer.msisdn", "12345678901"),
        ("customer.msisdn", "02083000000"),
        ("customer.msisdn", OPERATOR),
        ("customer.brand", "gold"),
        ("customer.high_value", "yes"),
        ("customer.high_value", 1),
        ("customer.group", 1),
        ("customer.password", "123456"),
        ("verification.verified", "true"),
        ("promise", {"kind": "answer", "due_at": "2026-11-24T15:00:00", "what": "无时区"}),
        ("promise", {"kind": "answer", "due_at": "9999-12-31T23:59:59-12:00", "what": "太远"}),
        ("promise", {"kind": "answer", "due_at": 1795500000, "what": "数字"}),
        ("surprise", 1),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(path: str, value: Any) -> None:
    assert faults(RegisterSchema(), changed(path, value)).keys() == {path.partition(".")[0]}


@pytest.mark.parametrize("given", [None, [], "text", 7])
def test_a_request_is_an_object(given: Any) -> None:
    assert "_schema" in faults(RegisterSchema(), given)


def test_ten_thousand_characters_are_accepted() -> None:
    assert RegisterSchema().load(changed("content", "字" * LONGEST_TEXT))


@pytest.mark.parametrize("method", METHODS)
def test_every_command_carries_its_request_id_and_nothing_unknown(method: str) -> None:
    told = faults(METHODS[method].schema, {"surprise": 1})
    assert told["request_id"] == ["Missing data for required field."]
    assert told["surprise"] == ["Unknown field."]


@pytest.mark.parametrize("part", ["process", "content", "satisfaction"])
def test_RP1_a_missing_part_of_the_reply_is_named(part: str) -> None:
    reply = {"request_id": "r", "process": "查", "content": "答", "satisfaction": "satisfied"}
    del reply[part]
    assert faults(schemas.ReplySchema(), reply).keys() == {part}


@pytest.mark.parametrize(("part", "empty"), [("cause", ""), ("evidence", []), ("evidence", "账单"), ("lesson", "  ")])
def test_IN14_RP5_a_missing_part_of_the_archive_is_named(part: str, empty: Any) -> None:
    archive = {"request_id": "r", "cause": "因", "evidence": ["账单"], "lesson": "训"}
    assert schemas.ArchiveSchema().load(archive) == c.Archive("因", ("账单",), "训")
    assert faults(schemas.ArchiveSchema(), archive | {part: empty}).keys() == {part}


def test_times_become_utc_in_milliseconds() -> None:
    contact = {"request_id": "r", "means": "phone", "direction": "out", "content": "说明"}
    loaded = schemas.RecordContactSchema().load(contact | {"at": "2026-11-23T09:00:00.123456+08:00"})
    assert loaded.at == datetime(2026, 11, 23, 1, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [{"limit": 0}, {"limit": 201}, {"after": "c0ffee"}, {"after": "yesterday/c0ffee"}, {"msisdn": OPERATOR}, {"x": 1}],
)
def test_a_faulty_filter_is_named(given: dict[str, Any]) -> None:
    assert faults(SearchSchema(), given).keys() == given.keys()


def test_a_cursor_survives_the_callers_hands() -> None:
    ended = (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "c0ffee")
    assert SearchSchema().load({"after": after(*ended)}).after == ended
    assert SearchSchema().load({"after": None}).after is None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-W48-1", "20261123", "2026-02-30", 20261123, ""])
def test_IN20_a_day_is_one_of_the_calendar_that_has_a_midnight_before_and_after(day: Any) -> None:
    assert faults(HallRegisterSchema(), {"hall": "SZ-FT", "day": day}).keys() == {"day"}
    assert HallRegisterSchema().load({"hall": "SZ-FT", "day": "2026-11-23"}).day == date(2026, 11, 23)


@pytest.mark.parametrize("given", [None, 7, "", "x" * 65, OPERATOR])
def test_an_id_is_a_short_text(given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        an_id(given)
    assert refused.value.messages_dict.keys() == {"id"}


def test_of_escalations_events_only_what_is_kept_is_read() -> None:
    due_at = "2026-11-25T01:00:00.000+00:00"
    data = {
        "complaint_id": "c0ffee",
        "seq": 4,
        "level": "branch",
        "awaiting": None,
        "limits": {"handling": due_at},
        "clocks": [{"anything": 1}],
        "change": {"name": "clock_extended", "kind": "handling", "clock_id": "h-1"},
    }
    complaint_id, told = LadderSchema().load(data)
    assert (complaint_id, told.seq, told.level) == ("c0ffee", 4, "branch")
    assert told.extended_to == datetime.fromisoformat(due_at)
    assert LadderSchema().load(data | {"change": {"name": "clock_warned", "kind": "handling"}})[1].extended_to is None
