"""A service as a process of its own: `tousu serve` and `nameko run` do the same, and SIGTERM ends both well."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import pytest
from kombu import Connection

from shared.settings import PROJECT, Settings
from suite.processes import Process, Processes
from suite.waiting import wait_until

SERVE = [sys.executable, "-m", "cli.main", "serve", "refund"]
NAMEKO = [f"{sys.prefix}/bin/nameko", "run", "--config", "config.yml", "services.refund.service:RefundService"]
NOBODY_THERE = "mongodb://127.0.0.1:9/?replicaSet=rs0"

Start = Callable[[list[str], dict[str, str]], Process]


@pytest.fixture
def start(settings: Settings, secrets: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """`start(command, more variables)`: a process that lives under this test's settings."""
    processes = Processes(tmp_path, tied=True)
    variables = secrets | {
        "PATH": os.environ["PATH"],
        "AMQP_URI": settings.amqp_uri,
        "MONGO_URL": settings.mongo_url,
        "TOUSU_DATABASE_PREFIX": settings.database_prefix,
        "TOUSU_RUN_DIR": str(tmp_path),
        "BOSS_URL": "http://127.0.0.1:9",
    }
    yield lambda command, more: processes.start("refund-1", command, variables | more, PROJECT)
    processes.stop("refund-1")


def consumers(settings: Settings) -> int:
    with Connection(settings.amqp_uri) as connection:
        try:
            return int(connection.default_channel.queue_declare("rpc-refund", passive=True).consumer_count)
        except amqp.NotFound:
            return 0


@pytest.mark.parametrize("command", [SERVE, NAMEKO], ids=["tousu serve", "nameko run"])
def test_a_served_process_takes_requests_and_ends_in_good_order_on_SIGTERM(
    command: list[str], start: Start, settings: Settings
) -> None:
    process = start(command, {})
    wait_until("refund takes requests", lambda: consumers(settings) == 1, process, within=60)
    process.signal(signal.SIGTERM)
    wait_until("it has ended", lambda: not process.alive(), within=20)
    assert process.child is not None
    assert process.child.returncode == 0, process.last_words()
    assert consumers(settings) == 0


@pytest.mark.parametrize("away", [{"MONGO_URL": NOBODY_THERE}, {"AMQP_URI": "amqp://guest:guest@127.0.0.1:9//"}])
def test_told_to_stop_while_it_still_waits_for_a_server_it_ends_without_a_fuss(
    away: dict[str, str], start: Start
) -> None:
    process = start(SERVE, {"LOG_LEVEL": "INFO"} | away)
    wait_until("it is starting", lambda: "starting services" in process.last_words(), process, within=60)
    process.signal(signal.SIGTERM)
    wait_until("it has ended", lambda: not process.alive(), within=20)
    assert process.child is not None
    assert process.child.returncode == 0, process.last_words()
    assert "told to stop before it was up" in process.last_words()
    assert "Traceback" not in process.last_words()


def test_a_process_that_lives_touches_its_file_again_and_again(
    start: Start, settings: Settings, tmp_path: Path
) -> None:
    alive = tmp_path / "alive"
    process = start(SERVE, {"ALIVE_FILE": str(alive)})
    wait_until("the file is there", alive.exists, process, within=60)
    first = alive.stat().st_mtime_ns
    wait_until("it is touched again", lambda: alive.stat().st_mtime_ns > first, process, within=20)


def test_settings_that_do_not_fit_end_it_with_every_fault_named(start: Start) -> None:
    process = start(SERVE, {"AMQP_URI": "broker", "MAX_WORKERS": "0"})
    wait_until("it has ended", lambda: not process.alive(), within=60)
    assert process.child is not None
    assert process.child.returncode == 1
    assert "AMQP_URI" in process.last_words()
    assert "MAX_WORKERS" in process.last_words()
