"""A database of its own for each test of the documents, on the session's mongod."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from shared.presence import connect
from shared.stored import Saved
from suite.mongo import Mongo
from tests.integration.shared_core.tallies import MovedClock, Process, Tallies
from tests.unit.shared_core.sample import AGENT, MONDAY, Tally, TallyOpened

Open = Callable[..., Saved[Tally]]


@pytest.fixture(scope="session")
def client(mongo: Mongo) -> Iterator[MongoClient[Any]]:
    """Set up as the services' own."""
    with connect(mongo.mongo_url, workers=30) as connected:
        yield connected


@pytest.fixture
def database(client: MongoClient[Any]) -> Iterator[Database[Any]]:
    name = f"core_{uuid4().hex[:12]}"
    yield client[name]
    client.drop_database(name)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def process(database: Database[Any], clock: MovedClock) -> Process:
    """One replica, its indexes made."""
    replica = Process(database, clock)
    replica.tallies.prepare()
    return replica


@pytest.fixture
def tallies(process: Process) -> Tallies:
    return process.tallies


@pytest.fixture
def opened(tallies: Tallies) -> Open:
    """`opened("t1", person=…)`: a new tally."""

    def insert(document_id: str = "t1", **fields: Any) -> Saved[Tally]:
        return tallies.insert(document_id, [TallyOpened(**fields)], AGENT, MONDAY)

    return insert
