"""What reads very many documents is not broken off in their midst by the bound of an operation."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from shared.scanning import scan

MANY, BOUND_MS = 20, 300
SLOW = {"$where": "sleep(50) || true"}  # all of them take a second


@pytest.fixture
def many(client: MongoClient[Any], database: Any) -> Iterator[Collection[Any]]:
    """Documents behind a client whose operations end within BOUND_MS."""
    database["many"].insert_many([{"_id": number} for number in range(MANY)])
    address = "{}:{}".format(*(client.address or ("", 0)))
    with MongoClient[Any](f"mongodb://{address}/?directConnection=true", timeoutMS=BOUND_MS) as hurried:
        yield hurried[database.name]["many"]


def test_a_long_reading_ends_with_the_last_document(many: Collection[Any]) -> None:
    with pytest.raises((ExecutionTimeout, NetworkTimeout)):
        list(many.find(SLOW))
    found = list(scan(many, SLOW, {"_id": 1}, "_id_"))
    assert [each["_id"] for each in found] == list(range(MANY))


def test_batches_follow_each_other_and_each_document_comes_once(many: Collection[Any], database: Any) -> None:
    database["many"].insert_many([{"_id": number} for number in range(MANY, 1_201)])  # in its own good time
    assert [each["_id"] for each in scan(many, {}, {"_id": 1}, "_id_")] == list(range(1_201))
