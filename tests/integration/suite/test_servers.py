"""The suite's own servers: real, private, and gone when they are stopped."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from kombu import Connection
from pymongo import MongoClient

from shared.settings import Settings
from suite.broker import Broker
from suite.errors import SuiteError
from suite.mongo import Mongo
from suite.waiting import wait_until


def names_of_processes_in(folder: Path) -> set[str]:
    """Names of live processes that work in the folder or below."""
    found = set()
    for process in psutil.process_iter(["name", "cwd", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE and str(process.info["cwd"] or "").startswith(str(folder)):
            found.add(process.info["name"])
    return found


def test_a_broker_leaves_no_process_behind(tmp_path: Path) -> None:
    with Broker(tmp_path, {}) as broker:
        assert broker.answers()
        assert {"beam.smp", "epmd"} <= names_of_processes_in(tmp_path)
    assert names_of_processes_in(tmp_path) == set()
    assert not broker.answers()


def test_what_one_process_started_another_stops(tmp_path: Path) -> None:
    start = "import sys, pathlib, suite.mongo as m; m.Mongo(pathlib.Path(sys.argv[1]), {}, tied=False).start()"
    subprocess.run([sys.executable, "-c", start, tmp_path], check=True)
    assert names_of_processes_in(tmp_path) == {"mongod"}
    Mongo(tmp_path, {}).stop()
    assert names_of_processes_in(tmp_path) == set()


def test_servers_end_with_the_process_that_started_them_however_it_ends(tmp_path: Path) -> None:
    start = "import os, sys, pathlib, suite.mongo as m; m.Mongo(pathlib.Path(sys.argv[1]), {}).start(); os.abort()"
    subprocess.run([sys.executable, "-c", start, tmp_path], check=False)
    wait_until("mongod has gone too", lambda: names_of_processes_in(tmp_path) == set(), within=20)


def test_data_outlive_a_restart_at_another_port(tmp_path: Path) -> None:
    for round_ in range(2):
        with Mongo(tmp_path, {}) as mongo, MongoClient(mongo.mongo_url) as client:
            assert client.kept.things.count_documents({}) == round_
            client.kept.things.insert_one({})


def test_each_vhost_is_empty_and_its_own(broker: Broker) -> None:
    first, second = broker.new_vhost(), broker.new_vhost()
    with Connection(first) as one, Connection(second) as other:
        one.default_channel.queue_declare("only-here")
        with pytest.raises(other.channel_errors):
            other.default_channel.queue_declare("only-here", passive=True)


def test_a_killed_node_comes_back_at_the_same_address(tmp_path: Path) -> None:
    with Mongo(tmp_path, {}) as mongo:
        url = mongo.mongo_url
        mongo.kill_node()
        assert not mongo.takes_writes()
        mongo.start_node()
        with MongoClient(url, serverSelectionTimeoutMS=20_000) as client:
            assert client.admin.command("hello")["isWritablePrimary"]


def test_a_broker_named_in_AMQP_URI_that_does_not_answer_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suite.broker.GIVEN_SECONDS", 0.2)
    with pytest.raises(SuiteError, match="AMQP_URI"):
        Broker(tmp_path, {"AMQP_URI": "amqp://guest:guest@127.0.0.1:1//"}).start()


def test_settings_of_two_tests_share_nothing(settings: Settings, make_settings: object) -> None:
    other = make_settings()  # type: ignore[operator]
    assert other.amqp_uri != settings.amqp_uri
    assert other.database_prefix != settings.database_prefix
