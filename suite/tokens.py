"""Tokens for development: what the operator's identity system issues in production."""

from datetime import timedelta

from shared.aggregate import Actor
from shared.clock import machine_now
from shared.settings import Settings, SettingsError
from shared.tokens import issue, signer_of

HOUR = timedelta(hours=1)


def development_token(settings: Settings, sub: str, role: str, branch: str | None, ttl: timedelta = HOUR) -> str:
    """A signed token for `sub` (staff number) in `role`, of `branch` if it has one. SettingsError in production."""
    if settings.production:
        raise SettingsError({"TOUSU_ENV": ["Production's tokens come from the operator's identity system alone."]})
    return issue(signer_of(settings), Actor(sub, role, branch), ttl, machine_now())
