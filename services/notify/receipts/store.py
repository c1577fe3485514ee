"""Receipts whose message is not known yet: kept until the answer that names it is stored, a week at most."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import pymongo
from pymongo import DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.notify.carriers.traffic import Receipt
from services.notify.message import Message
from services.notify.parts import ARRIVED, UNDERWAY
from shared.clock import Clock, machine_now
from shared.documents import Documents, Relay
from shared.presence import INDEXED_WITHIN
from shared.sealing import KeyRing

KEEP_EARLY_RECEIPTS_S = 7 * 24 * 3600
LEFT_AT_ONCE = 200
WRITERS = 2  # a receipt that lost its place to another one at the same instant has a second try


class EarlyReceipts(Documents[Message]):
    """What the messages' store inherits."""

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock, relay: Relay) -> None:
        super().__init__(database, keys, clock, relay)
        self._early = database["early_receipts"]
        self._looked_back_to: datetime | None = None

    def prepare(self) -> None:
        super().prepare()
        with pymongo.timeout(INDEXED_WITHIN):
            self._early.create_index("came_at", expireAfterSeconds=KEEP_EARLY_RECEIPTS_S)

    def keep_early(self, receipt: Receipt) -> None:
        """Keeps one receipt for each id: that it arrived outlasts all others, how it ended outlasts "under way"."""
        fact = {"state": receipt.state, "error": receipt.error, "came_at": machine_now()}
        for _ in range(WRITERS):
            with suppress(DuplicateKeyError):  # another one is kept: next time it is seen
                self._early.update_one(_weaker(receipt), {"$set": fact}, upsert=True)
                return

    def early(self, provider_ids: Sequence[str]) -> list[Receipt]:
        """The receipts kept for these ids."""
        found = self._early.find({"_id": {"$in": list(provider_ids)}})
        return [Receipt(each["_id"], each["state"], each["error"]) for each in found]

    def left_early(self, before: datetime) -> list[Receipt]:
        """Of the receipts kept before this machine time and not taken since a page, the newest first.

        From look to look it goes on to older ones, then begins anew: however many fit no message, all have their turn.
        Those of one and the same instant stay together."""
        come = {"$lt": min(before, self._looked_back_to or before)}
        page = list(self._early.find({"came_at": come}).sort("came_at", DESCENDING).limit(LEFT_AT_ONCE))
        self._looked_back_to = page[-1]["came_at"] if len(page) == LEFT_AT_ONCE else None
        if last := self._looked_back_to:
            page = [*(each for each in page if each["came_at"] > last), *self._early.find({"came_at": last})]
        return [Receipt(each["_id"], each["state"], each["error"]) for each in page]

    def forget_early(self, receipt: Receipt) -> None:
        """This receipt was taken; one that says more and came meanwhile stays."""
        self._early.delete_one({"_id": receipt.provider_id, "state": {"$in": [receipt.state, *UNDERWAY]}})


def _weaker(receipt: Receipt) -> dict[str, Any]:
    """What this receipt may take the place of."""
    if receipt.state == ARRIVED:
        return {"_id": receipt.provider_id}
    return {"_id": receipt.provider_id, "state": {"$in": list(UNDERWAY)}}
