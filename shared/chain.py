"""History as it is stored: each entry a line of JSON and the hash of all before it.

The hash covers the stored bytes, sealed parts included: an edited, removed or swapped entry is found without any key.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.aggregate import Kind, Stamp, event_name
from shared.codec import canonical, converter, joined, plain, restore, split
from shared.erasing import Erased, NoKey, filled
from shared.sealing import DocumentKey

ERASED = event_name(Erased)


@dataclass(frozen=True)
class Head:
    """Where a history ends: number and hash of its last entry."""

    n: int
    hash: str


class ChainBroken(Exception):
    """An entry of the history was edited, removed or swapped; `n` is the first one that does not fit."""

    def __init__(self, document_id: str, n: int) -> None:
        super().__init__(f"history of {document_id} does not fit at entry {n}")
        self.document_id, self.n = document_id, n


def beginning(document_id: str) -> Head:
    """The head before the first entry: bound to the document, so that a history cannot be moved to another."""
    return Head(0, hashlib.sha256(b"tousu\0" + document_id.encode()).hexdigest())


def _linked(before: str, entry: str) -> str:
    return hashlib.sha256(before.encode() + entry.encode()).hexdigest()


def extend(
    document_id: str,
    head: Head,
    events: Iterable[tuple[Any, Stamp]],
    key: DocumentKey,
    counted: Callable[[Any], dict[str, int]] = lambda _: {},
) -> tuple[list[dict[str, str]], Head]:
    """The stored form of further entries, and the new head; `counted` says which kinds of graver data are in a text."""
    stored = []
    for event, stamp in events:
        entry = _written(document_id, event, stamp, key, counted)
        head = Head(stamp.n, _linked(head.hash, entry))
        stored.append({"entry": entry, "hash": head.hash})
    return stored, head


def _written(
    document_id: str, event: object, stamp: Stamp, key: DocumentKey, counted: Callable[[Any], dict[str, int]]
) -> str:
    name = event_name(type(event))
    data, apart = split(event)
    entry = {"n": stamp.n, "event": name, "at": plain(stamp.at), "by": plain(stamp.by), "data": data}
    entry["nonce"] = os.urandom(8).hex()  # two writers of the same event at the same time write different entries
    if apart:
        entry["sealed"] = base64.b64encode(key.seal(apart, f"{document_id}:{stamp.n}")).decode()
        if found := counted(apart):  # PR6: kinds and counts stay readable, the data does not
            entry["found"] = found
    return canonical(entry).decode()


def check(document_id: str, stored: Sequence[dict[str, str]], head: Head) -> None:
    """Raises ChainBroken unless the entries follow one another from the beginning to the head."""
    here = beginning(document_id)
    for entry in stored:
        here = Head(here.n + 1, _linked(here.hash, entry.get("entry", "")))
        if here.hash != entry.get("hash") or orjson.loads(entry["entry"])["n"] != here.n:
            raise ChainBroken(document_id, here.n)
    if here != head:
        raise ChainBroken(document_id, here.n + 1)


def read(
    document_id: str, kind: Kind[Any], stored: Iterable[dict[str, str]], key: DocumentKey
) -> list[tuple[Any, Stamp]]:
    """The events again, with who and when."""
    return [_event(document_id, kind, orjson.loads(entry["entry"]), key) for entry in stored]


def _event(document_id: str, kind: Kind[Any], entry: dict[str, Any], key: DocumentKey) -> tuple[Any, Stamp]:
    data = entry["data"]
    if sealed := entry.get("sealed"):
        data = joined(data, key.open(base64.b64decode(sealed), f"{document_id}:{entry['n']}"))
    stamp = converter.structure({"n": entry["n"], "at": entry["at"], "by": entry["by"]}, Stamp)
    event = Erased if entry["event"] == ERASED else kind.event_class(entry["event"])
    return restore(filled(data, event) if isinstance(key, NoKey) else data, event), stamp


def flags(stored: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Which entries hold graver data in their free text (PR6): `{n, event, at, by, found: {kind: count}}`."""
    entries = (orjson.loads(each["entry"]) for each in stored if '"found"' in each["entry"])
    return [
        {"n": entry["n"], "event": entry["event"], "at": entry["at"], "by": entry["by"]["sub"], "found": entry["found"]}
        for entry in entries
        if "found" in entry
    ]
