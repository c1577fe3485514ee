"""A service's dead letters, read from its database as the service reads them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient

from shared.bus.deadletters import NoRelay
from shared.clock import BusinessClock
from shared.letters.letter import Letter
from shared.letters.store import Letters
from shared.providers import key_ring
from shared.settings import Settings


@contextmanager
def letters_of(settings: Settings, service: str) -> Iterator[Letters]:
    """The store of this service's letters."""
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        database = client[f"{settings.database_prefix}_{service}"]
        yield Letters(database, key_ring(settings), BusinessClock(settings.clock_file), NoRelay())


def letter(letters: Letters, letter_id: str) -> Letter | None:
    """The letter, if it is there yet."""
    saved = letters.load(letter_id)
    return saved.state if saved else None


def body_of(letter: Letter) -> bytes:
    """What came, or was last released."""
    return base64.b64decode(letter.body)
