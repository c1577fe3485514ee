"""Tokens over a real bus: who may not is told so, and the service serves the next call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy

from services.rights import allowed
from shared.auth import Caller, service_token
from shared.bus.rpc import rpc
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.providers import Policies
from shared.settings import Settings
from suite.tokens import development_token


class RefundService:
    """A service with one method of the table: who calls it, under which policy version."""

    name = "refund"
    caller = Caller(allowed)
    policies = Policies(CLOCKS, CALENDAR)

    @rpc
    def settle(self, refund_id: str) -> dict[str, Any]:
        actor = self.caller.may("refund.settle")
        version = self.policies.version("clocks")
        kept = self.policies.versions.read(CLOCKS, version)
        return {"refund_id": refund_id, "by": actor.sub, "same": kept.moments == self.policies["clocks"].moments}


@pytest.fixture(scope="module")
def running(make_settings: Any, start_service: Any) -> Settings:
    settings: Settings = make_settings()
    start_service(RefundService, settings)
    return settings


@pytest.fixture
def settle(running: Settings) -> Callable[[str | None], Any]:
    def call(token: str | None) -> Any:
        context = {"auth_token": token} if token else {}
        config = {"AMQP_URI": running.amqp_uri, "serializer": "json"}
        with ClusterRpcProxy(config, context_data=context, timeout=10) as cluster:
            return cluster.refund.settle("no-such-refund")

    return call


def refused(settle: Callable[[str | None], Any], token: str | None) -> tuple[str, dict[str, Any]]:
    with pytest.raises(RemoteError) as caught:
        settle(token)
    return caught.value.exc_type, caught.value.value


def test_a_role_that_may_is_served(running: Settings, settle: Any) -> None:
    token = development_token(running, "F1001", "finance", None)

    assert settle(token) == {"refund_id": "no-such-refund", "by": "F1001", "same": True}


@pytest.mark.parametrize("token", [None, "forged"])
def test_without_a_valid_token_a_caller_is_unauthenticated_and_the_next_is_served(
    running: Settings, settle: Any, token: str | None
) -> None:
    assert refused(settle, token)[0] == "Unauthenticated"
    assert settle(development_token(running, "F1001", "finance", None))["by"] == "F1001"


def test_an_expired_token_is_unauthenticated(running: Settings, settle: Any) -> None:
    expired = development_token(running, "F1001", "finance", None, ttl=-timedelta(minutes=1))

    assert refused(settle, expired) == (
        "Unauthenticated",
        {"message": "the token has expired", "details": {}},
    )


@pytest.mark.parametrize("role", ["agent", "duty_manager", "branch", "province", "operator"])
def test_a_role_that_may_not_is_forbidden_before_anything_is_looked_up(
    running: Settings, settle: Any, role: str
) -> None:
    name, value = refused(settle, development_token(running, "E1001", role, "SZ"))

    assert (name, value["details"]) == ("Forbidden", {"role": role, "method": "refund.settle"})


def test_a_services_own_token_opens_only_what_services_may(running: Settings, settle: Any) -> None:
    assert refused(settle, service_token(running, "escalation"))[0] == "Forbidden"
