"""Tokens: EdDSA only, for this audience, from the issuer of the key, judged against machine time at each use."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from shared.aggregate import Actor
from shared.errors import Unauthenticated
from shared.tokens import LONGEST_TOKEN, SKEW, ServiceTokens, Signer, Verifier, issue, public_jwk

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGENT = Actor("E1001", "agent", "SZ")


def pem_of(key: Any) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return str(key.private_bytes(serialization.Encoding.PEM, form, plain).decode())


PEM, OTHER_PEM = pem_of(Ed25519PrivateKey.generate()), pem_of(Ed25519PrivateKey.generate())
JWKS = {"keys": [public_jwk(PEM, kid="people"), public_jwk(OTHER_PEM, kid="suite", iss="tousu-services")]}
PEOPLE, SUITE = Signer(PEM, "people", "identity"), Signer(OTHER_PEM, "suite", "tousu-services")
CLAIMS = {"sub": "E1001", "role": "agent", "branch": "SZ", "iss": "identity", "aud": "tousu"}


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def verifier(time: Time) -> Verifier:
    return Verifier(JWKS, "identity", time)


def signed(key: Any = PEM, algorithm: str = "EdDSA", kid: str | None = "people", **claims: Any) -> str:
    body = {**CLAIMS, "exp": int((NOW + HOUR).timestamp()), **claims}
    present = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(present, key, algorithm, {"kid": kid} if kid else {})


@pytest.mark.parametrize("actor", [AGENT, Actor("P1001", "province"), Actor("省客服-1", "operator")])
def test_a_token_says_who_calls(verifier: Verifier, actor: Actor) -> None:
    assert verifier.verify(issue(PEOPLE, actor, HOUR, NOW)) == actor


def test_a_key_with_an_issuer_of_its_own_speaks_for_that_one(verifier: Verifier) -> None:
    assert verifier.verify(issue(SUITE, AGENT, HOUR, NOW)) == AGENT


@pytest.mark.parametrize(
    "token",
    [
        *(None, "", b"bytes", 3, "no.token.atall", "x" * (LONGEST_TOKEN + 1)),
        signed(iss="tousu-services"),  # another key's issuer
        signed(aud="elsewhere"),
        signed(key=OTHER_PEM),  # not the key that kid names
        signed(kid="unknown"),
        signed(kid=None),
        *(signed(**{claim: None}) for claim in ("sub", "role", "iss", "aud", "exp")),
        *(signed(sub=""), signed(role="r" * 65), signed(branch=7), signed(branch=""), signed(role=["agent"])),
        *(signed(exp="soon"), signed(exp=1e300), signed(nbf="now")),
        signed(key=pem_of(generate_private_key(65537, 2048)), algorithm="RS256"),
        signed(key=JWKS["keys"][0]["x"].ljust(64, "x"), algorithm="HS256"),
        jwt.encode({**CLAIMS, "exp": 9999999999}, None, "none", {"kid": "people"}),
    ],
)
def test_anything_but_a_valid_token_is_unauthenticated(verifier: Verifier, token: Any) -> None:
    with pytest.raises(Unauthenticated) as caught:
        verifier.verify(token)

    assert not isinstance(token, str) or len(token) < 20 or token not in str(caught.value.on_the_wire())


def test_a_changed_claim_breaks_the_signature(verifier: Verifier) -> None:
    head, body, signature = issue(PEOPLE, AGENT, HOUR, NOW).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "role": "operator"}).encode()).rstrip(b"=").decode()

    with pytest.raises(Unauthenticated):
        verifier.verify(f"{head}.{forged}.{signature}")


def test_a_remembered_token_still_expires(verifier: Verifier, time: Time) -> None:
    token = issue(PEOPLE, AGENT, HOUR, NOW)
    assert verifier.verify(token) == AGENT

    time.now = NOW + HOUR + SKEW - timedelta(milliseconds=1)
    assert verifier.verify(token) == AGENT
    time.now = NOW + HOUR + SKEW
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token)


def test_a_token_that_had_expired_before_it_was_first_seen_is_refused(verifier: Verifier, time: Time) -> None:
    time.now = NOW + 2 * HOUR

    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(issue(PEOPLE, AGENT, HOUR, NOW))


def test_a_token_for_later_waits_for_its_time(verifier: Verifier, time: Time) -> None:
    token = signed(nbf=int((NOW + timedelta(minutes=5)).timestamp()))

    with pytest.raises(Unauthenticated, match="not valid yet"):
        verifier.verify(token)
    time.now = NOW + timedelta(minutes=5)
    assert verifier.verify(token) == AGENT


def test_a_refused_token_is_not_remembered_as_good(verifier: Verifier) -> None:
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            verifier.verify(signed(aud="elsewhere"))


@given(st.text(max_size=200))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    with pytest.raises(Unauthenticated):
        Verifier(JWKS, "identity", Time()).verify(text)


def test_a_signer_is_found_by_its_public_part() -> None:
    assert Signer.among(JWKS, "identity", PEM) == PEOPLE
    assert Signer.among(JWKS, "identity", OTHER_PEM) == SUITE
    with pytest.raises(ValueError, match="none of the token keys"):
        Signer.among(JWKS, "identity", pem_of(Ed25519PrivateKey.generate()))


def test_the_public_part_holds_no_secret() -> None:
    assert set(public_jwk(PEM, kid="people")) == {"kty", "crv", "x", "kid"}


def test_only_ed25519_signs() -> None:
    with pytest.raises(ValueError, match="Ed25519"):
        public_jwk(pem_of(generate_private_key(65537, 2048)))


def test_a_service_renews_its_own_token_at_half_its_life(verifier: Verifier, time: Time) -> None:
    own = ServiceTokens(SUITE, "escalation", time)
    first = own.current()
    assert verifier.verify(first) == Actor("service:escalation", "system")

    time.now = NOW + timedelta(minutes=4, seconds=59)
    assert own.current() == first
    time.now = NOW + timedelta(minutes=5)
    assert own.current() != first
    assert verifier.verify(first) == verifier.verify(own.current())
