"""Requests are read strictly; every fault is told in the contract's words, and never a value that was wrong."""

import logging
from typing import Any

import eventlet
import orjson
import pytest
from amqp.exceptions import ConnectionForced
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields
from nameko.exceptions import RemoteError, deserialize
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from shared.bus.answers import LARGEST_REQUEST, as_told, call_of, error_body, outage, result_body, where
from shared.errors import CONTRACT_ERRORS, Failed, InvalidRequest, NotFound, RuleRefused, Unavailable, from_the_wire

SECRET = "13912345678"


class Customer(Schema):
    msisdn = fields.Integer(strict=True)


class Registration(Schema):
    message = fields.String(required=True)
    customer = fields.Nested(Customer)
    evidence = fields.List(fields.Integer(strict=True))


def found(request: Any) -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        Registration().load(request)
    return raised.value


def test_a_request_gives_its_arguments() -> None:
    assert call_of(b'{"args": [1, {"a": 2}], "kwargs": {"b": 3}}', "application/json") == ([1, {"a": 2}], {"b": 3})


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_an_invalid_request(body: bytes) -> None:
    try:
        args, kwargs = call_of(body, "application/json")
    except InvalidRequest:
        return
    assert isinstance(args, list)
    assert isinstance(kwargs, dict)


def test_the_largest_request_is_256_kibibytes() -> None:
    padding = b" " * (LARGEST_REQUEST - len(b'{"args": [], "kwargs": {}}'))
    assert call_of(b'{"args": [], "kwargs": {}}' + padding, None) == ([], {})
    with pytest.raises(InvalidRequest, match="too large"):
        call_of(b'{"args": [], "kwargs": {}}' + padding + b" ", None)


def test_other_content_than_json_is_refused_unread() -> None:
    with pytest.raises(InvalidRequest, match="JSON"):
        call_of(b'{"args": [], "kwargs": {}}', "application/x-python-serialize")


@pytest.mark.parametrize("kind", sorted(CONTRACT_ERRORS))
def test_a_plain_nameko_client_sees_the_contracts_name_and_value(kind: str) -> None:
    error = RuleRefused("IN5", "no") if kind == "RuleRefused" else CONTRACT_ERRORS[kind]("no", field="x")
    remote = deserialize(orjson.loads(error_body(error))["error"])
    assert isinstance(remote, RemoteError)
    assert (remote.exc_type, remote.value) == (kind, {"message": "no", "details": error.details})


def test_a_service_error_travels_under_its_contract_name() -> None:
    class TwoOpinionsMissing(RuleRefused):
        pass

    told = orjson.loads(error_body(TwoOpinionsMissing("MJ2", "two opinions are missing")))["error"]
    assert (told["exc_type"], told["exc_args"]) == ("RuleRefused", [])


def test_findings_of_a_schema_become_details_by_field_at_any_depth() -> None:
    told = as_told(found({"customer": {"msisdn": SECRET}, "evidence": [1, SECRET]}), "register")
    assert told.wire_name == "InvalidRequest"
    assert told.details == {
        "message": ["Missing data for required field."],
        "customer": {"msisdn": ["Not a valid integer."]},
        "evidence": {"1": ["Not a valid integer."]},
    }
    assert told.message == "the request is not valid: customer, evidence, message"


def test_of_very_many_findings_the_first_are_told() -> None:
    told = as_told(found({"evidence": ["x"] * 80_000} | {f"f{n}": 1 for n in range(9_000)}), "register")
    assert list(told.details["evidence"]) == [str(n) for n in range(50)]
    assert len(error_body(told)) < 10_000


def test_a_wrong_value_is_not_repeated_not_even_where_it_stands_for_a_field() -> None:
    told = as_told(found({"message": "x", SECRET: 1, "customer": SECRET}), "register")
    assert SECRET not in str(told.on_the_wire())
    assert told.details["?"] == ["Unknown field."]


def test_something_else_than_an_object_is_an_invalid_request_too() -> None:
    assert as_told(found([SECRET]), "register").details == {"_schema": ["Invalid input type."]}


@pytest.mark.parametrize(
    "fault",
    [
        AutoReconnect(SECRET),
        ServerSelectionTimeoutError(SECRET),
        ConnectionForced(SECRET),
        ConnectionRefusedError(SECRET),
        TimeoutError(SECRET),
        eventlet.Timeout(),
    ],
)
def test_a_server_that_is_away_is_unavailable_and_may_be_asked_again(fault: BaseException) -> None:
    told = as_told(fault, "register")
    assert type(told) is Unavailable
    assert "repeated" in told.message
    assert SECRET not in str(told.on_the_wire())


@pytest.mark.parametrize("fault", [KeyError(SECRET), OperationFailure(SECRET), FileNotFoundError(SECRET)])
def test_any_other_fault_tells_a_reference_that_the_log_explains(
    fault: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        told = as_told(fault, "register")
    assert (type(told), told.wire_name) == (Failed, "Unavailable")
    assert SECRET not in str(told.on_the_wire())
    [record] = caplog.records
    assert told.details["reference"] in record.getMessage()
    assert record.exc_info
    assert record.exc_info[1] is fault


def test_a_service_that_is_away_is_an_outage_and_one_that_failed_at_its_request_is_none() -> None:
    """What it fails at is among the dead letters within a minute, not after a day of tries."""
    told = [orjson.loads(error_body(as_told(fault, "facts")))["error"] for fault in (AutoReconnect(), KeyError())]
    away, failed = (from_the_wire(each["exc_type"], each["value"]) for each in told)
    assert (outage(away), outage(failed)) == (True, False)


def test_details_that_json_cannot_say_do_not_stop_an_error() -> None:
    odd = InvalidRequest("no", odd={1: {2, 3}})
    assert orjson.loads(error_body(odd))["error"]["exc_type"] == "InvalidRequest"


@pytest.mark.parametrize("result", [{1, 2}, object(), {1: "x"}, b"bytes"])
def test_a_result_that_json_cannot_say_is_a_type_error(result: Any) -> None:
    with pytest.raises(TypeError):
        result_body(result)


def test_where_a_fault_happened_is_told_without_its_text() -> None:
    try:
        int(SECRET + "x")
    except ValueError as fault:
        told = where(fault)
    assert told.startswith("ValueError at unit/shared_bus/test_answers.py:")
    assert SECRET not in told


def test_PR1_a_number_that_was_asked_for_as_an_id_goes_back_masked() -> None:
    told = orjson.loads(error_body(NotFound("there is no such id", id=SECRET)))["error"]["value"]
    assert told["details"] == {"id": "139****5678"}
