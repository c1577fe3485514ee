"""Who calls: the token of the worker's context, judged by a table of rights; and the service's own token."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nameko.constants import AUTH_TOKEN_CONTEXT_KEY
from nameko.extensions import DependencyProvider

from shared.aggregate import Actor
from shared.errors import Forbidden
from shared.policies import load
from shared.policies.organisation import ORGANISATION
from shared.providers import settings_of
from shared.settings import Settings
from shared.tokens import ServiceTokens, Verifier, signer_of

Allowed = Callable[[Actor, str], bool]
NOBODY: Mapping[str, str] = MappingProxyType({})


class CallerOfWorker:
    """The caller of one worker. Nothing is judged before it is asked for: a raise in the set-up kills the process."""

    def __init__(self, token: Any, verifier: Verifier, allowed: Allowed, partners: Mapping[str, str] = NOBODY) -> None:
        self._token, self._partners = token, partners
        self._verifier = verifier
        self._allowed = allowed

    def actor(self) -> Actor:
        """Who calls; raises Unauthenticated."""
        actor = self._verifier.verify(self._token)
        return replace(actor, hall=self._partners[actor.sub]) if actor.sub in self._partners else actor

    def may(self, method: str) -> Actor:
        """Who calls, if the role may call `service.method`; raises Unauthenticated or Forbidden."""
        actor = self.actor()
        if not self._allowed(actor, method):
            raise Forbidden("the role may not call this method", role=actor.role, method=method)
        return actor


class Caller(DependencyProvider):
    """`caller = Caller(allowed)`, with the table of services/rights.py; then `self.caller.may("intake.register")`."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        super().__init__()

    def setup(self) -> None:
        settings = settings_of(self.container)
        self._verifier = Verifier(settings.token_keys, settings.token_issuer)
        self._partners = load(settings.policies, [ORGANISATION])["organisation"].partners()

    def get_dependency(self, worker_ctx: Any) -> CallerOfWorker:
        return CallerOfWorker(
            worker_ctx.data.get(AUTH_TOKEN_CONTEXT_KEY), self._verifier, self._allowed, self._partners
        )


_own: dict[tuple[str, str], ServiceTokens] = {}


def service_token(settings: Settings, service: str) -> str:
    """A token of the service's own (role system); renewed in time, so ask for it at each call."""
    known = (settings.service_token_key, service)
    if known not in _own:
        _own[known] = ServiceTokens(signer_of(settings), service)
    return _own[known].current()
