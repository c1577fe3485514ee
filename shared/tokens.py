"""Signed tokens (JWT, EdDSA): who calls, in which role and branch. Each key of the JWKS speaks for one issuer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from shared.aggregate import Actor
from shared.clock import machine_now
from shared.errors import Unauthenticated
from shared.settings import Settings

AUDIENCE = "tousu"
ALGORITHM = "EdDSA"
SKEW = timedelta(seconds=10)
SERVICE_TTL = timedelta(minutes=10)
LONGEST_TOKEN = 4096
MOST_REMEMBERED = 10_000
REQUIRED = ["sub", "role", "iss", "aud", "exp"]
# Times are judged here, against machine time passed in; PyJWT would read a clock of its own.
OPTIONS: Any = {"require": REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False}


@dataclass(frozen=True)
class _Known:
    actor: Actor
    not_before: datetime
    expires: datetime


class Verifier:
    """Checks tokens. A checked token is remembered by its bytes; its expiry is looked at on each use.

    jwks: `{"keys": [public Ed25519 JWK with kid]}`; issuer: whom a key speaks for that names no `iss` of its own;
    now: machine time."""

    def __init__(self, jwks: Mapping[str, Any], issuer: str, now: Callable[[], datetime] = machine_now) -> None:
        self._keys = {key["kid"]: (jwt.PyJWK(dict(key), ALGORITHM), key.get("iss", issuer)) for key in jwks["keys"]}
        self._known: dict[str, _Known] = {}
        self._now = now

    def verify(self, token: Any) -> Actor:
        """The actor; raises Unauthenticated for anything but a valid token of a known key."""
        if not isinstance(token, str) or not token or len(token) > LONGEST_TOKEN:
            raise Unauthenticated("a token is needed")
        known = self._known.get(token) or self._remember(token, self._check(token))
        now = self._now()
        if now >= known.expires + SKEW:
            self._known.pop(token, None)
            raise Unauthenticated("the token has expired")
        if now < known.not_before - SKEW:
            raise Unauthenticated("the token is not valid yet")
        return known.actor

    def _check(self, token: str) -> _Known:
        try:
            key, issuer = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, [ALGORITHM], OPTIONS, audience=AUDIENCE, issuer=issuer)
        except (jwt.PyJWTError, KeyError, TypeError) as error:
            raise Unauthenticated("the token is not valid") from error
        return _known(claims)

    def _remember(self, token: str, known: _Known) -> _Known:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[token] = known
        return known


def _known(claims: Mapping[str, Any]) -> _Known:
    sub, role, branch = claims["sub"], claims["role"], claims.get("branch")
    texts = (sub, role) if branch is None else (sub, role, branch)
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts):
        raise Unauthenticated("the token's claims are not of the agreed form")
    return _Known(Actor(sub, role, branch), _time(claims.get("nbf", 0)), _time(claims["exp"]))


def _time(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unauthenticated("the token's claims are not of the agreed form") from error


@dataclass(frozen=True)
class Signer:
    """A private key (PEM), the id under which verifiers know its public part, and the issuer it speaks for."""

    private_key: str
    kid: str
    issuer: str

    @classmethod
    def among(cls, jwks: Mapping[str, Any], issuer: str, private_key: str) -> "Signer":
        """The signer whose public part stands in the JWKS; ValueError when none does."""
        public = public_jwk(private_key)
        for key in jwks["keys"]:
            if key.get("x") == public["x"]:
                return cls(private_key, key["kid"], key.get("iss", issuer))
        raise ValueError("the signing key's public part is none of the token keys")


def signer_of(settings: Settings) -> Signer:
    """The signature of the services themselves: on their tokens and their checkpoints."""
    return Signer.among(settings.token_keys, settings.token_issuer, settings.service_token_key)


def public_jwk(private_key: str, **names: str) -> dict[str, Any]:
    """The public part of a private key (PEM) as JWK; `names` (kid, iss) are added: an entry of the JWKS."""
    key = load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("tokens are signed with Ed25519")
    return {**json.loads(OKPAlgorithm.to_jwk(key.public_key())), **names}


def issue(signer: Signer, actor: Actor, ttl: timedelta, now: datetime) -> str:
    """A token for the actor; `now` is machine time."""
    claims = {"sub": actor.sub, "role": actor.role, "iss": signer.issuer, "aud": AUDIENCE}
    times = {"iat": int(now.timestamp()), "exp": int((now + ttl).timestamp())}
    branch = {"branch": actor.branch} if actor.branch else {}
    return jwt.encode(claims | times | branch, signer.private_key, ALGORITHM, {"kid": signer.kid})


class ServiceTokens:
    """A service's own tokens (role system, sub `service:<name>`), renewed at half their life."""

    def __init__(self, signer: Signer, service: str, now: Callable[[], datetime] = machine_now) -> None:
        self._signer = signer
        self._actor = Actor(f"service:{service}", "system")
        self._now = now
        self._token = ""
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def current(self) -> str:
        """A token with at least half its life left."""
        now = self._now()
        if now >= self._renew_at:
            self._token = issue(self._signer, self._actor, SERVICE_TTL, now)
            self._renew_at = now + SERVICE_TTL / 2
        return self._token
