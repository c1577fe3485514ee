"""PR1: a customer's name, number and words go through every door, and stand in clear nowhere behind them."""

import base64
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import amqp
import bson
import pytest
from pymongo import MongoClient

from services import SERVICES
from shared.bus.places import address
from shared.bus.topology import DEAD, RETURN, inbox_of
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers, Refused
from suite.play.quiet import Quiet, connect
from suite.play.script import Person
from suite.running import Suite
from tests.system.hands import OPERATOR, eventually

NAME, NUMBER, OTHER = "欧阳若兰", "13912340077", "13987650088"
CARD, BANK, CODE = "110101199003077758", "6222021234567894", "739154"
WORDS = "私下所说的这句话"
SAID = f"{WORDS},证件{CARD},卡{BANK},密码{CODE},另请打{OTHER}"
SECRETS = (NAME, NUMBER, OTHER, CARD, BANK, WORDS)
NEVER = (CARD, CODE)
AGENT, COLLEAGUE = Person("E1001", "agent", "SZ"), Person("E1004", "agent", "SZ")
MANAGER, BRANCH = Person("M1001", "duty_manager", "SZ"), Person("B1001", "branch", "SZ")
GATEWAY = Person("service:gateway", "system")
REASON = {"reason": SAID}


def written(secret: str) -> list[bytes]:
    """The ways in which a text may stand in bytes: plain, escaped, as hex, as base64 wherever it begins."""
    plain = secret.encode()
    inside = [base64.b64encode(b"\0" * shift + plain)[2 * shift and 4 :].rstrip(b"=")[:-1] for shift in range(3)]
    escaped = secret.encode("unicode_escape")
    return [plain, escaped, plain.hex().encode(), plain.hex().upper().encode(), *inside]


def found_in(data: bytes) -> list[str]:
    return [secret for secret in SECRETS if any(form in data for form in written(secret))]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    environ = {**os.environ, "LOG_LEVEL": "DEBUG"}
    with Suite(
        tmp_path_factory.mktemp("leaks"), replicas=dict.fromkeys(SERVICES, 1), clock_origin=MONDAY, environ=environ
    ) as running:
        yield running


class Tap:
    """Hears all that goes over the exchanges of events, delays, returns and dead letters."""

    def __init__(self, uri: str) -> None:
        self._connection = amqp.Connection(**address(uri))
        self._connection.connect()
        self.channel = self._connection.channel()
        self.queue = self.channel.queue_declare(durable=False, exclusive=True).queue
        for service in SERVICES:
            self.channel.queue_bind(self.queue, f"{service}.events", "#")
            self.channel.queue_bind(self.queue, RETURN, inbox_of(service))
            self.channel.queue_bind(self.queue, DEAD, f"{service}.dead")

    def heard(self, queue: str | None = None) -> list[bytes]:
        """All messages of a queue (the tap's own), with their headers."""
        messages = []
        while message := self.channel.basic_get(queue or self.queue, no_ack=queue is None):
            messages.append(_bytes(message.body) + repr(message.headers).encode())
        return messages

    def close(self) -> None:
        self._connection.close()


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)


@pytest.fixture(scope="module")
def lived(suite: Suite) -> Iterator[Tap]:
    """The suite after the secrets went through every door that takes text."""
    tap = Tap(suite.amqp_uri)
    with Callers(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch)) as callers:
        _go_everywhere(callers, tap)
        eventually(lambda: _letters(suite) == len(SERVICES), 60)
        with connect(suite.amqp_uri) as broker:
            Quiet(broker, lambda service: dict(callers.call(OPERATOR, service, "pulse"))).wait()
    yield tap
    tap.close()


def _letters(suite: Suite) -> int:
    """How many messages that nobody takes lie in the services' databases."""
    with MongoClient[Any](suite.mongo_url) as client:
        databases = (client[f"{suite.settings.database_prefix}_{service}"] for service in SERVICES)
        return sum(database["letters"].count_documents({}) for database in databases)


def _go_everywhere(callers: Callers, tap: Tap) -> None:
    numbers = iter(range(1000))

    def say(who: Person, method: str, *target: str, **content: Any) -> Any:
        service, _, name = method.partition(".")
        with suppress(Refused):
            return callers.call(who, service, name, *target, {"request_id": f"leak{next(numbers)}"} | content)

    reply = {"process": SAID, "content": SAID, "satisfaction": "unknown", "unknown_because": SAID}
    customer = {"msisdn": NUMBER, "name": NAME, "brand": "ordinary", "group": NAME}
    taken = {"ticket_type": "complaint", "channel": "hotline", "handling": "transfer", "branch": "SZ", "content": SAID}
    taken |= {"customer": customer, "verification": {"method": "service_password", "verified": True}, "demand": SAID}
    for category in ("04.01.01", "04.01.02"):
        complaint = say(AGENT, "intake.register", category=category, **taken)["complaint_id"]
    say(AGENT, "intake.record_contact", complaint, means="phone", direction="out", content=SAID, customer_said=SAID)
    say(AGENT, "intake.propose", complaint, solution=SAID, answer="counter", counter=SAID)
    say(AGENT, "intake.judge", complaint, responsible_party="计费", severity="一般", note=SAID)
    say(AGENT, "intake.urge", complaint, said=SAID)
    say(AGENT, "intake.transfer", complaint, to_department="billing_support", **REASON)
    say(MANAGER, "escalation.declare_major", complaint, trigger="legal", **REASON)
    for kind, who in (("supervisor", MANAGER), ("support", Person("S1", "support")), ("legal", Person("L1", "legal"))):
        say(who, "escalation.give_opinion", complaint, kind=kind, text=SAID)
    say(AGENT, "escalation.escalate", complaint, **REASON)
    claim = {"msisdn": NUMBER, "service": "彩铃", "period": "2026-10", "dispute_type": "billing", "evidence": [SAID]}
    claim |= {"ground": "company_fault", "principal_fen": 100, "cause": SAID, "branch": "SZ", "complaint_id": complaint}
    refund = say(AGENT, "refund.request", **claim)
    say(MANAGER, "refund.approve", refund["refund_id"], comment=SAID)
    say(AGENT, "refund.request", **claim | {"msisdn": OTHER, "service": "手机报"})
    say(AGENT, "intake.reply", complaint, **reply)
    say(COLLEAGUE, "intake.follow_up", complaint, satisfaction="dissatisfied", said=SAID)
    say(AGENT, "intake.archive", complaint, cause=SAID, evidence=[SAID[:60]], lesson=SAID)
    for who, method in ((AGENT, "get"), (COLLEAGUE, "get"), (MANAGER, "get")):
        callers.call(who, "intake", method, complaint)
    say(MANAGER, "intake.read_personal", complaint, **REASON)
    say(BRANCH, "intake.export", complaint, ground={"kind": "authority", "reference": WORDS, "body": NAME})
    now = datetime.now().astimezone().isoformat()
    say(GATEWAY, "notify.receive", msisdn=NUMBER, text=SAID, at=now)
    say(MANAGER, "notify.send", template="public_notice", msisdn=NUMBER, variables={"content": SAID}, approval=WORDS)
    for service, method in (("intake", "register"), ("refund", "request"), ("notify", "send"), ("notify", "receive")):
        say(MANAGER, f"{service}.{method}", **{WORDS: SAID, "msisdn": SAID, "content": {"deep": [SAID]}})
    say(AGENT, "intake.get", SAID[:60])
    say(AGENT, "intake.register", category=SAID[:60], **taken)
    say(AGENT, "intake.transfer", complaint, to_department=f"{NAME}营业厅", **REASON)
    for service in SERVICES:  # what nobody of the suite sent: bodies that no reader takes
        garbage = amqp.Message(SAID.encode(), message_id=f"garbage-{service}", application_headers={"said": SAID})
        tap.channel.basic_publish(garbage, "", inbox_of(service))


def test_PR1_no_raw_document_of_any_collection_shows_it(suite: Suite, lived: Tap) -> None:
    assert lived
    letters = 0
    with MongoClient[Any](suite.mongo_url) as client:
        for service in SERVICES:
            database = client[f"{suite.settings.database_prefix}_{service}"]
            for name in database.list_collection_names():
                for document in database[name].find():
                    assert found_in(bson.encode(document)) == [], f"{service}.{name} {document['_id']}"
                    letters += name == "letters"
    assert letters == len(SERVICES)


def test_PR1_no_message_between_services_shows_it(lived: Tap) -> None:
    heard = [each for each in lived.heard() if not each.startswith(SAID.encode())]  # the foreign ones are not ours

    assert len(heard) > 20
    assert [(found_in(each), each[:200]) for each in heard if found_in(each)] == []


def test_PR1_no_message_is_left_that_shows_it(suite: Suite, lived: Tap) -> None:
    for service in SERVICES:
        for queue in (inbox_of(service), f"rpc-{service}", f"{service}.dead"):
            left = lived.heard(queue)
            assert [each for each in left if found_in(each)] == [], queue


def test_PR1_no_line_of_any_log_shows_it_at_debug_level(suite: Suite, lived: Tap) -> None:
    assert lived
    logs = [file for file in Path(suite.folder.path).rglob("*.log") if file.stem.split("-")[0] in SERVICES]

    assert {file.stem.split("-")[0] for file in logs} == set(SERVICES)
    for file in logs:
        for line in file.read_bytes().splitlines():
            assert found_in(line) == [], f"{file.name}: {line[:300]!r}"


def test_PR1_identity_number_and_password_are_not_even_sealed(suite: Suite, lived: Tap) -> None:
    """With all keys of the suite: what is opened holds marks in their place."""
    from cli.databases import stores

    assert lived
    opened = ""
    for _, store in stores(suite.settings):
        for document_id in store.ids({}, 10_000):
            opened += repr(store.get(document_id)) + repr(store.history(document_id))
    store.collection.database.client.close()
    assert WORDS in opened
    assert [secret for secret in NEVER if secret in opened] == []
    assert "〔证件号****7758〕" in opened
    assert "〔密码已删除〕" in opened
