"""Notify as processes of their own: one that is killed loses no message, one that is stopped repeats none."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nameko.exceptions import RpcTimeout, UnknownService
from pymongo import MongoClient

from shared.clock import ClockFile
from shared.settings import PROJECT, Settings
from suite.processes import Process, Processes
from tests.integration.notify_station import Station, soon
from tests.smsc import SmscProcess
from tests.unit.notify.makers import shanghai

QUICK = {"lease: 20s": "lease: 1s", "lease_a_part: 15s": "lease_a_part: 2s", "resend_after: 30s": "resend_after: 1s"}
NUMBER = "13900000007"
START_SECONDS = 60.0
LONG_UNDER_WAY = 3.0  # a signal comes before the answers, however slow the machine
Start = Callable[[str], Process]


class Served(Station):
    """A station whose notify is a process."""

    process: Process

    def serves(self) -> bool:
        """Whether a process takes requests and holds a link."""
        try:
            return bool(self.operator.pulse()["carrier"]["up"])
        except (UnknownService, RpcTimeout):  # nobody serves yet
            return False

    def stored(self) -> set[str]:
        """The statuses in the database, whether or not anybody serves."""
        with MongoClient[dict[str, Any]](self.settings.mongo_url) as client:
            messages = client[f"{self.settings.database_prefix}_notify"]["messages"]
            return {message["status"] for message in messages.find({}, {"status": 1})}


def hurried(folder: Path) -> Path:
    """The policies as shipped, but leases and repeats of a second or two."""
    for file in (PROJECT / "policies").glob("*.yml"):
        text = file.read_text()
        for usual, quick in QUICK.items():
            text = text.replace(usual, quick)
        (folder / file.name).write_text(text)
    return folder


@pytest.fixture
def smsc(tmp_path: Path, secrets: dict[str, str]) -> Iterator[SmscProcess]:
    process = SmscProcess(tmp_path, environ=secrets)
    yield process
    process.kill()


@pytest.fixture
def start(settings: Settings, secrets: dict[str, str], smsc: SmscProcess, tmp_path: Path) -> Iterator[Start]:
    """`start("notify-1")`: one more process of the service."""
    processes, started = Processes(tmp_path, tied=True), list[str]()
    policies = tmp_path / "policies"
    policies.mkdir()
    variables = secrets | {
        "PATH": os.environ["PATH"],
        "AMQP_URI": settings.amqp_uri,
        "MONGO_URL": settings.mongo_url,
        "TOUSU_DATABASE_PREFIX": settings.database_prefix,
        "TOUSU_RUN_DIR": str(settings.run_dir),
        "TOUSU_POLICIES": str(hurried(policies)),
        "SMSC_HOST": "127.0.0.1",
        "SMSC_PORT": str(smsc.port),
        "SMSC_SYSTEM_ID": "tousu",
    }

    def run(name: str) -> Process:
        started.append(name)
        return processes.start(name, [sys.executable, "-m", "cli.main", "serve", "notify"], variables, PROJECT)

    yield run
    for name in started:
        processes.stop(name)


@pytest.fixture
def station(settings: Settings, smsc: SmscProcess, start: Start, make_client: Any) -> Served:
    assert settings.clock_file is not None
    clock = ClockFile(settings.clock_file)
    clock.start(shanghai("2026-11-23 09:00"))
    station = Served(settings, smsc, clock, make_client)
    station.process = start("notify-1")
    soon(station.serves, within=START_SECONDS)
    return station


def send(station: Served, count: int, answer_delay_s: float) -> set[str]:
    """Messages of three parts each, while the centre answers late; returns once some are under way."""
    station.smsc.modes(answer_delay_s=answer_delay_s)
    serials = {f"D{n:02}" for n in range(count)}
    for serial in sorted(serials):
        variables = {"serial_no": serial, "content": "已处理完毕，" * 20}
        request = {"request_id": uuid4().hex, "template": "reply", "msisdn": NUMBER, "variables": variables}
        station.manager.send(request)
    soon(lambda: station.smsc.state()["accepted"] >= 2)
    return serials


def seen(station: Served) -> list[str]:
    return sorted(text[text.index("流水号D") + 3 :][:3] for text in station.on_phone(NUMBER))


def test_F5_a_killed_process_loses_nothing_and_what_may_be_repeated_says_so(station: Served, start: Start) -> None:
    serials = send(station, 8, LONG_UNDER_WAY)
    station.process.kill()
    station.smsc.modes(answer_delay_s=0.0)
    start("notify-2")

    soon(station.serves, within=START_SECONDS)
    soon(lambda: station.statuses(msisdn=NUMBER) == ["delivered"] * 8, within=60)
    repeated = [each for each in station.messages(msisdn=NUMBER) if each["may_be_repeated"]]
    assert set(seen(station)) == serials
    assert repeated, "it died with segments under way"
    assert len(seen(station)) <= 8 + len(repeated)


def test_F19_a_process_that_stood_still_beyond_its_lease_overwrites_nothing(station: Served, start: Start) -> None:
    serials = send(station, 3, LONG_UNDER_WAY)
    holder = station.process
    holder.signal(signal.SIGSTOP)
    try:
        station.smsc.modes(answer_delay_s=0.0)
        start("notify-2")
        soon(lambda: station.stored() <= {"submitted", "delivered"}, within=60)
    finally:
        holder.signal(signal.SIGCONT)
    soon(lambda: "was taken over while its answers came" in holder.log.read_text(), within=30)

    soon(lambda: station.statuses(msisdn=NUMBER) == ["delivered"] * 3, within=60)
    repeated = [each for each in station.messages(msisdn=NUMBER) if each["may_be_repeated"]]
    assert set(seen(station)) == serials
    assert repeated, "it stood still with segments under way"
    assert len(seen(station)) <= 3 + len(repeated)


def test_a_process_that_is_told_to_stop_ends_its_submits_and_repeats_nothing(station: Served, start: Start) -> None:
    serials = send(station, 8, 0.5)
    station.process.signal(signal.SIGTERM)
    soon(lambda: not station.process.alive(), within=30)
    assert station.process.child is not None
    assert station.process.child.returncode == 0, station.process.last_words()
    assert station.stored() <= {"queued", "submitted", "delivered"}

    station.smsc.modes(answer_delay_s=0.0)
    start("notify-2")
    soon(station.serves, within=START_SECONDS)
    soon(lambda: station.statuses(msisdn=NUMBER) == ["delivered"] * 8, within=60)
    assert seen(station) == sorted(serials)
    assert not any(each["may_be_repeated"] for each in station.messages(msisdn=NUMBER))
