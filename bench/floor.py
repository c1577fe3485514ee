"""The floor that `register` is measured against: bare Nameko that validates, inserts one document, sends one event.

It is what a quick service does; it keeps none of the promises (no idempotence, no repeat rule, no outbox, no sealing).
"""

import os
import uuid
from datetime import UTC, datetime
from typing import Any

import pymongo
from nameko.events import EventDispatcher
from nameko.extensions import DependencyProvider
from nameko.rpc import rpc

from services.intake.register_schema import RegisterSchema

SCHEMA = RegisterSchema()


class Collection(DependencyProvider):
    """A plain collection with driver defaults."""

    def setup(self) -> None:
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(os.environ["MONGO_URL"])
        self.collection = client.floor.complaints

    def get_dependency(self, _context: Any) -> Any:
        return self.collection


class Floor:
    """Validate, insert, dispatch."""

    name = "floor"
    complaints = Collection()
    dispatch = EventDispatcher()

    @rpc
    def register(self, request: dict[str, Any]) -> dict[str, Any]:
        SCHEMA.load(request)
        document = request | {"_id": uuid.uuid4().hex, "at": datetime.now(UTC)}
        self.complaints.insert_one(document)
        self.dispatch("complaint_registered", {"complaint_id": document["_id"]})
        return {"complaint_id": document["_id"]}
