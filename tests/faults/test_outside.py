"""The SMSC and BOSS away, for the whole suite: what has to wait waits where it costs nothing, the rest goes on."""

import json
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from shared.clock import ClockFile
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.play.quiet import QUEUES, connect
from suite.running import Suite
from tests.system.hands import AGENT, FINANCE, MANAGER, OPERATOR, PROVINCE, eventually

_requests = count(1)
NUMBER = "13900002001"


@pytest.fixture(scope="module")
def suite(start_suite: Callable[..., Suite]) -> Iterator[Suite]:
    return start_suite(clock_origin=MONDAY, replicas={"refund": 2, "notify": 2})


@pytest.fixture(scope="module")
def callers(suite: Suite, call_suite: Callable[[Suite], Callers]) -> Callers:
    return call_suite(suite)


def claim(number: str) -> dict[str, Any]:
    return {
        "request_id": f"outside-{next(_requests)}",
        "msisdn": number,
        "service": "手机报",
        "period": "2026-10",
        "dispute_type": "billing",
        "ground": "company_fault",
        "principal_fen": 990,
        "cause": "业务取消后仍收费",
        "evidence": ["稽核清单"],
        "branch": "SZ",
        "found_by": {"department": "计费稽核", "reference": "JH-0601"},
    }


def approved(callers: Callers, number: str) -> str:
    refund_id = str(callers.call(AGENT, "refund", "request", claim(number))["refund_id"])
    callers.call(MANAGER, "refund", "approve", refund_id, {"request_id": f"outside-{next(_requests)}"})
    return refund_id


def waiting_in_queues(suite: Suite) -> int:
    connection = connect(suite.amqp_uri)
    try:
        channel = connection.channel()
        return sum(channel.queue_declare(queue, passive=True).message_count for queue in QUEUES)
    finally:
        connection.close()


def test_F23_with_the_smsc_away_for_an_hour_refunds_are_paid_and_messages_wait_in_the_database(
    suite: Suite, callers: Callers
) -> None:
    suite.process("smsc").signal(signal.SIGSTOP)  # SIGSTOP: it takes the bytes and never answers
    refunds = [approved(callers, f"139000020{n:02}") for n in range(5)]
    eventually(lambda: all(callers.call(FINANCE, "refund", "get", each)["status"] == "paid" for each in refunds), 20)
    ClockFile(suite.folder.clock).advance(timedelta(hours=1))
    eventually(lambda: len(messages(callers)) == 5)
    eventually(lambda: waiting_in_queues(suite) == 0)
    assert {each["status"] for each in messages(callers)} <= {"queued", "submitting", "unknown"}

    suite.process("smsc").signal(signal.SIGCONT)
    eventually(lambda: {each["status"] for each in messages(callers)} == {"delivered"}, 60)
    assert callers.call(OPERATOR, "notify", "unknown", {})["items"] == []


def messages(callers: Callers) -> list[dict[str, Any]]:
    return list(callers.call(PROVINCE, "notify", "search", {"template": "refund_paid"})["items"])


def test_F24_with_boss_standing_still_callers_are_answered_and_every_refund_is_paid_once_afterwards(
    suite: Suite, callers: Callers
) -> None:
    suite.process("boss").signal(signal.SIGSTOP)
    refunds = [approved(callers, f"139000021{n:02}") for n in range(8)]
    eventually(lambda: callers.call(OPERATOR, "refund", "unknown", {})["items"], 20)
    assert callers.call(OPERATOR, "refund", "pulse")["service"] == "refund"
    suite.process("boss").signal(signal.SIGCONT)

    def settled() -> bool:
        for each in callers.call(OPERATOR, "refund", "unknown", {})["items"]:
            asked = {"request_id": f"outside-{next(_requests)}", "reason": "BOSS恢复"}
            callers.call(OPERATOR, "refund", "ask", each["refund_id"], asked)
        return all(callers.call(FINANCE, "refund", "get", each)["status"] == "paid" for each in refunds)

    eventually(settled, 60)
    keys = [line["key"] for line in journal(suite)]
    assert sorted(key for key in keys if key.partition(":")[0] in refunds) == sorted(
        f"{each}:principal" for each in refunds
    )


def journal(suite: Suite) -> list[dict[str, Any]]:
    return [json.loads(line) for line in suite.folder.journal("boss").read_text().splitlines()]
