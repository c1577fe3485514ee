"""What a service sent is sent once more to a reader whose inbox was lost, made again from the histories behind it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from shared.bus.publishing import Publishing
from shared.bus.retries import Travel
from shared.bus.topology import RETURN, inbox_of
from shared.bus.wire import CONFIRM_SECONDS, Wire
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.fields import after as place_after
from shared.providers import Stored
from shared.reading import Reading

PAGE = 20
WORK_SECONDS = 1.5  # of the five that the one who asks waits

Place = tuple[datetime, str]  # how far: changed until then, in the collection of this name

log = logging.getLogger(__name__)


class Batch:
    """Messages that have to be with the broker before anybody may go on."""

    def __init__(self, wire: Wire, reader: str, source: str) -> None:
        self._wire, self._inbox, self._source = wire, inbox_of(reader), source
        self.sent = self._open = 0
        self._refused = False

    def add(self, entry: Mapping[str, Any]) -> None:
        """Straight to the reader's inbox, as a replayed letter goes. Unavailable where the broker takes nothing."""
        headers = Travel(self._source, entry["type"], retold=True).headers()
        body, event_id = entry["body"].encode(), entry["id"]
        self._open += 1
        if not self._wire.post(RETURN, self._inbox, body, event_id, self._settled, True, application_headers=headers):
            raise Unavailable("the broker takes nothing now")
        self.sent += 1

    def _settled(self, taken: bool) -> None:
        self._open -= 1
        self._refused |= not taken

    def confirmed(self) -> None:
        """Returns once the broker has them all; Unavailable if it does not take them in time."""
        until = monotonic() + CONFIRM_SECONDS - WORK_SECONDS
        while self._open and monotonic() < until:
            eventlet.sleep(0.005)
        if self._open or self._refused:
            raise Unavailable("the broker did not take all that was sent again")


class Again:
    """What a service method sees: `self.again.send(request)`."""

    def __init__(self, service: str, wire: Wire, stores: Sequence[Reading[Any]]) -> None:
        self._service, self._wire = service, wire
        self._stores = sorted(stores, key=lambda store: store.collection.name)

    def send(self, reader: str, types: Sequence[str], since: datetime, after: Place | None) -> dict[str, Any]:
        """Sends events of documents that changed after `since` (machine time), as much as fits into WORK_SECONDS.

        Answers {sent, after}: `after` goes into the next request (shared.fields.After), null once that was all.
        Unavailable where the broker does not take them."""
        batch, until = Batch(self._wire, reader, self._service), monotonic() + WORK_SECONDS
        for place, entries in self._pages(since, after):
            for entry in entries:
                if entry["type"] in types or "*" in types:
                    batch.add(entry)
            if monotonic() > until:
                batch.confirmed()
                return {"sent": batch.sent, "after": place}
        batch.confirmed()
        return {"sent": batch.sent, "after": None}

    def _pages(self, since: datetime, after: Place | None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Where each page ends, and what its documents ever sent."""
        since_there, first = after or (since, "")
        for store in self._stores:
            name = store.collection.name
            at = since_there if name == first else since
            while name >= first and (page := store.changed_since(at, PAGE)):
                at = page[-1]["changed_at"]
                yield place_after(at, name), [entry for each in page for entry in _told(store, each)]


def _told(store: Reading[Any], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Nothing of one that cannot be read: its neighbours are told of all the same."""
    try:
        return store.told(document)
    except Exception:
        log.exception("%s cannot tell what it sent", document["_id"])
        return []


class SendsAgain(DependencyProvider):
    """`again = SendsAgain()`: all stores of the service together."""

    publishing = Publishing()

    def get_dependency(self, _context: Any) -> Again:
        stores = [each.store for each in self.container.dependencies if isinstance(each, Stored)]
        return Again(self.container.service_name, self.publishing.wire, stores)
