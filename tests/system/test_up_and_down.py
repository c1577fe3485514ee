"""`make up`, `make down` and the command line beside them, as a newcomer uses them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient

from services import SERVICES
from shared.settings import PROJECT

ORIGIN = "2026-11-23T09:00:00+08:00"
SECONDS = 180


def run(folder: Path, module: str, *arguments: str, **variables: str) -> str:
    """What a command prints; it must succeed."""
    command = [sys.executable, "-m", module, *arguments]
    environ = os.environ | {"TOUSU_RUN_DIR": str(folder)} | variables
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, timeout=SECONDS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def living_in(folder: Path) -> list[str]:
    """Names of processes whose command line or folder names the run folder."""
    found = []
    for process in psutil.process_iter(["name", "cmdline", "environ", "status"]):
        told = " ".join(process.info["cmdline"] or []) + str((process.info["environ"] or {}).get("TOUSU_RUN_DIR"))
        if str(folder) in told and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.info["name"])
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run folder with a suite that is up, two of intake."""
    folder = tmp_path_factory.mktemp("run")
    run(folder, "suite.up", CLOCK_ORIGIN=ORIGIN, INTAKE="2")
    yield folder
    run(folder, "suite.down")


@pytest.fixture
def endpoints(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "endpoints.json").read_text())
    return found


def test_a_caller_from_another_process_reaches_every_service_with_a_development_token(
    folder: Path, endpoints: dict[str, Any]
) -> None:
    token = run(folder, "cli.main", "token", "--sub", "O1001", "--role", "operator").splitlines()[-1]
    config = {"AMQP_URI": endpoints["amqp_uri"], "serializer": "json"}
    with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=10) as cluster:
        assert [cluster[service].pulse()["service"] for service in SERVICES] == list(SERVICES)


def test_business_time_starts_where_it_was_told_and_jumps_for_every_service(
    folder: Path, endpoints: dict[str, Any]
) -> None:
    assert (endpoints["clock_origin"], endpoints["clock_rate"]) == (ORIGIN, 1.0)
    before = datetime.fromisoformat(run(folder, "cli.main", "clock", "show").strip())
    assert before - datetime.fromisoformat(ORIGIN) < timedelta(seconds=SECONDS)
    run(folder, "cli.main", "clock", "advance", "3h")
    token = run(folder, "cli.main", "token", "--sub", "O1001", "--role", "operator").splitlines()[-1]
    config = {"AMQP_URI": endpoints["amqp_uri"], "serializer": "json"}
    with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=10) as cluster:
        for service in SERVICES:
            assert datetime.fromisoformat(cluster[service].pulse()["at"]) >= before + timedelta(hours=3)


def test_as_many_processes_of_a_service_as_were_asked_for(folder: Path) -> None:
    assert {"intake-1", "intake-2", "refund-1"} <= {note.stem for note in (folder / "pids").iterdir()}
    assert "refund-2" not in {note.stem for note in (folder / "pids").iterdir()}


def test_a_second_suite_runs_beside_the_first_keeps_its_data_when_told_and_leaves_nothing_running(
    folder: Path, tmp_path: Path
) -> None:
    for variables, kept in (({}, 0), ({"KEEP": "1"}, 1)):
        run(tmp_path, "suite.up", **variables)
        try:
            url = json.loads((tmp_path / "endpoints.json").read_text())["mongo_url"]
            with MongoClient[dict[str, Any]](url) as client:
                assert client.tousu_intake.marks.count_documents({}) == kept
                client.tousu_intake.marks.insert_one({})
        finally:
            run(tmp_path, "suite.down")
    assert living_in(tmp_path) == []
    assert not (tmp_path / "endpoints.json").exists()
    assert living_in(folder)
