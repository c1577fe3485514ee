"""Events leave the outbox: at once after the write, again by the sweeper, cleared in batches after their confirms.

A broker that is away is not a failed attempt: entries wait in their documents until it is back.
"""

import time
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from pymongo.collection import Collection

from shared.clock import machine_now, monotonic
from shared.reading import OUTBOX_INDEX
from shared.stored import Outbox

CLEAR_EVERY = 0.25
SWEEP_EVERY = 1.0
LEFT_BEHIND_AFTER = timedelta(seconds=2)
SWEPT_AT_ONCE = 500
DRAIN_WITHIN = 2.0


@dataclass(frozen=True)
class Ticket:
    """One event on its way: which outbox it left, which document, which entry."""

    outbox: "OutboxRelay"
    document_id: str
    entry_id: str


class Publisher(Protocol):
    """Sends an event and later tells, with its ticket, whether the broker has it (shared.bus.wire.Wire)."""

    def event(self, exchange: str, type: str, body: bytes, message_id: str, token: Ticket, mandatory: bool) -> bool:
        """False where it takes nothing now; the ticket then hears no more. mandatory: lost where no queue takes it."""
        ...


class OutboxRelay:
    """The way out of one collection's outboxes, in one process.

    awaited: the types of events that somebody in the suite reads: they wait until a queue takes them."""

    def __init__(
        self, exchange: str, collection: Collection[Any], publisher: Publisher, awaited: Container[str] = ()
    ) -> None:
        self._exchange, self._collection, self._publisher, self._awaited = exchange, collection, publisher, awaited
        self._flying: set[Ticket] = set()
        self._confirmed: list[Ticket] = []

    def send(self, document_id: str, outbox: Outbox) -> bool:
        """Hands events to the publisher; never blocks, never fails: what does not leave now is swept up later.

        False once the publisher takes nothing."""
        return all(self._left(Ticket(self, document_id, entry["id"]), entry) for entry in outbox)

    def _left(self, ticket: Ticket, entry: Mapping[str, Any]) -> bool:
        if ticket in self._flying:
            return True
        self._flying.add(ticket)  # before the publish, whose confirm may come first
        type, body = entry["type"], entry["body"].encode()
        taken = self._publisher.event(self._exchange, type, body, ticket.entry_id, ticket, type in self._awaited)
        if not taken:
            self._flying.discard(ticket)
        return taken

    def confirmed(self, ticket: Ticket) -> None:
        """The broker has the event: its entry may be cleared."""
        self._confirmed.append(ticket)

    def lost(self, ticket: Ticket) -> None:
        """The broker may not have the event: its entry stays and is sent again, with the same id."""
        self._flying.discard(ticket)

    def clear(self) -> None:
        """Takes confirmed entries out of their documents."""
        tickets, self._confirmed = self._confirmed, []
        if tickets:
            self._cleared(tickets)

    def _cleared(self, tickets: list[Ticket]) -> None:
        """One command for all of them, without touching any version; idempotent."""
        try:
            documents = list({ticket.document_id for ticket in tickets})
            entries = [ticket.entry_id for ticket in tickets]
            self._collection.update_many({"_id": {"$in": documents}}, {"$pull": {"outbox": {"id": {"$in": entries}}}})
        finally:  # what could not be cleared is swept up and sent again, with the same id
            self._flying.difference_update(tickets)

    def sweep_all(self) -> None:
        """Sweeps until nothing is left behind: after a long outage a share a round would take too long."""
        while self.sweep() == SWEPT_AT_ONCE:
            self.clear()

    def sweep(self) -> int:
        """Sends what a killed process left behind, after claiming it; answers how many documents it took.

        Without a sort: the index gives the oldest first, and sorting by an array may read the fresh ones too; and by
        that index in any case. A document that never rests is swept, too: the claim has a time of its own."""
        before = machine_now() - LEFT_BEHIND_AFTER
        old = {"outbox.0": {"$exists": True}, "outbox.at": {"$lt": before}, "swept_at": {"$not": {"$gte": before}}}
        swept = 0
        for document in self._collection.find(old, {"outbox": 1}).hint(OUTBOX_INDEX).limit(SWEPT_AT_ONCE):
            if self._claimed(document["_id"], old):
                swept += 1
                if not self.send(document["_id"], document["outbox"]):
                    break  # the broker takes nothing now: whatever is claimed would only wait again
        return swept

    def _claimed(self, document_id: str, old: Mapping[str, Any]) -> bool:
        """By moving its time forward: of several sweepers one finds it still old.

        What leaves late counts as changed when it leaves; so whoever asks for all that was sent since then finds it."""
        now = machine_now()
        claim = {"$set": {"swept_at": now, "changed_at": now}}
        return self._collection.update_one({"_id": document_id, **old}, claim).modified_count == 1

    def drain(self, within: float = DRAIN_WITHIN) -> None:
        """At the end of a process: waits for the last confirms, at most `within` seconds, and clears."""
        until = monotonic() + within
        while len(self._confirmed) < len(self._flying) and monotonic() < until:
            time.sleep(0.01)
        self.clear()
