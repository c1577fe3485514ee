"""Proving that nothing was changed: every chain, every checkpoint, every state against its own history.

Reads the database directly, trusting no service. Chains need no key, signatures public ones, states the master keys."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from shared import chain
from shared.audit.checkpoints import FIRST, Checkpoint, NotSigned, read
from shared.audit.keeping import COLLECTION
from shared.chain import ERASED, ChainBroken, Head
from shared.reading import Reading
from shared.sealing import SealBroken

PAGE = 200
UNCOVERED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Fault:
    """What does not fit, and where."""

    collection: str
    id: str
    what: str


@dataclass
class Findings:
    """What an audit of one collection has looked at so far.

    `uncovered`: changed long ago, under no checkpoint; `hashes`: of the checkpoints, by number."""

    collection: str
    documents: int = 0
    entries: int = 0
    checkpoints: int = 0
    uncovered: int = 0
    faults: list[Fault] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)


class Audit:
    """The audit of one collection. `reading` opens its documents; without keys to it states are not compared."""

    def __init__(
        self, database: Database[Any], reading: Reading[Any], jwks: Mapping[str, Any], with_states: bool
    ) -> None:
        self._database, self._reading, self._jwks, self._with_states = database, reading, jwks, with_states
        self.findings = Findings(reading.collection.name)
        self._signed: dict[str, dict[int, str]] = defaultdict(dict)
        self._last: Checkpoint | None = None

    def run(self, machine_now: datetime) -> Iterator[int]:
        """Looks at everything; yields how many documents it has just looked at."""
        self._read_checkpoints()
        after = ""
        while page := self._page(after):
            for document in page:
                self._look_at(document, machine_now)
            after = page[-1]["_id"]
            yield len(page)
        for document_id in self._signed:
            self._fault(document_id, "the document is gone")

    def last(self) -> Checkpoint | None:
        """The latest checkpoint, if all of them fit; what does not is among the findings."""
        self._read_checkpoints()
        return self._last

    def total(self) -> int:
        """How many documents there are, roughly."""
        return self._reading.collection.estimated_document_count()

    def _page(self, after: str) -> list[Mapping[str, Any]]:
        return list(self._reading.collection.find({"_id": {"$gt": after}}).sort("_id", 1).limit(PAGE))

    def _fault(self, id: str, what: str) -> None:
        self.findings.faults.append(Fault(self.findings.collection, id, what))

    # -- checkpoints

    def _read_checkpoints(self) -> None:
        mine = {
            "_id": {"$gte": f"{self.findings.collection}:", "$lt": f"{self.findings.collection};"}
        }  # their own names
        for stored in self._database[COLLECTION].find(mine).sort("_id", 1):
            try:
                checkpoint = read(stored["signed"], self._jwks)
            except NotSigned:
                self._fault(stored["_id"], "the checkpoint's signature does not fit")
                continue
            self._link(stored["_id"], checkpoint)

    def _link(self, id: str, checkpoint: Checkpoint) -> None:
        before = self._last
        number, previous = (before.number + 1, before.hash) if before else (1, FIRST)
        if checkpoint.id != id or (checkpoint.number, checkpoint.previous) != (number, previous):
            self._fault(id, f"the checkpoint does not follow number {number - 1}")
        for document_id, (n, hash) in checkpoint.heads.items():
            self._signed[document_id][n] = hash
        self.findings.checkpoints += 1
        self.findings.hashes[checkpoint.number] = checkpoint.hash
        self._last = checkpoint

    # -- documents

    def _look_at(self, document: Mapping[str, Any], machine_now: datetime) -> None:
        self.findings.documents += 1
        self.findings.entries += len(document.get("history", ()))
        signed = self._signed.pop(document["_id"], {})
        for what in self._wrong(document, signed):
            self._fault(document["_id"], what)
        stale = document["changed_at"] < machine_now - UNCOVERED_AFTER
        if stale and document["head"]["n"] not in signed:
            self.findings.uncovered += 1

    def _wrong(self, document: Mapping[str, Any], signed: Mapping[int, str]) -> Iterator[str]:
        try:
            chain.check(document["_id"], document["history"], Head(**document["head"]))
        except ChainBroken as broken:
            yield f"the history does not fit at entry {broken.n}"
            return
        except (KeyError, TypeError, ValueError):
            yield "the history cannot be read"
            return
        hashes = [entry["hash"] for entry in document["history"]]
        for n, hash in signed.items():
            if len(hashes) < n:
                yield f"the history was cut off after entry {len(hashes)}: a checkpoint has seen entry {n}"
            elif hashes[n - 1] != hash:
                yield f"the history was rewritten: a checkpoint has seen another entry {n}"
        if "key" not in document:
            if not document["history"] or f'"event":"{ERASED}"' not in document["history"][-1]["entry"]:
                yield "the key is gone, and no erasure was recorded"
        elif self._with_states:
            yield from self._wrong_state(document)

    def _wrong_state(self, document: Mapping[str, Any]) -> Iterator[str]:
        try:
            folded, stored = self._reading.both_states(document)
        except SealBroken:
            yield "the sealed part was changed, or none of these keys opens it"
            return
        except (KeyError, TypeError, ValueError) as error:
            yield f"the stored state cannot be read ({type(error).__name__})"
            return
        if folded != stored:
            yield "the state is not what its history makes of it"
            return
        looked_up = self._reading.index(folded)
        for name in sorted(looked_up):
            if looked_up[name] != document.get(name):
                yield f"the field {name} is not what the state says"
