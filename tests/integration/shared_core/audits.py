"""What the tests of audits share: a signing key, and the moment at which all that was written has settled."""

from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.keeping import SETTLED_AFTER
from shared.clock import machine_now
from shared.tokens import public_jwk

INSTANT = timedelta(milliseconds=1)


def private_key() -> str:
    """A fresh signing key (PEM)."""
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return Ed25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, form, plain).decode()


PRIVATE_KEY = private_key()
JWKS: dict[str, Any] = {"keys": [public_jwk(PRIVATE_KEY, kid="k1")]}


def settled() -> datetime:
    """A machine time at which all that was written so far has settled, and nothing that is written from now on."""
    now = machine_now()
    while machine_now() < now + 2 * INSTANT:
        pass
    return now + INSTANT + SETTLED_AFTER
