"""The databases of all services, read directly: for what must not rely on a service being honest, or up."""

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure

from cli.environment import refuse
from services import SERVICES
from shared.clock import BusinessClock
from shared.documents import Documents
from shared.settings import Settings
from shared.stored import Outbox

ANSWER_WITHIN_MS = 5000


class NoRelay:
    """Nothing is sent: these stores are only read."""

    def send(self, _document_id: str, _outbox: Outbox) -> None: ...


def databases(settings: Settings) -> dict[str, Database[Any]]:
    """The database of each service; ends the command where their server does not answer."""
    client: MongoClient[Any] = MongoClient(settings.mongo_url, tz_aware=True, serverSelectionTimeoutMS=ANSWER_WITHIN_MS)
    try:
        client.admin.command("ping")
    except ConnectionFailure as error:
        client.close()
        refuse(f"The database does not answer: is the suite up (make up)? ({type(error).__name__})")
    return {service: client[f"{settings.database_prefix}_{service}"] for service in SERVICES}


def stores(settings: Settings) -> Iterator[tuple[str, Documents[Any]]]:
    """Every store of every service: (service, store)."""
    from shared.providers import Stored, key_ring  # imports nameko

    keys, clock = key_ring(settings), BusinessClock(settings.clock_file)
    for service, database in databases(settings).items():
        door = getattr(importlib.import_module(f"services.{service}.service"), f"{service.title()}Service")
        for _, provider in inspect.getmembers_static(door, lambda member: isinstance(member, Stored)):
            yield service, provider.store_class(database, keys, clock, NoRelay())
