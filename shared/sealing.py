"""Sealing (PR1): one random data key a document, wrapped by the master key; look-up by blind index only.

Rotation rewraps one field, erasure deletes it. What must be recognised without being read (numbers, request ids) goes
through an HMAC under the index key. The suite key seals what travels between services.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.codec import canonical

NONCE_BYTES = 12


class SealBroken(Exception):
    """The bytes were not sealed under this key for this place: changed, moved, or the key is wrong."""


def _seal(cipher: AESGCM, data: bytes, context: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, context.encode())


def _open(cipher: AESGCM, sealed: bytes, context: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(context) from broken


@dataclass(frozen=True)
class DocumentKey:
    """The data key of one document, with the form in which it is stored: `{id of the master key, wrapped}`."""

    cipher: AESGCM = field(compare=False, repr=False)
    stored: Mapping[str, Any]

    def seal(self, values: dict[str, Any], context: str) -> bytes:
        """Seals JSON values for one place (`context`), so that sealed bytes cannot be moved elsewhere."""
        return _seal(self.cipher, orjson.dumps(values), context)

    def open(self, sealed: bytes, context: str) -> dict[str, Any]:
        """The values again; SealBroken where the bytes or the place differ."""
        return dict(orjson.loads(_open(self.cipher, sealed, context)))


class KeyRing:
    """A service's keys: master keys by id (the first is the current one), the suite key, the index key."""

    def __init__(self, master: Mapping[str, bytes], suite: bytes, index: bytes) -> None:
        self._master = {key_id: AESGCM(key) for key_id, key in master.items()}
        self._current = next(iter(master))
        self._suite = AESGCM(suite)
        self._index = index

    def new_document_key(self, document_id: str) -> DocumentKey:
        """A fresh data key, wrapped by the current master key for this document alone."""
        key = AESGCM.generate_key(256)
        wrapped = _seal(self._master[self._current], key, document_id)
        return DocumentKey(AESGCM(key), {"id": self._current, "wrapped": wrapped})

    def document_key(self, document_id: str, stored: Mapping[str, Any]) -> DocumentKey:
        """The data key of a stored document; SealBroken where its master key is another or not on the ring."""
        return DocumentKey(AESGCM(self.data_key(document_id, stored)), stored)

    def data_key(self, document_id: str, stored: Mapping[str, Any]) -> bytes:
        """The data key itself, for whoever may open this one document elsewhere; SealBroken as document_key."""
        if stored["id"] not in self._master:
            raise SealBroken(f"no master key {stored['id']} to open {document_id}")
        return _open(self._master[stored["id"]], stored["wrapped"], document_id)

    def seal_for_suite(self, values: dict[str, Any]) -> str:
        """What only intake, refund and notify can read, as text for an event."""
        return base64.b64encode(_seal(self._suite, orjson.dumps(values), "suite")).decode()

    def open_from_suite(self, sealed: str) -> dict[str, Any]:
        """The values of an event's sealed part; SealBroken where it is none of this suite."""
        try:
            data = base64.b64decode(sealed)
        except ValueError as broken:
            raise SealBroken("suite") from broken
        return dict(orjson.loads(_open(self._suite, data, "suite")))

    def blind(self, text: str) -> bytes:
        """A number's blind index: equal numbers meet, none can be read back."""
        return hmac.digest(self._index, b"blind\0" + text.encode(), "sha256")[:16]

    def identity(self, *parts: str) -> str:
        """A stable id of 32 hex digits from what names the thing, e.g. service, subject and request id."""
        return hmac.digest(self._index, b"identity\0" + canonical(parts), "sha256")[:16].hex()

    def digest(self, content: Any) -> str:
        """Recognises the same content again without storing it."""
        return hmac.digest(self._index, b"content\0" + canonical(content), "sha256").hex()
