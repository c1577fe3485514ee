"""Processes that die or are told to stop: work is neither lost nor done twice, and no message kills for ever."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient

from shared.settings import PROJECT, Settings
from suite.processes import Process, Processes
from tests.integration.amqp_hands import Hands, soon

CONFIG = "AMQP_URI: {uri}\n"
START_SECONDS = 60.0


class Host:
    """Starts the fragile service as a process of its own, again and again, and reads what it wrote down."""

    def __init__(self, folder: Path, settings: Settings, secrets: dict[str, str]) -> None:
        self.settings, self.folder = settings, folder
        self.processes = Processes(folder, tied=True)
        self.journal_file = folder / "journal"
        self.journal_file.touch()
        self.leave_file = folder / "leave"
        (folder / "config.yml").write_text(CONFIG.format(uri=settings.amqp_uri))
        self.environ = {
            **secrets,
            "PATH": os.environ["PATH"],
            "AMQP_URI": settings.amqp_uri,
            "MONGO_URL": settings.mongo_url,
            "TOUSU_DATABASE_PREFIX": settings.database_prefix,
            "TOUSU_RUN_DIR": str(settings.run_dir),
            "JOURNAL": str(self.journal_file),
            "LEAVE": str(self.leave_file),
            "PYTHONWARNINGS": "ignore",
        }

    def start(self) -> Process:
        nameko = Path(sys.executable).with_name("nameko")
        service = "tests.integration.bus_processes:Fragile"
        command = [nameko, "run", "--config", self.folder / "config.yml", service]
        return self.processes.start("fragile", command, self.environ, PROJECT)

    def journal(self) -> list[str]:
        return self.journal_file.read_text().splitlines()

    def client(self, timeout: float = START_SECONDS) -> Any:
        return ClusterRpcProxy({"AMQP_URI": self.settings.amqp_uri, "serializer": "json"}, timeout=timeout)


@pytest.fixture
def host(settings: Settings, secrets: dict[str, str], tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path, settings, secrets)
    yield host
    host.processes.stop("fragile")


def await_service(host: Host) -> None:
    """Until the service answers."""

    def answers() -> bool:
        with host.client(timeout=10) as cluster:
            try:
                return bool(cluster.fragile.echo("up") == "up")
            except (UnknownService, RpcTimeout):
                return False

    soon(answers, within=START_SECONDS)


def publish(hands: Hands, event_id: str, type: str) -> None:
    body = {
        "event_id": event_id,
        "type": type,
        "schema": 1,
        "at": "2026-11-23T01:00:00.000+00:00",
        "seq": 1,
        "data": {},
    }
    hands.publish("intake.events", type, orjson.dumps(body), message_id=event_id)


def test_a_request_that_kills_its_process_is_not_run_again(host: Host) -> None:
    first = host.start()
    await_service(host)
    with host.client() as cluster:
        call = cluster.fragile.die.call_async("r1")
        soon(lambda: not first.alive())
        second = host.start()
        with pytest.raises(RemoteError) as told:
            call.result()
        assert told.value.exc_type == "Unavailable"
        assert cluster.fragile.echo("alive") == "alive"
    assert second.alive()
    assert host.journal() == ["died r1"]


def test_sigterm_ends_what_runs_answers_it_and_leaves_nothing_to_be_done_twice(host: Host) -> None:
    first = host.start()
    await_service(host)
    with host.client() as cluster, Hands(host.settings.amqp_uri) as hands:
        calls = [cluster.fragile.slow.call_async(f"r{n}") for n in range(3)]
        publish(hands, "e1", "slow")
        soon(lambda: len(host.journal()) == 4)
        publish(hands, "e2", "innocent")
        first.signal(signal.SIGTERM)
        soon(lambda: hands.readers("rpc-fragile") == 0)  # the inbox's, left in the same moment, counts until e1 is done
        late = cluster.fragile.slow.call_async("late")  # for the next process
        host.leave_file.touch()
        assert [call.result() for call in calls] == ["r0", "r1", "r2"]
        soon(lambda: not first.alive())
        assert first.child
        assert first.child.returncode == 0
        assert sorted(host.journal()) == sorted(
            f"{did} {n}" for n in ("r0", "r1", "r2", "e1") for did in ("began", "ended")
        )
        assert (hands.count("fragile.inbox"), hands.count("rpc-fragile")) == (1, 1)
        host.start()
        assert late.result() == "late"
        soon(lambda: "ended e2" in host.journal())
    assert len(host.journal()) == len(set(host.journal())) == 12


def test_F16_an_event_that_kills_its_process_dies_alone(host: Host) -> None:
    host.start()
    await_service(host)
    with Hands(host.settings.amqp_uri) as hands, MongoClient[dict[str, Any]](host.settings.mongo_url) as client:
        letters = client[f"{host.settings.database_prefix}_fragile"]["letters"]
        publish(hands, "deadly", "deadly")
        for n in range(9):
            publish(hands, f"innocent{n}", "innocent")
        for _ in range(10):
            process = host.processes.find("fragile")
            assert process
            soon(lambda process=process: not process.alive() or letters.find_one({}), within=START_SECONDS)
            if process.alive():
                break
            host.start()
        soon(lambda: sum(line.startswith("ended") for line in host.journal()) == 9)
        [letter] = letters.find({})
    assert letter["_id"] == "deadly"
    assert (letter["state"]["source"], letter["state"]["type"]) == ("intake", "deadly")
    assert "its process died" in letter["state"]["deaths"][0]["cause"]
    assert host.journal().count("began deadly") == 6, "taken once and given a second chance five times"


def test_a_stop_is_bounded_even_where_a_worker_never_ends(host: Host) -> None:
    (host.folder / "config.yml").write_text(CONFIG.format(uri=host.settings.amqp_uri) + "DRAIN_SECONDS: 0.5\n")
    process = host.start()
    await_service(host)
    with host.client(timeout=1) as cluster:
        call = cluster.fragile.endless.call_async("r1")
        soon(lambda: host.journal() == ["began r1"])
        process.signal(signal.SIGTERM)
        soon(lambda: not process.alive())
        with pytest.raises(RpcTimeout):
            call.result()
    assert host.journal() == ["began r1"]
