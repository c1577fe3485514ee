"""How many copies of events came: whatever a service has handled is noted by its id, and what comes again is counted.

A copy has no second effect because of the state that it meets, for ever; the notes are kept a day and only count.
Collection `handled`, times are the machine's: {_id: event id, at, runs: [one mark for each time it was handled]}
"""

from datetime import timedelta
from typing import Any

import pymongo
from bson import ObjectId
from nameko.extensions import DependencyProvider, SharedExtension
from pymongo import IndexModel, UpdateOne
from pymongo.database import Database as Mongo
from pymongo.errors import BulkWriteError, PyMongoError

from shared.bus.tick import Round, every
from shared.clock import machine_now
from shared.presence import INDEXED_WITHIN, NOT_PRIMARY, once_there
from shared.providers import Database

COLLECTION = "handled"
KEPT = timedelta(days=1)
TELL_EVERY = 0.5
AGAIN = NOT_PRIMARY | {11000}  # two processes note a new event at once: the second one finds it the next time
COPIED = {"runs.1": {"$exists": True}}
INDEXES = [
    IndexModel("at", name="kept", expireAfterSeconds=int(KEPT.total_seconds())),
    IndexModel("runs.1", name="copied", partialFilterExpression=COPIED),
]
COPIES: list[dict[str, Any]] = [
    {"$match": COPIED},
    {"$group": {"_id": None, "all": {"$sum": {"$subtract": [{"$size": "$runs"}, 1]}}}},
]


class Handled:
    """What the service whose database this is has handled; shared by its processes.

    A mark is written once however often it is told: an answer of MongoDB's that was lost counts nothing twice."""

    def __init__(self, database: Mongo[Any]) -> None:
        self._kept = database[COLLECTION]
        self._untold: list[UpdateOne] = []

    def prepare(self) -> None:
        """Makes the indexes; one of them forgets what is older than KEPT."""
        with pymongo.timeout(INDEXED_WITHIN):
            self._kept.create_indexes(INDEXES)

    def note(self, event_id: str) -> None:
        """This event has been handled. Never blocks: tell() writes it."""
        mark = {"$addToSet": {"runs": ObjectId()}, "$setOnInsert": {"at": machine_now()}}
        self._untold.append(UpdateOne({"_id": event_id}, mark, upsert=True))

    def tell(self) -> None:
        """Writes what was noted since the last time, all at once; what could not be written, the next time."""
        told, self._untold = self._untold, []
        if not told:
            return
        try:
            self._kept.bulk_write(told, ordered=False)
        except BulkWriteError as error:
            refused = error.details["writeErrors"]
            self._untold += [told[each["index"]] for each in refused if each["code"] in AGAIN]
            if any(each["code"] not in AGAIN for each in refused):
                raise
        except PyMongoError:
            self._untold += told
            raise

    def copies(self) -> int:
        """How often an event came that had been handled, among those first handled within KEPT."""
        return sum(int(found["all"]) for found in self._kept.aggregate(COPIES))


class Noting(SharedExtension):
    """The care of a service's notes: `handled` is there from start() on."""

    database = Database()
    handled: Handled

    def setup(self) -> None:
        self._round: Round | None = None

    def start(self) -> None:
        self.handled = Handled(self.database.database)
        once_there(self.handled.prepare)
        self._round = every(TELL_EVERY, self.handled.tell, self.container, "note what was handled")

    def stop(self) -> None:
        if self._round:
            self._round.stop()


class HandledEvents(DependencyProvider):
    """`handled = HandledEvents()`: `self.handled.copies()` for the service's pulse."""

    noting = Noting()

    def get_dependency(self, _context: Any) -> Handled:
        return self.noting.handled
