"""An event as it came: its form checked before any handler sees it. Pure."""

from datetime import datetime
from typing import Any

import orjson

from shared.bus.retries import PermanentFault

FORM = {"event_id": str, "type": str, "schema": int, "at": str, "seq": int, "data": dict}


def event_of(body: bytes, type_name: str, newest_schema: int) -> dict[str, Any]:
    """The event, if it has the contract's form, this type, and a schema that its reader knows; else PermanentFault."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise PermanentFault("the body is not JSON") from None
    if not isinstance(event, dict):
        raise PermanentFault("an event is an object")
    for name, kind in FORM.items():
        if type(event.get(name)) is not kind:
            raise PermanentFault(f"the event's {name} is missing or of another kind")
    if not _is_a_moment(event["at"]):
        raise PermanentFault("the event's at is no time with its offset")
    if event["type"] != type_name:
        raise PermanentFault("the event's type is not the one it was sent as")
    if event["schema"] > newest_schema:
        raise PermanentFault(f"schema {event['schema']} is newer than {newest_schema}, the newest known here")
    return event


def _is_a_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
