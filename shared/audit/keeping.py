"""Keeping checkpoints: what changed is put under a signature, once, by whichever replica is first."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.audit.checkpoints import FIRST, Checkpoint, read_unproved, sign
from shared.presence import INDEXED_WITHIN
from shared.tokens import Signer

COLLECTION = "checkpoints"
EVERY = 60.0
SETTLED_AFTER = timedelta(seconds=30)  # longer than any write is under way, and than clocks differ
MOST_HEADS = 1000
INDEXES = [IndexModel([("collection", 1), ("until", 1)], name="until")]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Checkpoints:
    """The checkpoints of one collection of documents: `{_id: "<collection>:<number>", collection, until, signed}`."""

    def __init__(self, database: Database[Any], documents: Collection[Any], signer: Signer) -> None:
        self._kept, self._documents, self._signer = database[COLLECTION], documents, signer

    def prepare(self) -> None:
        """Makes the index."""
        with pymongo.timeout(INDEXED_WITHIN):
            self._kept.create_indexes(INDEXES)

    def take(self, machine_now: datetime) -> Checkpoint | None:
        """The next checkpoint, of all that changed since the last and has settled; None where nothing did,
        or another replica was first."""
        last = self.last()
        since = last.until if last else LONG_AGO
        until, heads = self._changed(since, machine_now - SETTLED_AFTER)
        if not heads:
            return None
        name, number, previous = self._documents.name, last.number + 1 if last else 1, last.hash if last else FIRST
        taken = sign(Checkpoint(name, number, since, until, previous, heads), self._signer)
        try:
            self._kept.insert_one({"_id": taken.id, "collection": name, "until": until, "signed": taken.signed})
        except DuplicateKeyError:
            return None
        return taken

    def take_all(self, machine_now: datetime) -> list[Checkpoint]:
        """Checkpoints until nothing is left to be put under one."""
        taken = []
        while checkpoint := self.take(machine_now):
            taken.append(checkpoint)
        return taken

    def last(self) -> Checkpoint | None:
        """The latest one."""
        found = self._kept.find_one({"collection": self._documents.name}, sort=[("until", -1)])
        return read_unproved(found["signed"]) if found else None

    def _changed(self, since: datetime, until: datetime) -> tuple[datetime, Mapping[str, tuple[int, str]]]:
        """What changed in this time, a page of it; documents of one and the same instant stay together."""
        page = self._heads(since, until, MOST_HEADS)
        if len(page) == MOST_HEADS:
            until = page[-1]["changed_at"]
            page = self._heads(since, until, 0)
        return until, {each["_id"]: (each["head"]["n"], each["head"]["hash"]) for each in page}

    def _heads(self, since: datetime, until: datetime, limit: int) -> list[Mapping[str, Any]]:
        between = {"changed_at": {"$gt": since, "$lte": until}}
        return list(self._documents.find(between, {"head": 1, "changed_at": 1}).sort("changed_at", 1).limit(limit))
