"""What is stored, also where the database's answer is lost: of one change, and of several written together."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pymongo
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError, PyMongoError

from shared.aggregate import State
from shared.errors import Unavailable
from shared.presence import ANSWER_WITHIN, NOT_PRIMARY, is_away
from shared.stored import Step

AGAIN_S = 0.5

Stored = TypeVar("Stored")

log = logging.getLogger(__name__)


def in_time(change: Callable[[], Stored], goes_on: Callable[[], bool]) -> Stored:
    """What `change` answers within ANSWER_WITHIN; again, while the database is away or crowded and it goes_on()."""
    while True:
        try:
            with pymongo.timeout(ANSWER_WITHIN):
                return change()
        except (PyMongoError, Unavailable) as fault:
            if not goes_on() or not (isinstance(fault, Unavailable) or is_away(fault)):
                raise
            time.sleep(AGAIN_S)


@dataclass(frozen=True)
class Together(Generic[State]):
    """`landed`: those of these steps that stand in a history; `set_aside`: what the server refuses."""

    collection: Collection[Any]
    steps: list[Step[State]]
    landed: Callable[[Sequence[Step[State]]], list[Step[State]]]
    set_aside: Callable[[str], None]

    def written(self, until_known: bool) -> list[Step[State]]:
        """Those that are stored. until_known: writes again as long as the database is away.

        The same write once more finds its forerunner in the history, or keeps it from landing later."""
        told = False
        while True:
            try:
                return self._written()
            except PyMongoError as fault:
                if not is_away(fault):
                    raise
                if not told:
                    log.warning("due work: the answer of the database was lost (%s)", type(fault).__name__)
                told = True
                if not until_known:
                    return self.landed(self.steps)
                time.sleep(AGAIN_S)

    def _written(self) -> list[Step[State]]:
        writes = [UpdateOne({"_id": step.saved.id, "v": step.saved.v - 1}, step.write) for step in self.steps]
        try:
            won = self.collection.bulk_write(writes, ordered=False).matched_count
            if won == len(self.steps):
                return self.steps
            log.info("due work: %d of %d were another replica's", len(self.steps) - won, len(self.steps))
        except BulkWriteError as error:
            self._refused(error)
        return self.landed(self.steps)

    def _refused(self, error: BulkWriteError) -> None:
        """AutoReconnect where that was no refusal: the primary stepped down, or no majority has it yet."""
        refused = [(self.steps[each["index"]].saved.id, each["code"]) for each in error.details["writeErrors"]]
        for document_id, code in refused:
            if code not in NOT_PRIMARY:
                log.error("due work on %s was refused (%s); set aside for a while", document_id, code)
                self.set_aside(document_id)
        if error.details["writeConcernErrors"] or any(code in NOT_PRIMARY for _, code in refused):
            raise AutoReconnect("whether a majority has all of it is not known") from error
