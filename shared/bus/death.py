"""What is known of a message that died: why, when and where, by our own headers or by the broker's.

Headers may be anybody's: whatever they say, they are read without a fault, and what is made of them can be stored.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import amqp
import orjson

from shared.bus.retries import Travel, sayable
from shared.clock import machine_now
from shared.letters.letter import Death, LetterDied
from shared.phone import masked_within

CAUSES = {
    "delivery_limit": "taken several times and never ended: each time its process died or its connection broke",
    "rejected": "it could not be taken at all",
}
AN_ID = re.compile(r"[\w:. -]{1,64}")
LARGEST = 4_000_000  # bytes: a document must hold it twice
TOO_LARGE = "too large to be kept ({} bytes): "
LONGEST_HEADER = 2000


def travel_to_death(message: amqp.Message) -> Travel:
    """How it fared until it died, with the time and cause of its death."""
    headers = message.headers or {}
    death = _last_death(headers.get("x-death"))
    keys = death.get("routing-keys")
    key = keys[0] if isinstance(keys, list) and keys else ""
    travel = Travel.of(headers, str(death.get("exchange", "")), str(key))
    at = travel.last_at or _died_at(death).isoformat(timespec="milliseconds")
    cause = CAUSES.get(str(death.get("reason"))) or travel.error or "unknown"
    return replace(travel, first_at=travel.first_at or at, last_at=at, error=cause)


def death_of(message: amqp.Message) -> LetterDied:
    """What is stored of a message that died: by our own hand (with headers that say why) or by the broker's."""
    travel, body = travel_to_death(message), bytes_of(message.body)
    cause = travel.error
    if len(body) > LARGEST:
        cause, body = TOO_LARGE.format(len(body)) + cause, b""
    return LetterDied(
        Death(datetime.fromisoformat(travel.last_at), cause),
        masked_within(travel.source),
        masked_within(travel.type),
        travel.attempts,
        travel.first_at,
        _complaint(body),
        base64.b64encode(body).decode(),
        _headers(message.headers or {}),
    )


def _headers(came: Mapping[str, Any]) -> dict[str, str]:
    """Without the broker's own."""
    texts = {sayable(name, LONGEST_HEADER): sayable(value, LONGEST_HEADER) for name, value in came.items()}
    return {name: value for name, value in texts.items() if not name.startswith("x-")}


def _died_at(death: Mapping[str, Any]) -> datetime:
    died = death.get("time")
    at = died if isinstance(died, datetime) else machine_now()
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # the broker's own times are UTC, and do not say so


def _complaint(body: bytes) -> str | None:
    """The complaint that an event says it is about, if it can be read."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    named = event.get("complaint_id") if isinstance(event, dict) else None
    return named if isinstance(named, str) and AN_ID.fullmatch(named) else None


def bytes_of(body: Any) -> bytes:
    """As it came; py-amqp's empty body, and one that names an encoding, is a str."""
    return body.encode(errors="surrogatepass") if isinstance(body, str) else bytes(body or b"")


def _last_death(deaths: Any) -> Mapping[str, Any]:
    """The broker's own record; of a message that it only delayed, none."""
    latest = deaths[0] if isinstance(deaths, list) and deaths else None
    return latest if isinstance(latest, Mapping) and latest.get("reason") in CAUSES else {}
