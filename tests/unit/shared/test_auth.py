"""The caller of a worker: nothing is judged before it is asked for, and then before anything is looked up."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shared.aggregate import Actor
from shared.auth import Caller, service_token
from shared.clock import machine_now
from shared.errors import Forbidden, Unauthenticated
from shared.settings import Settings
from shared.tokens import Signer, Verifier, issue
from suite.secrets import make_secrets

SETTINGS_BESIDE_SECRETS = {"AMQP_URI": "amqp://nowhere", "MONGO_URL": "mongodb://nowhere"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load({**make_secrets(tmp_path_factory.mktemp("secrets")), **SETTINGS_BESIDE_SECRETS})


class Container:
    """As much of a service container as a provider asks for."""

    service_name = "sample"

    def __init__(self, settings: Settings) -> None:
        self.config = {"settings": settings}


def only_agents(actor: Actor, method: str) -> bool:
    return (actor.role, method) == ("agent", "sample.act")


def token_for(settings: Settings, role: str) -> str:
    signer = Signer.among(settings.token_keys, settings.token_issuer, settings.service_token_key)
    return issue(signer, Actor("E1001", role, "SZ"), timedelta(hours=1), machine_now())


def caller_with(settings: Settings, token: Any) -> Any:
    container = Container(settings)
    provider = Caller(only_agents).bind(container, "caller")
    provider.setup()
    return provider.get_dependency(SimpleNamespace(data={"auth_token": token} if token else {}))


def test_a_role_that_may_is_told_who_calls(settings: Settings) -> None:
    assert caller_with(settings, token_for(settings, "agent")).may("sample.act") == Actor("E1001", "agent", "SZ")


@pytest.mark.parametrize(("role", "method"), [("legal", "sample.act"), ("agent", "sample.unknown")])
def test_a_role_that_may_not_is_forbidden(settings: Settings, role: str, method: str) -> None:
    with pytest.raises(Forbidden) as caught:
        caller_with(settings, token_for(settings, role)).may(method)

    assert caught.value.details == {"role": role, "method": method}


@pytest.mark.parametrize("token", [None, "forged"])
def test_without_a_valid_token_nothing_fails_until_it_is_asked_for(settings: Settings, token: str | None) -> None:
    caller = caller_with(settings, token)

    with pytest.raises(Unauthenticated):
        caller.may("sample.act")


def test_a_services_own_token_is_of_role_system(settings: Settings) -> None:
    verifier = Verifier(settings.token_keys, settings.token_issuer)

    assert verifier.verify(service_token(settings, "escalation")) == Actor("service:escalation", "system")
    assert service_token(settings, "escalation") == service_token(settings, "escalation")
    assert verifier.verify(service_token(settings, "refund")).sub == "service:refund"


def test_PR4_a_partners_staff_is_known_by_the_directory_and_bound_to_its_hall(settings: Settings) -> None:
    signer = Signer.among(settings.token_keys, settings.token_issuer, settings.service_token_key)
    token = issue(signer, Actor("E1005", "agent", "SZ"), timedelta(hours=1), machine_now())

    assert caller_with(settings, token).may("sample.act") == Actor("E1005", "agent", "SZ", "SZ-NS")
