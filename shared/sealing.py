"""Sealing (PR1): one random data key a document, wrapped by the master key; look-up by blind index only.

Rotation rewraps one field, erasure deletes it. What must be recognised without being read (numbers, request ids) goes
through an HMAC under the index key. The suite key seals what travels between services.
"""

import base64
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.codec import canonical

NONCE_BYTES = 12
ONLY_SUITE, BETWEEN = "suite", "."


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
    """A service's keys: master and suite keys by id (the first of each is the current one), the index key.

    `again` reads the master keys anew: asked when a document names one that is not on the ring yet (rotation)."""

    def __init__(
        self,
        master: Mapping[str, bytes],
        suite: bytes | Mapping[str, bytes],
        index: bytes,
        again: Callable[[], Mapping[str, bytes]] | None = None,
    ) -> None:
        self._take(master)
        suites = suite if isinstance(suite, Mapping) else {ONLY_SUITE: suite}
        self._suites, self._suite = {key_id: AESGCM(key) for key_id, key in suites.items()}, next(iter(suites))
        self._index, self._again = index, again

    def _take(self, master: Mapping[str, bytes]) -> None:
        self._master = {key_id: AESGCM(key) for key_id, key in master.items()}
        self.current = next(iter(master))

    def refresh(self) -> str:
        """Reads the master keys anew, where that is possible; the id of the current one."""
        if self._again:
            self._take(self._again())
        return self.current

    def new_document_key(self, document_id: str) -> DocumentKey:
        """A fresh data key, wrapped by the current master key for this document alone."""
        key = AESGCM.generate_key(256)
        return DocumentKey(AESGCM(key), self._wrapped(document_id, key))

    def _wrapped(self, document_id: str, key: bytes) -> dict[str, Any]:
        return {"id": self.current, "wrapped": _seal(self._master[self.current], key, document_id)}

    def rewrapped(self, document_id: str, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The stored form of the same data key under the current master key: what is sealed stays as it is."""
        return self._wrapped(document_id, self.data_key(document_id, stored))

    def document_key(self, document_id: str, stored: Mapping[str, Any]) -> DocumentKey:
        """The data key of a stored document; SealBroken where its master key is another or not on the ring."""
        return DocumentKey(AESGCM(self.data_key(document_id, stored)), stored)

    def data_key(self, document_id: str, stored: Mapping[str, Any]) -> bytes:
        """The data key itself, for whoever may open this one document elsewhere; SealBroken as document_key."""
        if stored["id"] not in self._master:
            self.refresh()
        if stored["id"] not in self._master:
            raise SealBroken(f"no master key {stored['id']} to open {document_id}")
        return _open(self._master[stored["id"]], stored["wrapped"], document_id)

    def seal_for_suite(self, values: dict[str, Any]) -> str:
        """What only intake, refund and notify can read, as text for an event."""
        sealed = _seal(self._suites[self._suite], orjson.dumps(values), "suite")
        return f"{self._suite}{BETWEEN}{base64.b64encode(sealed).decode()}"

    def open_from_suite(self, sealed: str) -> dict[str, Any]:
        """The values of an event's sealed part; SealBroken where it is none of this suite.

        It names its key; what names none was sealed before keys had ids."""
        key_id, _, rest = sealed.rpartition(BETWEEN)
        if key_id and key_id not in self._suites:
            raise SealBroken(f"no suite key {key_id}")
        return dict(orjson.loads(self._opened(rest, [key_id] if key_id else list(self._suites))))

    def _opened(self, text: str, key_ids: Sequence[str]) -> bytes:
        try:
            data = base64.b64decode(text)
        except ValueError as broken:
            raise SealBroken("suite") from broken
        for key_id in key_ids[:-1]:
            with suppress(SealBroken):
                return _open(self._suites[key_id], data, "suite")
        return _open(self._suites[key_ids[-1]], data, "suite")

    def blind(self, text: str) -> bytes:
        """A number's blind index: equal numbers meet, none can be read back."""
        return hmac.digest(self._index, b"blind\0" + text.encode(), "sha256")[:16]

    def identity(self, *parts: str) -> str:
        """A stable id of 32 hex digits from what names the thing, e.g. service, subject and request id."""
        return hmac.digest(self._index, b"identity\0" + canonical(parts), "sha256")[:16].hex()

    def digest(self, content: Any) -> str:
        """Recognises the same content again without storing it."""
        return hmac.digest(self._index, b"content\0" + canonical(content), "sha256").hex()
