"""A refund counter: replicas of the service, a BOSS of its own, callers of every role, claims with good defaults."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import eventlet
import orjson
import pytest
from nameko.exceptions import RemoteError
from pymongo import MongoClient

from services.notify.service import NotifyService
from shared.bus.readers import declare_inboxes
from shared.clock import ClockFile
from shared.providers import key_ring
from shared.settings import PROJECT, Settings
from tests.boss import BossProcess
from tests.integration.amqp_hands import Hands

Tools = tuple[
    Callable[..., Settings], Callable[..., Any], Callable[..., Any]
]  # make_settings, start_service, make_client

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
PATIENCE = 30.0
ENDED = ("paid", "failed", "rejected", "withdrawn")
QUICK = {
    "absent_after_seconds": "2.5",
    "connect_seconds": "0.5",
    "answer_seconds": "0.7",
    "lease_seconds": "1.5",
    "first_wait_seconds": "0.2",
    "longest_wait_seconds": "1",
}
ROLES = {
    "agent": ("E1001", "agent", "SZ"),
    "colleague": ("E1002", "agent", "SZ"),
    "duty_manager": ("M1001", "duty_manager", "SZ"),
    "branch": ("B1001", "branch", "SZ"),
    "province": ("P1001", "province", None),
    "finance": ("F1001", "finance", None),
    "operator": ("O1001", "operator", None),
    "stranger": ("E2001", "agent", "GZ"),
    "strange_manager": ("M2001", "duty_manager", "GZ"),
}
_numbers = count(1)


def new_number() -> str:
    """A mobile number that no other test has."""
    return f"1390003{next(_numbers):04}"


def new_id() -> str:
    return uuid4().hex


def hurried(folder: Path, **billing: object) -> str:
    """The policies as delivered, but patient for seconds only, and with these other words under `billing`."""
    shutil.copytree(PROJECT / "policies", folder)
    text = (folder / "refunds.yml").read_text()
    for name, value in (QUICK | billing).items():
        text, found = re.subn(rf"^(  {name}:) [\w.]+", rf"\1 {str(value).lower()}", text, flags=re.MULTILINE)
        assert found == 1, name
    (folder / "refunds.yml").write_text(text)
    return str(folder)


class Counter:
    """`counter.agent` calls refund as that role, `counter.intake_as("agent")` intake."""

    def __init__(self, settings: Settings, boss: BossProcess, make_client: Callable[..., Any]) -> None:
        self.settings, self.boss, self._make_client = settings, boss, make_client
        self._clients: dict[str, Any] = {}
        self.keys = key_ring(settings)
        self.mongo: MongoClient[dict[str, Any]] = MongoClient(settings.mongo_url)
        self.database = self.mongo[f"{settings.database_prefix}_refund"]
        assert settings.clock_file
        self.clock = ClockFile(settings.clock_file)
        self.clock.start(MONDAY)

    def client(self, role: str) -> Any:
        if role not in self._clients:
            self._clients[role] = self._make_client(self.settings, *ROLES[role])
        return self._clients[role]

    def crowd(self, count: int, role: str = "agent", sub: str | None = None) -> list[Any]:
        """So many callers of refund at once, each with a connection of its own; one person, if `sub` is given."""
        subs = [sub or f"{role[0].upper()}9{new_id()[:6]}" for _ in range(count)]
        return [self._make_client(self.settings, each, role, "SZ").refund for each in subs]

    def __getattr__(self, role: str) -> Any:
        if role not in ROLES:
            raise AttributeError(role)
        return self.client(role).refund

    def tell(self, service: str, type_name: str, data: dict[str, Any]) -> None:
        """Publishes an event as that service would."""
        event = {
            "event_id": new_id(),
            "type": type_name,
            "schema": 1,
            "at": "2026-11-23T01:00:00.000+00:00",
            "seq": data["seq"],
            "data": data,
        }
        with Hands(self.settings.amqp_uri) as hands:
            hands.publish(f"{service}.events", type_name, orjson.dumps(event), message_id=event["event_id"])

    def requested(self, **changes: Any) -> str:
        """The id of a refund that an agent asked for."""
        return str(self.agent.request(claim(**changes))["refund_id"])

    def approved(self, *signers: str, **changes: Any) -> str:
        """The id of a refund that was asked for and signed; by the duty manager unless others are named."""
        refund_id = self.requested(**changes)
        for signer in signers or ("duty_manager",):
            getattr(self, signer).approve(refund_id, {"request_id": new_id()})
        return refund_id

    def status(self, refund_id: str) -> str:
        return str(self.finance.get(refund_id)["status"])

    def settles(self, refund_id: str, *statuses: str) -> dict[str, Any]:
        """The refund, once it has one of these statuses (by default: once it has ended)."""
        soon(lambda: self.status(refund_id) in (statuses or ENDED), f"{refund_id} is {self.status(refund_id)}")
        return dict(self.finance.get(refund_id))

    def waits_for_person(self, refund_id: str) -> dict[str, Any]:
        """The refund, once only a person can settle it."""
        soon(lambda: (self.finance.get(refund_id)["doubt"] or {}).get("waits_for") == "person")
        return dict(self.finance.get(refund_id))


@contextmanager
def opened(tools: Tools, folder: Path, *services: type, **billing: object) -> Iterator[Counter]:
    """A counter with these services running, and an inbox for what notify will read."""
    make_settings, start_service, make_client = tools
    clock = folder / "clock.json"
    boss = BossProcess(folder, clock)
    policies = hurried(folder / "policies", **billing)
    counter = Counter(make_settings(BOSS_URL=boss.url, TOUSU_POLICIES=policies), boss, make_client)
    clock.symlink_to(counter.clock.path)  # BOSS's time is business time too
    try:
        declare_inboxes(counter.settings.amqp_uri, [NotifyService])
        for service in services:
            start_service(service, counter.settings)
        yield counter
    finally:
        counter.mongo.close()
        boss.kill()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act answers when all begin together; the details of the error of one that is refused."""

    def outcome(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except RemoteError as error:
            return error.value["details"]

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))


def claim(**changes: Any) -> dict[str, Any]:
    """What the company found itself: 9.90 yuan too much, one signature."""
    usual = {
        "request_id": new_id(),
        "msisdn": new_number(),
        "service": "手机报",
        "period": "2026-10",
        "dispute_type": "billing",
        "ground": "company_fault",
        "principal_fen": 990,
        "cause": "业务取消后仍收费",
        "evidence": ["稽核清单"],
        "branch": "SZ",
    }
    if "complaint_id" not in changes:
        usual["found_by"] = {"department": "计费稽核", "reference": "JH-0601"}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def command(**fields: Any) -> dict[str, Any]:
    return {"request_id": new_id()} | fields


def soon(holds: Callable[[], Any], what: str = "it never came to hold", within: float = PATIENCE) -> None:
    """Waits until `holds()`; fails after `within` seconds."""
    limit = time.monotonic() + within
    while not holds():
        assert time.monotonic() < limit, what
        eventlet.sleep(0.05)


class Refusal:
    """What a caller gets: the error's details."""

    details: dict[str, Any]


@contextmanager
def refused(name: str, rule: str | None = None) -> Iterator[Refusal]:
    """The block must end with this error of the contract (and this rule), without personal data in it."""
    refusal = Refusal()
    with pytest.raises(RemoteError) as raised:
        yield refusal
    value = raised.value.value
    assert raised.value.exc_type == name, value
    assert value["details"].get("rule") == rule, value
    assert "1390003" not in str(value)
    refusal.details = value["details"]
