"""A long backlog is worked off in flat memory, while clocks strike on time and no channel is closed (F22).

BACKLOG=100000 makes it as long as the fault's description has it.
"""

import os
import time
from datetime import datetime, timedelta

import amqp
import psutil
import pytest
from nameko.exceptions import RemoteError

from shared.bus.places import dialled
from shared.bus.retries import Travel
from shared.bus.topology import RETURN, inbox_of
from shared.clock import ClockFile
from suite.running import Suite
from tests.faults.broker.hands import AGENT, PROVINCE, Callers, a_complaint, soon

BACKLOG = int(os.environ.get("BACKLOG", "300"))
MEMORY = 40 << 20
LATE = 10.0
DONE_WITHIN = 60 + BACKLOG / 2

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


def test_F22_a_backlog_is_worked_off_in_flat_memory_while_clocks_strike_on_time(suite: Suite, callers: Callers) -> None:
    complaint_id, event = overheard(suite, callers)
    promised = with_a_promise(callers)
    suite.process("escalation-1").kill()
    fill(suite, complaint_id, event)
    process = suite.start_process("escalation-1")
    live = psutil.Process(process.pid)
    soon(lambda: promise_of(callers, promised) == "running", within=60)
    said_before = len(process.log.read_text())
    at_first, most, began = live.memory_info().rss, 0, time.monotonic()
    ClockFile(suite.folder.clock).advance(timedelta(minutes=11))
    struck = False
    while left := waiting(suite):
        most = max(most, live.memory_info().rss)
        if not struck and (struck := promise_of(callers, promised) == "broken"):
            late = time.monotonic() - began
            print(f"\nthe promise broke {late:.1f} s after its time, {left} of {BACKLOG} still waiting")
        assert time.monotonic() - began < DONE_WITHIN
        time.sleep(0.2)
    seconds = time.monotonic() - began
    print(f"{BACKLOG} events in {seconds:.0f} s; memory {at_first >> 20} MB, at most {most >> 20} MB")

    assert struck
    assert late <= LATE
    assert most - at_first < MEMORY
    assert process.alive()
    said = process.log.read_text()[said_before:]
    assert "PreconditionFailed" not in said
    assert "lost its connection" not in said
    for number in (0, BACKLOG - 1):
        assert soon(lambda number=number: clocks_of(callers, f"backlog{number}"))


def overheard(suite: Suite, callers: Callers) -> tuple[str, bytes]:
    """A complaint's id and its first event, as it went over the bus."""
    with dialled(suite.amqp_uri, 5) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(queue, "intake.events", "complaint_registered")
        complaint_id = callers.insistent(AGENT, "intake.register", a_complaint("overheard"))["complaint_id"]
        message = soon(lambda: channel.basic_get(queue, no_ack=True))
    return complaint_id, bytes(message.body)


def fill(suite: Suite, complaint_id: str, event: bytes) -> None:
    """As many complaints' events as BACKLOG says, into escalation's inbox; returns once the broker has them."""
    headers = Travel("intake", "complaint_registered").headers()
    with dialled(suite.amqp_uri, 5) as connection:
        channel = connection.channel()
        channel.tx_select()
        for number in range(BACKLOG):
            body = event.replace(complaint_id.encode(), f"backlog{number}".encode())
            message = amqp.Message(body, message_id=f"b{number}", delivery_mode=2, application_headers=headers)
            channel.basic_publish(message, RETURN, inbox_of("escalation"))
            if number % 1000 == 999:
                channel.tx_commit()
        channel.tx_commit()


def with_a_promise(callers: Callers) -> str:
    """A complaint whose answer is promised in ten minutes of business time."""
    complaint_id = callers.insistent(AGENT, "intake.register", a_complaint("promised"))["complaint_id"]
    now = datetime.fromisoformat(callers.pulse("intake")["at"])
    promise = {"kind": "answer", "due_at": (now + timedelta(minutes=10)).isoformat(), "what": "答复"}
    callers.insistent(AGENT, "intake.promise", complaint_id, {"request_id": "promise1"} | promise)
    soon(lambda: promise_of(callers, complaint_id) == "running")
    return str(complaint_id)


def clocks_of(callers: Callers, complaint_id: str) -> list[dict[str, str]]:
    """The clocks of its case; none while there is no case, or no answer."""
    try:
        case, _ = callers.tried(PROVINCE, "escalation.case", complaint_id)
    except RemoteError:
        return []
    return list(case["clocks"]) if case else []


def promise_of(callers: Callers, complaint_id: str) -> str | None:
    """The state of its promise's clock."""
    return next((clock["state"] for clock in clocks_of(callers, complaint_id) if clock["kind"] == "promise"), None)


def waiting(suite: Suite) -> int:
    """How many events wait in escalation's inbox."""
    with dialled(suite.amqp_uri, 5) as connection:
        return int(connection.channel().queue_declare(inbox_of("escalation"), passive=True).message_count)
