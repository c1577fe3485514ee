"""Errors cross the bus under the contract's names and come back as the same classes."""

import pytest

from shared.errors import (
    CONTRACT_ERRORS,
    Conflict,
    Failed,
    InvalidRequest,
    NotFound,
    RuleRefused,
    TousuError,
    Unavailable,
    from_the_wire,
)


class TwoOpenComplaints(RuleRefused):
    """As a service words one of its own errors."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("IN8", "this number has an open complaint on the same matter", complaint_id=complaint_id)


def test_the_contract_names_seven_errors():
    assert set(CONTRACT_ERRORS) == {
        "InvalidRequest",
        "RuleRefused",
        "NotFound",
        "Conflict",
        "Unauthenticated",
        "Forbidden",
        "Unavailable",
    }


def test_an_error_is_its_message_and_details_on_the_wire():
    error = NotFound("there is no such complaint", id="c1")
    assert error.on_the_wire() == {"message": "there is no such complaint", "details": {"id": "c1"}}


def test_a_refusal_names_its_rule_in_the_details():
    told = TwoOpenComplaints("c1").on_the_wire()
    assert told["details"] == {"rule": "IN8", "complaint_id": "c1"}


def test_a_services_own_error_travels_under_the_contracts_name():
    assert TwoOpenComplaints("c1").wire_name == "RuleRefused"


@pytest.mark.parametrize("error", CONTRACT_ERRORS.values())
def test_every_error_comes_back_from_the_wire_as_itself(error: type[TousuError]):
    sent = RuleRefused("CL1", "no", needs="a person") if error is RuleRefused else error("no", needs="a person")
    came = from_the_wire(sent.wire_name, sent.on_the_wire())
    assert type(came) is error
    assert came.on_the_wire() == sent.on_the_wire()


def test_what_a_service_failed_at_is_told_from_a_service_that_is_away():
    came = from_the_wire("Unavailable", Failed("the service failed", reference="r1").on_the_wire())
    assert (type(came), came.wire_name) == (Failed, "Unavailable")


def test_a_refusal_comes_back_with_its_rule():
    came = from_the_wire("RuleRefused", TwoOpenComplaints("c1").on_the_wire())
    assert isinstance(came, RuleRefused)
    assert came.rule == "IN8"


@pytest.mark.parametrize("field", ["message", "self", "rule", "name", "value"])
def test_details_may_be_keyed_by_any_field_name(field: str):
    told = {"message": "a field is missing", "details": {field: "missing"}}
    assert from_the_wire("InvalidRequest", told).on_the_wire() == told


@pytest.mark.parametrize("field", ["message", "self"])
def test_a_refusals_details_may_be_keyed_by_any_field_name(field: str):
    told = {"message": "no", "details": {field: "missing", "rule": "IN2"}}
    assert from_the_wire("RuleRefused", told).on_the_wire() == told


@pytest.mark.parametrize("name", ["KeyError", "", "TousuError"])
def test_an_error_that_the_contract_does_not_name_is_unavailable(name: str):
    assert type(from_the_wire(name, {"message": "'x'", "details": {}})) is Unavailable


@pytest.mark.parametrize("value", [None, "text", 7, [], {}, {"message": 3}, {"details": {"id": "c1"}}])
def test_a_value_of_another_form_is_still_an_error_of_its_name(value: object):
    came = from_the_wire("Conflict", value)
    assert type(came) is Conflict
    assert came.on_the_wire() == {"message": "another service failed", "details": {}}


@pytest.mark.parametrize("details", [None, "text", 7, ["a", "b"]])
def test_details_of_another_form_are_left_out(details: object):
    came = from_the_wire("InvalidRequest", {"message": "no", "details": details})
    assert type(came) is InvalidRequest
    assert came.on_the_wire() == {"message": "no", "details": {}}
