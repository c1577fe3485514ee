"""Dead letters sent again by a person: to the inbox they died in, with the same id, counted from the beginning."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import amqp
from pymongo.collection import Collection

from shared.bus.deadletters import opened
from shared.bus.link import AMQP_FAULTS, address
from shared.bus.retries import Travel
from shared.bus.topology import RETURN, inbox_of
from shared.errors import NotFound, Unavailable
from shared.sealing import KeyRing

PUBLISH_SECONDS = 5


def replay(
    uri: str, service: str, letters: Collection[Any], keys: KeyRing, letter_id: str, by: str, why: str, now: datetime
) -> bool:
    """Sends a waiting letter again and notes who, when (UTC) and why; False if it was already replayed since its death.

    Sent first, noted after: a crash between the two sends it twice, which its reader drops by its id; it is never lost.
    Raises NotFound, or Unavailable where the broker did not take it."""
    letter = letters.find_one({"_id": letter_id})
    if letter is None:
        raise NotFound("no such dead letter", id=letter_id, service=service)
    if letter["state"] != "waiting":
        return False
    _send(uri, inbox_of(service), opened(letter, keys))
    noted = {"by": by, "why": why, "at": now.isoformat(timespec="milliseconds")}
    # only while it has not died once more since it was read: then it waits again
    alive = {"_id": letter_id, "deaths": {"$size": len(letter["deaths"])}}
    letters.update_one(alive, {"$set": {"state": "replayed"}})
    letters.update_one({"_id": letter_id}, {"$push": {"replays": noted}})
    return True


def _send(uri: str, inbox: str, letter: Mapping[str, Any]) -> None:
    message = amqp.Message(
        letter["body"],
        content_type="application/json",
        delivery_mode=2,
        message_id=letter["_id"],
        application_headers=Travel(letter["source"], letter["type"]).headers(),
    )
    try:
        with amqp.Connection(
            **address(uri),
            connect_timeout=PUBLISH_SECONDS,
            read_timeout=PUBLISH_SECONDS,
            write_timeout=PUBLISH_SECONDS,
            confirm_publish=True,
        ) as connection:
            connection.channel().basic_publish(message, RETURN, inbox, mandatory=True, confirm_timeout=PUBLISH_SECONDS)
    except AMQP_FAULTS as fault:
        raise Unavailable("the broker did not take the letter", id=letter["_id"], why=type(fault).__name__) from fault
