"""Documents that a query finds, each read on its own: one that cannot be opened is logged by its id and left out.

So it hides none of its neighbours, in no list and from no decision; `tousu audit` names it. Where a sum would be wrong
without it (`whole`), or where it is the very one that is asked for (`first`), its fault is raised.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from shared.aggregate import State
from shared.fields import after
from shared.stored import WITHOUT_HISTORY, Form, Saved

Document = Mapping[str, Any]
Order = Sequence[tuple[str, int]]
Read = TypeVar("Read")

log = logging.getLogger(__name__)


class Finding(Generic[State]):
    """What can be found by the fields that a store keeps open."""

    collection: Collection[Any]
    _form: Form[State]

    def find(self, query: Mapping[str, Any], sort: Order, limit: int) -> list[Saved[State]]:
        """The documents of a query that can be read, without their histories."""
        return readable(self._found(query, sort, limit), self._form.read)

    def listed(self, query: Mapping[str, Any], sort: Order, limit: int) -> tuple[list[Saved[State]], str | None]:
        """One page of them, and the `after` of the next one: its last document's first field of `sort`, and id.

        A page that lacks what cannot be read is shorter than `limit`, and still not the last one."""
        documents = list(self._found(query, sort, limit + 1))
        page, last = documents[:limit], documents[limit - 1] if len(documents) > limit else None
        return readable(page, self._form.read), after(_at(last, sort[0][0]), last["_id"]) if last else None

    def whole(self, query: Mapping[str, Any], sort: Order, limit: int) -> list[Saved[State]]:
        """All of them or none."""
        return [self._form.read(document) for document in self._found(query, sort, limit)]

    def first(self, query: Mapping[str, Any], sort: Order) -> Saved[State] | None:
        """The first one, which must be readable."""
        return next(iter(self.whole(query, sort, 1)), None)

    def ids(self, query: Mapping[str, Any], limit: int) -> list[str]:
        """The ids of the documents of a query, whatever their keys."""
        return [document["_id"] for document in self.collection.find(query, {"_id": 1}).sort("_id", 1).limit(limit)]

    def _found(self, query: Mapping[str, Any], sort: Order, limit: int) -> Cursor[Any]:
        return self.collection.find(query, WITHOUT_HISTORY).sort(list(sort)).limit(limit)


def readable(documents: Iterable[Document], read: Callable[[Document], Read]) -> list[Read]:
    """What `read` makes of each; nothing of those that it fails at."""
    found = []
    for document in documents:
        try:
            found.append(read(document))
        except Exception:
            log.exception("%s cannot be read; it is left out", document["_id"])
    return found


def _at(document: Document, field: str) -> Any:
    """The value of a field, which may lie within another one: `soonest.running`."""
    value: Any = document
    for name in field.split("."):
        value = value[name]
    return value
