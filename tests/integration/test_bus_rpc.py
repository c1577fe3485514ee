"""The RPC door on a real broker: what callers send never ends the process, and errors are the contract's."""

from collections.abc import Callable, Iterator
from typing import Any

import amqp
import eventlet
import nameko.rpc
import orjson
import pytest
from marshmallow import Schema, fields
from nameko.containers import get_container_cls
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo.errors import AutoReconnect

from shared.bus.answers import LARGEST_REQUEST
from shared.bus.rpc import rpc
from shared.errors import RuleRefused
from shared.settings import Settings
from tests.integration.amqp_hands import Hands

ran: list[str] = []


class Registration(Schema):
    msisdn = fields.Integer(required=True, strict=True)


class Desk:
    name = "desk"

    @rpc
    def echo(self, request: Any) -> Any:
        ran.append("echo")
        return request

    @rpc
    def search(self, request: Any = None) -> Any:
        return request

    @rpc
    def refuse(self) -> None:
        raise RuleRefused("RF12", "a second person has to sign", needs={"level": "branch"})

    @rpc
    def load(self, request: Any) -> None:
        Registration().load(request)

    @rpc
    def fall(self, secret: str) -> None:
        raise ValueError(secret)

    @rpc
    def reach_database(self) -> None:
        raise AutoReconnect("mongo.internal:27017 refused")

    @rpc
    def answer_with_a_set(self) -> Any:
        return {1, 2}


@pytest.fixture(scope="module")
def desk_settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture(scope="module")
def desk(desk_settings: Settings, start_service: Any, make_client: Any) -> Any:
    """The service, called as an outside caller does."""
    start_service(Desk, desk_settings)
    return make_client(desk_settings, "E1001", "agent", "SZ").desk


@pytest.fixture
def hands(desk: Any, desk_settings: Settings) -> Iterator[Hands]:
    with Hands(desk_settings.amqp_uri) as hands:
        yield hands


def test_a_plain_nameko_client_gets_the_result(desk: Any) -> None:
    assert desk.echo({"content": "宽带太慢", "n": 1}) == {"content": "宽带太慢", "n": 1}


def test_arguments_may_be_left_out_or_named_as_the_method_allows(desk: Any) -> None:
    assert desk.search() is None
    assert desk.search(request={"limit": 5}) == {"limit": 5}


def test_a_refusal_crosses_the_bus_with_its_name_message_and_details(desk: Any) -> None:
    with pytest.raises(RemoteError) as refused:
        desk.refuse()
    assert refused.value.exc_type == "RuleRefused"
    assert refused.value.value == {
        "message": "a second person has to sign",
        "details": {"rule": "RF12", "needs": {"level": "branch"}},
    }


def test_a_field_of_the_wrong_form_is_named_and_its_value_not_repeated(desk: Any) -> None:
    with pytest.raises(RemoteError) as refused:
        desk.load({"msisdn": "not-1391234-a-number", "13912345678": 1})
    assert refused.value.exc_type == "InvalidRequest"
    assert refused.value.value["details"] == {"msisdn": ["Not a valid integer."], "?": ["Unknown field."]}
    assert "1391234" not in str(refused.value)


@pytest.mark.parametrize(
    ("args", "kwargs"), [((), {}), ((1, 2), {}), ((1,), {"more": 2}), ((), {"other": "13912345678"})]
)
def test_wrong_arguments_are_an_invalid_request_that_names_the_right_ones(desk: Any, args: Any, kwargs: Any) -> None:
    with pytest.raises(RemoteError) as refused:
        desk.echo(*args, **kwargs)
    assert refused.value.exc_type == "InvalidRequest"
    assert refused.value.value["details"] == {"method": "echo", "takes": ["request"]}


def test_an_unknown_method_is_an_invalid_request(desk: Any) -> None:
    with pytest.raises(RemoteError) as refused:
        desk.no_such_method()
    assert (refused.value.exc_type, refused.value.value["details"]) == ("InvalidRequest", {"method": "no_such_method"})


def test_an_unforeseen_fault_tells_a_reference_that_the_log_explains(desk: Any, caplog: Any) -> None:
    with pytest.raises(RemoteError) as failed:
        desk.fall("13912345678")
    assert failed.value.exc_type == "Unavailable"
    assert "13912345678" not in str(failed.value)
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert failed.value.value["details"]["reference"] in record.getMessage()
    assert record.exc_info


def test_a_database_that_is_away_is_unavailable_and_its_address_stays_inside(desk: Any) -> None:
    with pytest.raises(RemoteError) as failed:
        desk.reach_database()
    assert failed.value.exc_type == "Unavailable"
    assert "mongo.internal" not in str(failed.value)


def test_a_result_that_json_cannot_say_is_the_services_fault(desk: Any) -> None:
    with pytest.raises(RemoteError) as failed:
        desk.answer_with_a_set()
    assert failed.value.exc_type == "Unavailable"


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"args": []}',
        b'{"args": {}, "kwargs": {}}',
        b'{"args": [], "kwargs": [1]}',
    ],
)
def test_a_body_of_the_wrong_form_is_an_invalid_request(hands: Hands, body: bytes) -> None:
    assert hands.ask("desk.echo", body)["error"]["exc_type"] == "InvalidRequest"


def test_only_json_is_read(hands: Hands) -> None:
    pickled = b"cos\nsystem\n(S'true'\ntR."
    answer = hands.ask("desk.echo", pickled, content_type="application/x-python-serialize")
    assert answer["error"]["value"] == {"message": "a request is JSON", "details": {"content_type": "application/json"}}


def test_an_oversized_request_is_refused(hands: Hands) -> None:
    body = orjson.dumps({"args": ["x" * LARGEST_REQUEST], "kwargs": {}})
    answer = hands.ask("desk.echo", body)
    assert answer["error"]["exc_type"] == "InvalidRequest"
    assert answer["error"]["value"]["details"]["largest"] == 262144


@pytest.mark.parametrize("body", [b'{"args": [1], "kwargs": {}}', b"{not json"])
def test_a_request_without_a_reply_address_is_dropped_and_the_next_one_served(
    desk: Any, hands: Hands, body: bytes
) -> None:
    ran.clear()
    hands.publish("nameko-rpc", "desk.echo", body)
    assert desk.echo("next") == "next"
    assert ran == ["echo"], "nobody would ever read the answer, so the request is not run"


class Plain:
    name = "plain"

    @nameko.rpc.rpc
    def echo(self, request: Any) -> Any:
        return request


@pytest.fixture
def plain(settings: Settings) -> Iterator[Any]:
    """Nameko's own container and RPC door, for the faults that ours repairs."""
    config = {"AMQP_URI": settings.amqp_uri}
    container = get_container_cls(config).__mro__[1](Plain, config)
    container.start()
    yield container
    container.kill()


def test_plain_nameko_dies_of_a_request_without_a_reply_address(plain: Any, settings: Settings) -> None:
    with Hands(settings.amqp_uri) as hands:
        hands.publish("nameko-rpc", "plain.echo", b'{"args": [1], "kwargs": {}}', content_encoding="utf-8")
    with eventlet.Timeout(15), pytest.raises(KeyError, match="reply_to"):
        plain.wait()


def test_plain_nameko_leaves_the_caller_of_an_undecodable_request_waiting(plain: Any, settings: Settings) -> None:
    with Hands(settings.amqp_uri) as hands, pytest.raises(AssertionError, match="nothing came"):
        hands.ask("plain.echo", b"{not json", content_encoding="utf-8", within=1)


def test_requests_wait_in_the_queue_for_sixty_seconds_at_most(hands: Hands) -> None:
    with pytest.raises(amqp.PreconditionFailed, match="x-message-ttl"):
        hands.channel.queue_declare("rpc-desk", durable=True, auto_delete=False)
    hands.channel = hands.connection.channel()
    hands.channel.queue_declare("rpc-desk", durable=True, auto_delete=False, arguments={"x-message-ttl": 60_000})


def test_many_callers_at_once_all_get_their_own_answer(desk: Any, desk_settings: Settings) -> None:
    with ClusterRpcProxy({"AMQP_URI": desk_settings.amqp_uri, "serializer": "json"}, timeout=10) as cluster:
        replies = [cluster.desk.echo.call_async(n) for n in range(100)]
        assert [reply.result() for reply in replies] == list(range(100))
