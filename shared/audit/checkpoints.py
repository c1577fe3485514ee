"""A checkpoint: the heads of histories as they stood, signed, and chained to the checkpoint before. Pure.

A history whose tail was cut off, or a document that was taken away, still fits itself; it does not fit a checkpoint."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
import orjson

from shared.codec import canonical, plain
from shared.tokens import ALGORITHM, Signer

FIRST = "0" * 64


class NotSigned(Exception):
    """The checkpoint's signature is none of the known keys', or its content was changed."""


@dataclass(frozen=True)
class Checkpoint:
    """`number` counts from 1 in its collection; `since` and `until` (machine time): changes in between are in it.

    `signed` is the whole as a JWS: what is stored, and what the next one's `previous` is the SHA-256 of."""

    collection: str
    number: int
    since: datetime
    until: datetime
    previous: str
    heads: Mapping[str, tuple[int, str]]
    signed: str = ""

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.signed.encode()).hexdigest()

    @property
    def id(self) -> str:
        return f"{self.collection}:{self.number:09}"


def sign(checkpoint: Checkpoint, signer: Signer) -> Checkpoint:
    """The checkpoint with its signature, under the key that the service's own tokens have too."""
    content = {
        "collection": checkpoint.collection,
        "number": checkpoint.number,
        "since": plain(checkpoint.since),
        "until": plain(checkpoint.until),
        "previous": checkpoint.previous,
        "heads": [[document_id, n, hash] for document_id, (n, hash) in sorted(checkpoint.heads.items())],
    }
    signed = jwt.PyJWS().encode(canonical(content), signer.private_key, ALGORITHM, {"kid": signer.kid})
    return read_unproved(signed)


def read(signed: str, jwks: Mapping[str, Any]) -> Checkpoint:
    """The checkpoint, its signature proved by one of the public keys (JWKS); NotSigned otherwise."""
    keys = {key["kid"]: key for key in jwks["keys"]}
    try:
        kid = jwt.get_unverified_header(signed)["kid"]
        jwt.PyJWS().decode(signed, jwt.PyJWK(dict(keys[kid]), ALGORITHM).key, [ALGORITHM])
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise NotSigned from error
    return read_unproved(signed)


def read_unproved(signed: str) -> Checkpoint:
    """What a checkpoint says of itself, for going on from it."""
    content = orjson.loads(jwt.PyJWS().decode(signed, options={"verify_signature": False}))
    return Checkpoint(
        content["collection"],
        content["number"],
        datetime.fromisoformat(content["since"]),
        datetime.fromisoformat(content["until"]),
        content["previous"],
        {document_id: (n, hash) for document_id, n, hash in content["heads"]},
        signed,
    )


def contradicted(heads: Mapping[str, tuple[int, str]], stored: Mapping[str, Sequence[Mapping[str, str]]]) -> list[str]:
    """The ids whose history, as it is stored now, no longer holds what the heads say."""
    return [document_id for document_id, (n, hash) in heads.items() if not _holds(stored.get(document_id), n, hash)]


def _holds(history: Sequence[Mapping[str, str]] | None, n: int, hash: str) -> bool:
    return history is not None and len(history) >= n and history[n - 1].get("hash") == hash
