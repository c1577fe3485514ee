"""As much of a MongoDB collection as documents and their outboxes ask of it, in memory, a stop before each call."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from pymongo.errors import AutoReconnect, DuplicateKeyError


def copied(document: dict[str, Any]) -> dict[str, Any]:
    """So that nobody shares a list or its entries with the collection."""
    return {
        name: [dict(each) for each in value] if isinstance(value, list) else value for name, value in document.items()
    }


class Found(list[dict[str, Any]]):
    def hint(self, _index: Any) -> "Found":
        return self

    def limit(self, number: int) -> "Found":
        return Found(self[:number])


class InMemory:
    """`stop()` is called before each call; `lose_answer` makes the next write happen without its answer."""

    def __init__(self, stop: Callable[[], None], checks_versions: bool = True) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self._stop, self._checks_versions = stop, checks_versions
        self.lose_answer = False

    def __getitem__(self, _name: str) -> "InMemory":
        """A database of one collection."""
        return self

    def with_options(self, **_options: Any) -> "InMemory":
        """One member: whatever is read here was written by a majority."""
        return self

    def find_one(self, query: Mapping[str, Any], _fields: Any = None) -> dict[str, Any] | None:
        found = self.find(query)
        return found[0] if found else None

    def find(self, query: Mapping[str, Any], _fields: Any = None) -> Found:
        self._stop()
        return Found([copied(document) for document in self.kept.values() if self._fits(document, query)])

    def insert_one(self, document: dict[str, Any]) -> None:
        self._stop()
        if document["_id"] in self.kept:
            raise DuplicateKeyError("taken", details={"keyPattern": {"_id": 1}})
        self.kept[document["_id"]] = copied(document)
        self._answer()

    def update_one(self, query: Mapping[str, Any], change: Mapping[str, Any]) -> Any:
        self._stop()
        found = [document for document in self.kept.values() if self._fits(document, query)]
        for document in found:
            self._check_requests(document["_id"], change)
            self._change(document, change)
        self._answer()
        return SimpleNamespace(matched_count=len(found), modified_count=len(found))

    def update_many(self, query: Mapping[str, Any], change: Mapping[str, Any]) -> None:
        self._stop()
        for document in self.kept.values():
            if self._fits(document, query):
                gone = change["$pull"]["outbox"]["id"]["$in"]
                document["outbox"] = [entry for entry in document["outbox"] if entry["id"] not in gone]

    def _answer(self) -> None:
        if self.lose_answer:
            self.lose_answer = False
            raise AutoReconnect("the answer was lost")

    def _check_requests(self, document_id: str, change: Mapping[str, Any]) -> None:
        """The unique index over all documents' requests."""
        new = change.get("$push", {}).get("requests", {}).get("id")
        others = [each for key, each in self.kept.items() if key != document_id]
        if new and any(done["id"] == new for other in others for done in other.get("requests", ())):
            raise DuplicateKeyError("taken", details={"keyPattern": {"requests.id": 1}})

    def _change(self, document: dict[str, Any], change: Mapping[str, Any]) -> None:
        for name, value in change.get("$set", {}).items():
            document[name] = value
        for name, pushed in change.get("$push", {}).items():
            more = pushed.get("$each", [pushed])
            document[name] = [*document.get(name, ()), *(dict(each) for each in more)]
        for name, more in change.get("$inc", {}).items():
            document[name] += more

    def _fits(self, document: dict[str, Any], query: Mapping[str, Any]) -> bool:
        return all(self._holds(document, name, wanted) for name, wanted in query.items())

    def _holds(self, document: dict[str, Any], name: str, wanted: Any) -> bool:
        match name:
            case "v":
                return document["v"] == wanted or not self._checks_versions
            case "outbox.0":
                return bool(document["outbox"]) == wanted["$exists"]
            case "outbox.at":
                return any(entry["at"] < wanted["$lt"] for entry in document["outbox"])
            case "swept_at":
                return "swept_at" not in document or bool(document["swept_at"] < wanted["$not"]["$gte"])
            case "history":
                hashes = wanted["$elemMatch"]["hash"]["$in"]
                return any(entry["hash"] in hashes for entry in document["history"])
            case "requests.id":
                return any(done["id"] == wanted for done in document.get("requests", ()))
            case "_id" if isinstance(wanted, Mapping):
                return document["_id"] in wanted["$in"]
            case _:
                return bool(document.get(name) == wanted)
