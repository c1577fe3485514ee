"""Refund's store on a real database without the service: business time stands still, events stay in their outboxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from pymongo import MongoClient

from services.refund import approving
from services.refund.requesting import Circumstances, request
from services.refund.store import Refunds
from shared.providers import key_ring
from shared.settings import Settings
from tests.unit.refund.makers import AGENT, DUTY_MANAGER, NOW, billing, claim, rules, seconds

NUMBER = "13900000777"
HURRIED = billing(connect=seconds(0.05), answer=seconds(0.05), lease=seconds(0.3), first_wait=seconds(0.05))


class Standstill:
    """Business time that does not pass."""

    def now(self) -> datetime:
        return NOW


class Silence:
    """Events stay in their outboxes."""

    def send(self, *_: Any) -> None: ...


@contextmanager
def shelf(settings: Settings) -> Iterator[Refunds]:
    """The store, with its indexes."""
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        database = client[f"{settings.database_prefix}_refund"]
        store = Refunds(database, key_ring(settings), Standstill(), Silence())
        store.prepare()
        yield store


def approved(refunds: Refunds, number: str = NUMBER) -> str:
    """The id of an approved refund."""
    refund_id = uuid4().hex
    found = claim(msisdn=number, complaint_id=None, principal_fen=990)
    refunds.insert(refund_id, request(refund_id, found, Circumstances(), NOW, rules(), "v1"), AGENT, NOW)
    refunds.change(refund_id, lambda old, _: approving.approve(old, DUTY_MANAGER, "", 0, rules()), DUTY_MANAGER)
    return refund_id
