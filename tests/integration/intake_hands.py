"""Hands for intake's integration tests: requests with good defaults, and readable refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from nameko.exceptions import RemoteError

numbers = count(1)


def new_number() -> str:
    """A mobile number that no other test has."""
    return f"1390001{next(numbers):04}"


def new_id() -> str:
    """A request id of the caller's own."""
    return uuid4().hex


def request(**fields: Any) -> dict[str, Any]:
    """A registration by the hotline, of a verified holder with a number of his own."""
    customer = {"msisdn": new_number(), "name": "陈先生", "brand": "ordinary"} | fields.pop("customer", {})
    usual = {
        "request_id": new_id(),
        "ticket_type": "complaint",
        "channel": "hotline",
        "handling": "record_only",
        "customer": customer,
        "verification": {"method": "calling_number", "verified": True},
        "category": "04.01.01",
        "content": "话费有误",
        "branch": "SZ",
    }
    return usual | fields


def command(**fields: Any) -> dict[str, Any]:
    """A command with a request id of its own."""
    return {"request_id": new_id()} | fields


def reply(**fields: Any) -> dict[str, Any]:
    return command(process="核对话单", content="已更正", satisfaction="satisfied") | fields


def archive(**fields: Any) -> dict[str, Any]:
    return command(cause="转卡时减免未迁移", evidence=["一月账单"], lesson="转卡当日核对减免项") | fields


class Refusal:
    """What a caller gets: the contract's name of the error, and its details."""

    name: str
    details: dict[str, Any]


@contextmanager
def refused(name: str) -> Iterator[Refusal]:
    """The block must end with this error of the contract, without personal data in it."""
    refusal = Refusal()
    with pytest.raises(RemoteError) as raised:
        yield refusal
    value = raised.value.value
    assert raised.value.exc_type == name, value
    assert value.keys() == {"message", "details"}
    assert "1390001" not in str(value)
    refusal.name, refusal.details = name, value["details"]
