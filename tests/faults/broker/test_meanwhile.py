"""What goes on while the broker is away, or takes nothing: clocks strike, SMS are taken, inboxes are read (F6, F8)."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from chaos.faults.breakage import tell
from shared.clock import BusinessClock, ClockFile
from suite.processes import Process
from suite.running import Suite
from tests.faults.broker.hands import AGENT, PROVINCE, Callers, a_complaint, sms_to, soon

HOUR, COMPLAINTS = timedelta(hours=1), 20

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


def promised(suite: Suite, callers: Callers, request_id: str) -> tuple[str, datetime]:
    """A complaint with a promise, and when that is due."""
    complaint_id = callers.call(AGENT, "intake.register", a_complaint(request_id))["complaint_id"]
    due_at = BusinessClock(suite.folder.clock).now() + HOUR
    promise = {"request_id": f"{request_id}-p", "kind": "answer", "what": "回电", "due_at": due_at.isoformat()}
    callers.call(AGENT, "intake.promise", complaint_id, promise)
    soon(lambda: "promise" in states(callers, complaint_id))
    return complaint_id, due_at


def states(callers: Callers, complaint_id: str) -> dict[str, Any]:
    return {clock["kind"]: clock for clock in callers.insistent(PROVINCE, "escalation.case", complaint_id)["clocks"]}


@contextmanager
def stored(suite: Suite, service: str, name: str) -> Iterator[Collection[dict[str, Any]]]:
    """What a service has stored: without its broker nobody can ask it."""
    with MongoClient[dict[str, Any]](suite.mongo_url) as client:
        yield client[f"{suite.settings.database_prefix}_{service}"][name]


def test_F6_while_the_broker_is_gone_a_clock_strikes_and_a_customers_sms_is_taken(
    suite: Suite, callers: Callers, node: Process
) -> None:
    assert node.alive()
    complaint_id, due_at = promised(suite, callers, "strikes")
    number = str(a_complaint("writes")["customer"]["msisdn"])
    with stored(suite, "escalation", "cases") as cases, stored(suite, "notify", "inbound") as inbound:
        taken = inbound.count_documents({})
        suite.broker.kill_node()
        ClockFile(suite.folder.clock).advance(due_at - BusinessClock(suite.folder.clock).now())
        tell(suite, "smsc", "sms", {"from": number, "text": "我要投诉，话费不对"})
        soon(lambda: broken(cases.find_one({"_id": complaint_id})), within=30)
        soon(lambda: inbound.count_documents({}) > taken, within=30)
        assert not node.alive()
    suite.broker.start_node()
    soon(suite.broker.answers, within=90)

    assert states(callers, complaint_id)["promise"]["state"] == "broken"
    tickets = soon(lambda: callers.insistent(PROVINCE, "intake.search", {"msisdn": number})["items"], 60)
    assert len(tickets) == 1


def broken(case: dict[str, Any] | None) -> bool:
    """Its promise's clock has struck."""
    assert case
    return any((clock["kind"], clock.get("state")) == ("promise", "broken") for clock in case["state"]["clocks"])


def test_F8_while_the_broker_takes_nothing_inboxes_are_read_and_afterwards_all_leaves(
    suite: Suite, callers: Callers, node: Process
) -> None:
    assert node.alive()
    reader = suite.process("notify-1")
    reader.signal(signal.SIGSTOP)
    requests = [a_complaint(f"blocked-{n}") for n in range(COMPLAINTS)]
    complaints = [callers.call(AGENT, "intake.register", each)["complaint_id"] for each in requests]
    numbers = [str(each["customer"]["msisdn"]) for each in requests]
    suite.broker.control("set_vm_memory_high_watermark", "absolute", "1MB")
    try:
        reader.signal(signal.SIGCONT)
        soon(lambda: all(sms_to(suite, number) for number in numbers), within=60)
        soon(lambda: "takes no messages" in suite.process("notify-1").log.read_text(), within=30)
    finally:
        reader.signal(signal.SIGCONT)
        suite.broker.control("set_vm_memory_high_watermark", "0.4")
    soon(lambda: not any(callers.pulse(service)["outbox"] for service in ("intake", "notify", "escalation")), within=60)
    assert [len(sms_to(suite, number)) for number in numbers] == [1] * COMPLAINTS
    for complaint_id in complaints:
        assert states(callers, complaint_id)
