"""Development secrets: made once in a run folder, given to every process as files."""

import base64
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.tokens import public_jwk

KEY_BYTES = 32
KID = "development"


def make_secrets(folder: Path) -> dict[str, str]:
    """The variables that name a set of secret files in `folder`; files that are there are kept.

    One Ed25519 key serves as identity system and as the services' own: in development both are this machine.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = {name: folder / name.lower() for name in _MAKERS}
    if not all(file.exists() for file in files.values()):
        token_key = Ed25519PrivateKey.generate()
        for name, make in _MAKERS.items():
            _write(files[name], make(token_key))
    return {f"{name}_FILE": str(file) for name, file in files.items()}


def _symmetric(_: Ed25519PrivateKey) -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _master(key: Ed25519PrivateKey) -> str:
    return f"development-1:{_symmetric(key)}"


def _private(key: Ed25519PrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def _public(key: Ed25519PrivateKey) -> str:
    return json.dumps({"keys": [public_jwk(_private(key), kid=KID)]})


def _write(file: Path, secret: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        output.write(secret + "\n")


_MAKERS = {
    "MASTER_KEYS": _master,
    "SUITE_KEY": _symmetric,
    "INDEX_KEY": _symmetric,
    "SMSC_PASSWORD": lambda key: _symmetric(key)[:8],  # SMPP 3.4 allows eight characters
    "SERVICE_TOKEN_KEY": _private,
    "TOKEN_KEYS": _public,
}
