"""What a service keeps about its own inbox: until when nothing was lost with it, and what is to be asked for again.

Collection `inbox`, one document, times are the machine's:
{_id: "inbox", sound_at, missing?: {since, found_at, leased_until, after: {source: place}}}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

COLLECTION, ONLY = "inbox", "inbox"
MARGIN = timedelta(minutes=10)  # longer than an event is handled, a dead connection seems alive, clocks differ
LEASE = timedelta(seconds=15)
AGAIN_AFTER = timedelta(seconds=1)
ALL = ""  # a source that has sent everything again


@dataclass(frozen=True)
class Missing:
    """What was sent since `since` is asked for; `after`: how far each source has come."""

    since: datetime
    found_at: datetime
    after: Mapping[str, str]


class InboxRecord:
    """The record of the service whose database this is; shared by its processes."""

    def __init__(self, database: Database[Any]) -> None:
        self._kept = database[COLLECTION]

    def begun(self, now: datetime) -> bool:
        """Whether this is the very first start: the inbox has always been this one."""
        begun = self._kept.update_one({"_id": ONLY}, {"$setOnInsert": {"sound_at": now}}, upsert=True)
        return begun.upserted_id is not None

    def found_new(self, now: datetime) -> datetime:
        """The inbox was not there, or not known: since when all is missing.

        Found once more while something is missing, everything is asked for once more."""
        kept = self._kept.find_one({"_id": ONLY}) or {}
        since: datetime = kept["missing"]["since"] if "missing" in kept else kept["sound_at"] - MARGIN
        missing = {"since": since, "found_at": now, "leased_until": now, "after": {}}
        self._kept.update_one({"_id": ONLY}, {"$set": {"missing": missing}})
        return since

    def sound(self, at: datetime) -> None:
        """At this moment nothing waited in the inbox, nor on a way round to it."""
        self._kept.update_one({"_id": ONLY, "missing": {"$exists": False}}, {"$max": {"sound_at": at}})

    def take(self, now: datetime) -> Missing | None:
        """What is missing, for one process at a time to ask for; None where nothing is, or another one does."""
        free = {"_id": ONLY, "missing.leased_until": {"$lte": now}}
        lease = {"$set": {"missing.leased_until": now + LEASE}}
        kept = self._kept.find_one_and_update(free, lease, return_document=ReturnDocument.AFTER)
        if kept is None:
            return None
        missing = kept["missing"]
        return Missing(missing["since"], missing["found_at"], missing["after"])

    def went_on(self, missing: Missing, source: str, after: str, now: datetime) -> bool:
        """That source has come so far; False once everything is to be asked for anew."""
        progress = {f"missing.after.{source}": after, "missing.leased_until": now + LEASE}
        return self._kept.update_one(self._same(missing), {"$set": progress}).matched_count == 1

    def interrupted(self, missing: Missing, now: datetime) -> None:
        """Somebody did not answer: soon again."""
        self._kept.update_one(self._same(missing), {"$set": {"missing.leased_until": now + AGAIN_AFTER}})

    def settled(self, missing: Missing) -> None:
        """All of it has been sent again."""
        self._kept.update_one(self._same(missing), {"$unset": {"missing": ""}})

    def _same(self, missing: Missing) -> dict[str, Any]:
        return {"_id": ONLY, "missing.found_at": missing.found_at}
