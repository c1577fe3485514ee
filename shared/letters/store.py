"""Dead letters in MongoDB, each service's own, in the form of all documents: sealed, chained, under checkpoints."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel

from shared.aggregate import Actor
from shared.documents import Clash, Documents
from shared.erasing import RecordErased
from shared.errors import NotFound, Unavailable
from shared.letters.deciding import died
from shared.letters.letter import LETTERS, Letter, LetterDied
from shared.stored import Saved

BY_DEATH = [("died_at", DESCENDING), ("_id", DESCENDING)]
OPEN = ("waiting", "replaying")


class Letters(Documents[Letter]):
    """One document a message, with the message's id."""

    kind = LETTERS
    indexes = (
        IndexModel([("letter_state", 1), *BY_DEATH], name="by_death"),
        IndexModel("complaint_id", name="complaint", partialFilterExpression={"complaint_id": {"$exists": True}}),
    )

    def index(self, state: Letter) -> Mapping[str, Any]:
        """What is looked up."""
        return {"letter_state": state.state, "died_at": state.died_at, "complaint_id": state.complaint_id}

    def keep(self, letter_id: str, event: LetterDied, by: Actor) -> None:
        """Stores a death, once however often it is told; of a letter that was erased, nothing is kept any more."""
        for _ in range(2):
            with suppress(NotFound):
                with suppress(RecordErased):
                    self.change(letter_id, lambda letter, _: died(letter, event), by)
                return
            with suppress(Clash):  # another replica keeps it in this instant
                self.insert(letter_id, died(None, event), by, self._clock.now())
                return
        raise Unavailable("a dead letter came and went while it was kept", id=letter_id)

    def page(self, asked: Mapping[str, Any]) -> tuple[list[Saved[Letter]], str | None]:
        """One page, latest deaths first, and the `after` of the next. `before`: died before; `all`: also what was
        replayed."""
        states = [*OPEN, "replayed"] if asked["all"] else list(OPEN)
        query: dict[str, Any] = {"letter_state": {"$in": states}, "erased_at": {"$exists": False}}
        if "before" in asked:
            query["died_at"] = {"$lt": asked["before"]}
        return self.listed({"$and": [query, *_beyond(asked.get("after"))]}, BY_DEATH, asked["limit"])

    def waiting(self) -> int:
        """How many wait for a person."""
        query = {"letter_state": {"$in": list(OPEN)}, "erased_at": {"$exists": False}}
        return self.collection.count_documents(query)

    def about(self, document_id: str, limit: int) -> list[str]:
        """The letters about this document: its own events, and those that name it as their complaint."""
        own = {"_id": {"$gte": f"{document_id}:", "$lt": f"{document_id};"}}
        return self.ids({"$or": [own, {"complaint_id": document_id}]}, limit)


def _beyond(end: tuple[datetime, str] | None) -> list[dict[str, Any]]:
    if end is None:
        return []
    moment, letter_id = end
    return [{"$or": [{"died_at": {"$lt": moment}}, {"died_at": moment, "_id": {"$lt": letter_id}}]}]
