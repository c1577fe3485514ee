"""What is taken out of documents and what is wrapped anew: keys, and what names a customer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from shared.aggregate import Actor, State
from shared.erasing import Erased
from shared.finding import readable
from shared.patience import Patience
from shared.reading import Reading
from shared.stored import Saved

Judge = Callable[[Any, datetime], None]


class Forgetting(Reading[State]):
    """What a store can be told to forget. Each of these may be repeated, as often as its answer is lost."""

    def erase(
        self, document_id: str, event: Erased, by: Actor, judge: Judge, visible: Mapping[str, Any] | None = None
    ) -> Saved[State]:
        """Deletes the document's data key and what names its customer, once `judge(state, now)` raises nothing.

        The history keeps every entry; the last one says who erased it and on what ground. Done before, it stays so."""
        patience = Patience(seconds=3)
        while True:
            saved = self.get(document_id, visible)
            if saved.erased_at:
                return saved
            now = self._clock.now()
            judge(saved.state, now)
            write = self._form.erased(saved, event, by, now, self.named_by)
            unsent = {"outbox.0": {"$exists": False}}  # an event that has yet to leave is sealed under another key
            if self.collection.update_one({"_id": document_id, "v": saved.v, **unsent}, write).matched_count:
                return self.get(document_id, visible)
            patience.wait()

    def rewrap(self, after: str, limit: int) -> tuple[int, str | None]:
        """Wraps the data keys of a page of documents anew, under the current master key; what is sealed stays.

        Answers how many, and where the next page begins (None: no more). Safe to repeat, beside any other write. A key
        that cannot be opened is logged and stays as it is."""
        page = list(
            self.collection.find({"_id": {"$gt": after}, **self._under_old}, {"key": 1}).sort("_id", 1).limit(limit)
        )
        fresh = readable(page, lambda each: (each, self.keys.rewrapped(each["_id"], each["key"])))
        writes = [UpdateOne({"_id": was["_id"], "key": was["key"]}, {"$set": {"key": key}}) for was, key in fresh]
        changed = self.collection.bulk_write(writes, ordered=False).modified_count if writes else 0
        return changed, page[-1]["_id"] if len(page) == limit else None

    def under_old_keys(self) -> int:
        """How many documents' data keys are still wrapped by another master key than the current one."""
        return self.collection.count_documents(self._under_old)

    @property
    def _under_old(self) -> dict[str, Any]:
        return {"key.id": {"$exists": True, "$ne": self.keys.current}}
