"""Calls from service to service: bounded, with errors as classes, and the service's own token."""

import time
from collections.abc import Callable
from typing import Any

import eventlet
import pytest
from eventlet.event import Event
from nameko.constants import AUTH_TOKEN_CONTEXT_KEY
from nameko.extensions import DependencyProvider

from shared.aggregate import Actor
from shared.bus import call
from shared.bus.call import RpcCaller
from shared.bus.rpc import rpc
from shared.errors import CONTRACT_ERRORS, RuleRefused, TousuError
from shared.settings import Settings
from shared.tokens import Verifier
from suite.broker import Broker

SHORTENED = 2.0  # seconds for an answer; that they are five in truth says a unit test
asked, released = Event(), Event()


class Token(DependencyProvider):
    def get_dependency(self, context: Any) -> Any:
        return context.data.get(AUTH_TOKEN_CONTEXT_KEY)


class Asked:
    name = "asked"
    token = Token()

    @rpc
    def echo(self, first: Any, second: Any = None) -> Any:
        return [first, second]

    @rpc
    def who_calls(self) -> Any:
        return self.token

    @rpc
    def fail(self, kind: str) -> None:
        if kind == "RuleRefused":
            raise RuleRefused("MJ2", "two opinions are missing", missing=["legal"])
        raise CONTRACT_ERRORS[kind]("no", field="x")

    @rpc
    def take_long(self, seconds: float) -> str:
        eventlet.sleep(seconds)
        return "late"

    @rpc
    def be_held(self) -> str:
        asked.send()
        released.wait()
        return "late"


class Asker:
    name = "asker"
    asked = RpcCaller("asked")
    nobody = RpcCaller("nobody")

    @rpc
    def ask(self, service: str, method: str, *args: Any) -> Any:
        try:
            return getattr(self, service).call(method, *args)
        except TousuError as error:
            return [type(error).__name__, error.message, error.details]


@pytest.fixture(scope="module")
def call_settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    settings = make_settings()
    start_service(Asked, settings)
    start_service(Asker, settings)
    return settings


@pytest.fixture(scope="module")
def asker(call_settings: Settings, make_client: Any) -> Any:
    return make_client(call_settings, "E1001", "agent", "SZ").asker


def test_the_result_comes_back(asker: Any) -> None:
    assert asker.ask("asked", "echo", {"a": 1}, [2]) == [{"a": 1}, [2]]


@pytest.mark.parametrize("name", sorted(CONTRACT_ERRORS.keys() - {"RuleRefused"}))
def test_each_error_of_the_contract_comes_back_as_its_class(asker: Any, name: str) -> None:
    assert asker.ask("asked", "fail", name) == [name, "no", {"field": "x"}]


def test_a_refusal_comes_back_with_its_rule(asker: Any) -> None:
    refused = ["RuleRefused", "two opinions are missing", {"rule": "MJ2", "missing": ["legal"]}]
    assert asker.ask("asked", "fail", "RuleRefused") == refused


def test_the_call_carries_the_services_own_token(asker: Any, call_settings: Settings) -> None:
    token = asker.ask("asked", "who_calls")
    actor = Verifier(call_settings.token_keys, call_settings.token_issuer).verify(token)
    assert actor == Actor("service:asker", "system", None)


def test_a_service_that_nobody_runs_is_unavailable_at_once(asker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "CALL_SECONDS", 300.0)  # nothing else may end the wait
    name, message, details = asker.ask("nobody", "echo", 1)
    assert (name, details) == ("Unavailable", {"method": "nobody.echo"})
    assert message == "no process of that service takes requests now"


def test_no_answer_in_its_time_is_unavailable(asker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "CALL_SECONDS", SHORTENED)
    began = time.monotonic()
    name, message, _ = asker.ask("asked", "take_long", SHORTENED + 4)
    assert (name, message) == ("Unavailable", "asked did not answer within 2 s")
    assert SHORTENED <= time.monotonic() - began < SHORTENED + 2


def test_a_lost_connection_ends_the_wait_and_the_next_call_works(
    call_settings: Settings, make_client: Any, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "CALL_SECONDS", 300.0)  # nothing else may end the wait
    client = make_client(call_settings, "E1002", "agent", "SZ")
    waiting = client.asker.ask.call_async("asked", "be_held")
    asked.wait()
    vhost = call_settings.amqp_uri.rsplit("/", 1)[1]
    broker.control("close_all_connections", "--vhost", vhost, "test")
    name, message, _ = waiting.result()  # the answer itself was held until its connection was back
    assert (name, message) == ("Unavailable", "the connection was lost while an answer was awaited")
    assert not released.ready()
    released.send()
    again = make_client(call_settings, "E1003", "agent", "SZ")
    assert again.asker.ask("asked", "echo", 1) == [1, None]
