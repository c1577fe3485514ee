"""What crosses the bus in an RPC call: requests read strictly, errors told in the contract's words."""

import logging
import re
import traceback
from collections.abc import Mapping
from itertools import islice
from typing import Any
from uuid import uuid4

import eventlet
import orjson
from amqp.exceptions import AMQPError
from marshmallow import ValidationError
from pymongo.errors import ConnectionFailure, PyMongoError

from shared.errors import Failed, InvalidRequest, TousuError, Unavailable
from shared.phone import masked_within
from shared.presence import is_away

LARGEST_REQUEST = 256 * 1024
MOST_TOLD = 50
JSON = "application/json"
FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}|\d{1,4}")
SERVERS_AWAY = (ConnectionFailure, AMQPError, ConnectionError, TimeoutError, eventlet.Timeout)

log = logging.getLogger(__name__)


def call_of(body: bytes, content_type: str | None) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a request, by position and by name. InvalidRequest says what is wrong with its form."""
    if len(body) > LARGEST_REQUEST:
        raise InvalidRequest("the request is too large", bytes=len(body), largest=LARGEST_REQUEST)
    if content_type not in (None, JSON):
        raise InvalidRequest("a request is JSON", content_type=JSON)
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidRequest("the request is not valid JSON") from None
    args, kwargs = (values.get("args"), values.get("kwargs")) if isinstance(values, dict) else (None, None)
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise InvalidRequest("a request has args and kwargs", args="a list", kwargs="an object")
    return args, kwargs


def result_body(result: Any) -> bytes:
    """An answer. TypeError for what JSON cannot say: a fault of the service, not of its caller."""
    return orjson.dumps({"result": result, "error": None})


def error_body(error: TousuError) -> bytes:
    """An error in the form that a plain Nameko client turns into RemoteError(exc_type, value).

    An id that was looked for may have been somebody's number: it goes back masked (PR1)."""
    name, value = error.wire_name, masked_within(error.on_the_wire())
    told = {"exc_type": name, "exc_path": f"tousu.{name}", "exc_args": [], "value": value}
    return orjson.dumps({"result": None, "error": told}, default=str, option=orjson.OPT_NON_STR_KEYS)


def as_told(fault: BaseException, method: str) -> TousuError:
    """Any exception of a worker as an error of the contract. What is not the caller's doing is logged here."""
    if isinstance(fault, TousuError):
        return fault
    if isinstance(fault, ValidationError):
        return invalid(fault)
    if server_away(fault):
        log.warning("%s: a server behind it is away: %s", method, where(fault))
        return Unavailable("a server behind this service is away; the same request may be repeated")
    reference = uuid4().hex[:12]
    log.error("%s failed; reference %s", method, reference, exc_info=fault)
    who = "a server behind this service" if isinstance(fault, PyMongoError | OSError) else "the service"
    return Failed(f"{who} failed; reference {reference}", reference=reference)


def server_away(fault: BaseException) -> bool:
    """Whether it failed because a server behind it is away, slow, or without its majority."""
    return isinstance(fault, SERVERS_AWAY) or is_away(fault)


def outage(fault: BaseException) -> bool:
    """Whether nobody is to blame for it: a server behind it or another service is away, or it was crowded out.

    A service that failed at the request is there: asked again all day, it would fail again."""
    return (isinstance(fault, Unavailable) and not isinstance(fault, Failed)) or server_away(fault)


def invalid(fault: ValidationError) -> InvalidRequest:
    """marshmallow's findings as details by field. The values that were wrong are not repeated."""
    fields = _by_field(fault.messages_dict if isinstance(fault.messages, dict) else {"_schema": fault.messages})
    error = InvalidRequest(f"the request is not valid: {', '.join(sorted(fields))}")
    error.details = fields  # not as keywords: a field may be called message
    return error


def _by_field(messages: Mapping[Any, Any]) -> dict[str, Any]:
    """A name that cannot be a field's may be anything, a customer's number too: it is not repeated either.

    Of a level's findings the first are told: an answer is no longer than its request deserves."""
    told = {}
    for name, found in islice(messages.items(), MOST_TOLD):
        shown = str(name) if FIELD_NAME.fullmatch(str(name)) else "?"
        told[shown] = _by_field(found) if isinstance(found, Mapping) else found
    return told


def cause_of(fault: BaseException) -> str:
    """Why something failed, fit for headers and documents: fields that do not fit by name, anything else by place."""
    found = fault if isinstance(fault, ValidationError) else fault.__cause__
    if isinstance(found, ValidationError):
        return f"not of the agreed form: {', '.join(sorted(invalid(found).details))}"
    return where(fault)


def where(fault: BaseException) -> str:
    """An exception's class and place without its text, which may hold anything: fit for headers and documents."""
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return type(fault).__name__
    file = "/".join(frames[-1].filename.split("/")[-3:])
    return f"{type(fault).__name__} at {file}:{frames[-1].lineno} in {frames[-1].name}"
