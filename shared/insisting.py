"""What an outer system answered is stored for sure: tried as long as the database is away, since it was said once."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from pymongo.errors import PyMongoError

from shared.clock import machine_now
from shared.errors import Unavailable
from shared.lease import Lease
from shared.presence import is_away

PAUSE_S = 0.5
Stored = TypeVar("Stored")

log = logging.getLogger(__name__)


def insist(store: Callable[[], Stored], lease: Lease, what: str) -> Stored:
    """What `store` answers, tried as long as the lease runs or the database is away; then its error.

    Whoever takes the work over meanwhile is found by the fence that `store` checks. what: for the log, told once."""
    told = False
    while True:
        try:
            return store()
        except (PyMongoError, Unavailable) as fault:
            away = isinstance(fault, Unavailable) or is_away(fault)
            if not away and not lease.runs(machine_now()):
                raise
            if not told:
                log.warning("%s: not stored yet (%s); tried until it is", what, type(fault).__name__)
            told = True
            time.sleep(PAUSE_S)
