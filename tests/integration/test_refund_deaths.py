"""Refund as processes of their own: one that is killed while paying loses nothing and pays nothing twice (RF1)."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nameko.exceptions import RpcTimeout, UnknownService

from shared.settings import PROJECT
from suite.processes import Process, Processes
from tests.integration.refund_counter import Counter, new_number, opened, soon

SERVE = ("-m", "cli.main", "serve", "refund")
DYING = ("-m", "chaos.serving", "refund")
START_SECONDS = 60.0
Start = Callable[..., Process]


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    tools = make_settings, start_service, make_client
    with opened(tools, tmp_path_factory.mktemp("counter")) as counter:
        yield counter


@pytest.fixture
def start(counter: Counter, secrets: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """`start("refund-1", *what, NAME="value")`: a process on the counter's settings, ready to take requests.

    ready=False: it is not waited for."""
    settings = counter.settings
    processes = Processes(tmp_path, tied=True)
    variables = secrets | {
        "PATH": os.environ["PATH"],
        "AMQP_URI": settings.amqp_uri,
        "MONGO_URL": settings.mongo_url,
        "TOUSU_DATABASE_PREFIX": settings.database_prefix,
        "TOUSU_RUN_DIR": str(settings.run_dir),
        "TOUSU_POLICIES": str(settings.policies),
        "BOSS_URL": settings.boss_url,
    }

    def run(name: str, *what: str, ready: bool = True, **more: str) -> Process:
        process = processes.start(name, [sys.executable, *(what or SERVE)], variables | more, PROJECT)
        if ready:
            soon(lambda: serves(counter), process.last_words(), within=START_SECONDS)
        return process

    yield run
    processes.stop(*processes.names())


def serves(counter: Counter) -> bool:
    try:
        return bool(counter.operator.pulse())
    except (UnknownService, RpcTimeout):  # nobody serves yet
        return False


@pytest.mark.parametrize("dies", ["boss_called", "boss_answered"])
def test_F4_a_process_killed_while_paying_is_settled_by_asking(counter: Counter, start: Start, dies: str) -> None:
    number = new_number()
    dying = start("dying", *DYING, CRASH_AT=dies)
    refund_id = counter.approved(msisdn=number)
    soon(lambda: not dying.alive())
    assert dying.child is not None
    assert dying.child.returncode == -signal.SIGKILL
    assert len(counter.boss.entries(number)) == (1 if dies == "boss_answered" else 0)

    start("refund-1")
    assert counter.settles(refund_id)["status"] == "paid"
    assert counter.boss.entries(number) == {f"{refund_id}:principal": 990}
    started = [line for line in names(counter, refund_id) if line in ("refund_unknown", "refund_asking")]
    assert started == ["refund_unknown", "refund_asking"]


def names(counter: Counter, refund_id: str) -> list[str]:
    """The events of a refund's history, in order."""
    document = counter.database["refunds"].find_one({"_id": refund_id})
    assert document
    return [entry["entry"].split('"event":"')[1].split('"')[0] for entry in document["history"]]


def test_F4_two_processes_and_a_kill_make_no_second_entry(counter: Counter, start: Start) -> None:
    first = start("refund-1")
    start("refund-2")
    counter.boss.behave(delay_s=0.4)
    numbers = [new_number() for _ in range(8)]
    made = [counter.approved(msisdn=number, ground="double_refund", principal_fen=500) for number in numbers]
    soon(lambda: len(counter.boss.journal()) > 2)
    first.kill()
    counter.boss.behave()
    for refund_id, number in zip(made, numbers, strict=True):
        assert counter.settles(refund_id)["status"] == "paid"
        assert sorted(counter.boss.entries(number).values()) == [500, 500]


def test_F19_a_process_that_stood_still_beyond_its_lease_stores_nothing_of_what_it_had_begun(
    counter: Counter, start: Start
) -> None:
    holder = start("refund-1")
    counter.boss.behave(delay_s=0.6)
    number = new_number()
    refund_id = counter.approved(msisdn=number)
    soon(lambda: names(counter, refund_id)[-1] == "refund_paying")
    holder.signal(signal.SIGSTOP)  # BOSS makes the entry, and nobody is there to hear of it
    try:
        counter.boss.behave()
        start("refund-2", ready=False)  # half the callers would ask the one that stands still
        soon(lambda: names(counter, refund_id)[-1] == "refund_paid", within=START_SECONDS)
        settled = names(counter, refund_id)
    finally:
        holder.signal(signal.SIGCONT)
    soon(lambda: f"refund {refund_id} was taken over" in holder.log.read_text(), holder.last_words())
    assert names(counter, refund_id)[: len(settled)] == settled
    assert names(counter, refund_id).count("refund_paid") == 1
    assert counter.finance.get(refund_id)["status"] == "paid"
    assert counter.boss.entries(number) == {f"{refund_id}:principal": 990}


def test_a_process_that_is_told_to_stop_stores_what_it_has_paid(counter: Counter, start: Start) -> None:
    process = start("refund-1")
    counter.boss.behave(delay_s=0.5)
    number = new_number()
    refund_id = counter.approved(msisdn=number)
    soon(lambda: names(counter, refund_id)[-1] == "refund_paying")
    process.signal(signal.SIGTERM)
    soon(lambda: not process.alive())
    assert process.child is not None
    assert process.child.returncode == 0, process.last_words()
    assert names(counter, refund_id)[-1] == "refund_paid"
    counter.boss.behave()
    assert list(counter.boss.entries(number)) == [f"{refund_id}:principal"]
