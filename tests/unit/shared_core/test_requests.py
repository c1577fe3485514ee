"""A request is recognised by the caller's own id, within service and token subject, and by its content."""

import pytest

from shared.aggregate import Actor
from shared.errors import Conflict
from shared.requests import Answered, Request, RequestReused, request_of
from tests.unit.shared_core.sample import AGENT, keys

CONTENT = {"request_id": "r1", "text": "no signal"}


def request(
    service: str = "intake", by: Actor = AGENT, method: str = "reply", target: str = "c1", **content: str
) -> Request:
    return request_of(keys(), service, by, method, target, CONTENT | content)


def test_the_same_request_is_the_same_again():
    assert request() == request()


def test_the_order_of_fields_does_not_make_another_content():
    turned = dict(reversed(CONTENT.items()))
    assert request_of(keys(), "intake", AGENT, "reply", "c1", turned) == request()


@pytest.mark.parametrize(
    "other",
    [
        request(service="refund"),
        request(by=Actor("E1002", "agent", "SZ")),
        request(request_id="r2"),
    ],
    ids=["service", "subject", "request id"],
)
def test_the_scope_of_a_request_id_is_service_and_token_subject(other: Request):
    assert other.id != request().id


def test_role_and_branch_of_the_subject_do_not_matter():
    assert request(by=Actor("E1001", "duty_manager", "GZ")).id == request().id


@pytest.mark.parametrize(
    "other",
    [request(method="reopen"), request(target="c2"), request(text="no bill")],
    ids=["method", "target", "content"],
)
def test_another_method_target_or_content_under_the_same_id_is_a_conflict(other: Request):
    first = request()
    assert other.id == first.id
    with pytest.raises(Conflict) as refused:
        Answered(first.id, first.digest, n=1, v=1).same_as(other)
    assert refused.value.details == {"request_id": "r1"}


def test_a_request_itself_again_is_no_conflict():
    first = request()
    assert Answered(first.id, first.digest, n=1, v=1).same_as(request())


def test_neither_id_nor_digest_shows_what_was_asked():
    asked = request(text="13912340001")
    assert "13912340001" not in asked.id + asked.digest
    assert "E1001" not in asked.id


def test_a_reused_request_id_is_named_to_its_caller():
    assert "r1" in str(RequestReused("r1").on_the_wire())
