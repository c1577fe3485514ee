"""All documents of a query, however many they are: what a month's figures read."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pymongo
from pymongo.collection import Collection

AT_ONCE = 500  # a reader leaves the others room between two batches
SCANNED_WITHIN = 600.0


def scan(
    collection: Collection[Any], query: Mapping[str, Any], projection: Mapping[str, Any], index: str
) -> Iterator[dict[str, Any]]:
    """Each document once, by this index.

    The server counts a bound over all batches of a query, so the four seconds of an operation would end a long one
    in its midst. Here all have SCANNED_WITHIN; a server that falls silent meanwhile is missed by its monitor, which
    breaks off what waits for it."""
    found = collection.find(query, projection, batch_size=AT_ONCE).hint(index)
    while True:
        with pymongo.timeout(SCANNED_WITHIN):
            batch = list(islice(found, AT_ONCE))
        if not batch:
            return
        yield from batch
