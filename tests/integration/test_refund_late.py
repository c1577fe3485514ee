"""A refund process that stands still between its last look at the clock and its sending, while another takes over."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from nameko.exceptions import RpcTimeout, UnknownService

from services.refund.service import RefundService
from shared.settings import PROJECT
from suite.processes import Process, Processes
from tests.integration.refund_counter import Counter, command, new_number, opened, soon

FORGETFUL = {"honours_keys": False, "can_be_asked": True}
STRICT = FORGETFUL | {"honours_expiry": True}
STANDING = ("-m", "tests.integration.refund_standing")
START_SECONDS = 60.0


@pytest.fixture
def counters(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path: Path
) -> Iterator[Callable[..., Counter]]:
    with ExitStack() as opening:

        def make(**abilities: bool) -> Counter:
            tools = make_settings, start_service, make_client
            return opening.enter_context(opened(tools, tmp_path / "counter", **abilities))

        (tmp_path / "counter").mkdir()
        yield make


@pytest.fixture
def start(secrets: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """`start(counter, "refund-1", *what)`: a process on the counter's settings; whether it serves yet is not asked."""
    processes = Processes(tmp_path, tied=True)

    def run(counter: Counter, name: str, *what: str) -> Process:
        settings = counter.settings
        variables = secrets | {
            "PATH": os.environ["PATH"],
            "AMQP_URI": settings.amqp_uri,
            "MONGO_URL": settings.mongo_url,
            "TOUSU_DATABASE_PREFIX": settings.database_prefix,
            "TOUSU_RUN_DIR": str(settings.run_dir),
            "TOUSU_POLICIES": str(settings.policies),
            "BOSS_URL": settings.boss_url,
        }
        return processes.start(name, [sys.executable, *what], variables, PROJECT)

    yield run
    processes.stop(*processes.names())


def stands(process: Process) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def stored(counter: Counter, refund_id: str) -> dict[str, Any]:
    """The document: no process is asked, since one of them does not answer."""
    found = counter.database["refunds"].find_one({"_id": refund_id})
    assert found
    return dict(found)


def told(counter: Counter, refund_id: str) -> list[str]:
    """The events of a refund's history, in order."""
    return [entry["entry"].split('"event":"')[1].split('"')[0] for entry in stored(counter, refund_id)["history"]]


def overtaken(
    counter: Counter, start: Callable[..., Process], take_over: Callable[..., Any], number: str
) -> tuple[str, Process]:
    """The id of a refund that another replica has paid, and the process that stands still with its payment in hand."""
    standing = start(counter, "standing", *STANDING)
    soon(lambda: serves(counter), standing.last_words(), within=START_SECONDS)
    refund_id = counter.approved(msisdn=number)
    soon(lambda: stands(standing), "it never stood still")
    take_over(RefundService, counter.settings)
    soon(lambda: stored(counter, refund_id)["status"] == "paid", "nobody took it over")
    assert len(counter.boss.journal()) == 1
    standing.signal(signal.SIGCONT)
    return refund_id, standing


def serves(counter: Counter) -> bool:
    try:
        return bool(counter.operator.pulse())
    except (UnknownService, RpcTimeout):  # nobody serves yet
        return False


def test_F19_F24_who_paid_too_late_says_so_and_a_person_makes_sure(
    counters: Callable[..., Counter], start: Callable[..., Process], start_service: Any
) -> None:
    counter, number = counters(**FORGETFUL), new_number()
    counter.boss.behave(**FORGETFUL)
    refund_id, _ = overtaken(counter, start, start_service, number)

    soon(lambda: "refund_sent_late" in told(counter, refund_id), "nobody told of it")
    assert len(counter.boss.journal()) == 2, "this BOSS makes every entry that comes: nothing here can undo that"
    (listed,) = counter.finance.unknown({})["items"]
    assert (listed["refund_id"], listed["why"], listed["waits_for"]) == (refund_id, "sent_late", "person")
    assert listed["owner"]["duty"] == "finance"
    counter.finance.settle(refund_id, command(outcome="paid", evidence=["冲正流水"]))
    assert counter.finance.unknown({})["items"] == []
    assert counter.finance.get(refund_id)["status"] == "paid"


def test_F19_F24_a_boss_that_refuses_what_comes_too_late_is_paid_once(
    counters: Callable[..., Counter], start: Callable[..., Process], start_service: Any
) -> None:
    counter, number = counters(**STRICT), new_number()
    counter.boss.behave(**STRICT)
    refund_id, standing = overtaken(counter, start, start_service, number)

    soon(lambda: not stands(standing) and "taken over" in standing.last_words(), "it never went on")
    assert counter.boss.entries(number) == {f"{refund_id}:principal": 990}
    assert "refund_sent_late" not in told(counter, refund_id)
    assert counter.finance.unknown({})["items"] == []
