"""A process of every service is killed at every step, another goes on: outside, nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chaos import points
from services import SERVICES
from shared.settings import PROJECT
from suite.play.__main__ import MONDAY
from suite.play.events import Events
from suite.play.journals import Journal
from suite.play.quiet import Quiet, connect
from suite.running import Suite
from tests.faults.crash_people import Caller, Told
from tests.faults.crash_trials import Trials
from tests.system.hands import FINANCE, OPERATOR, PROVINCE

QUICK = {
    "refunds.yml": {
        "absent_after_seconds: 120": "absent_after_seconds: 4",
        "connect_seconds: 2": "connect_seconds: 1",
        "answer_seconds: 5": "answer_seconds: 1",
        "lease_seconds: 20": "lease_seconds: 3",
    },
    "notify.yml": {
        "lease: 20s": "lease: 1s",
        "lease_a_part: 15s": "lease_a_part: 2s",
        "resend_after: 30s": "resend_after: 1s",
    },
}
EVERY = [(service, point.name) for service in SERVICES for point in points.of(service)]


@dataclass(frozen=True)
class Afterwards:
    """What is left to look at once all have died and the suite is quiet again."""

    suite: Suite
    caller: Caller
    told: Told
    trials: Trials
    events: list[dict[str, Any]]


def hurried(folder: Path) -> Path:
    """The policies as shipped, but with leases of seconds: nobody waits for them in a test."""
    folder.mkdir()
    for file in (PROJECT / "policies").glob("*.yml"):
        text = file.read_text()
        for usual, quick in QUICK.get(file.name, {}).items():
            assert usual in text, f"{file.name} no longer says {usual}"
            text = text.replace(usual, quick)
        (folder / file.name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def afterwards(start_suite: Callable[..., Suite], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afterwards]:
    policies = hurried(tmp_path_factory.mktemp("crash") / "policies")
    environ = os.environ | {"TOUSU_POLICIES": str(policies)}
    suite = start_suite(clock_origin=MONDAY, serving=("chaos.serving",), environ=environ)
    told = Told()
    with connect(suite.amqp_uri) as listening, connect(suite.amqp_uri) as looking:
        events = Events(listening)
        trials = Trials(suite, told)
        trials.run()
        print(trials.slowest())
        caller = Caller(suite, "afterwards", told)
        Quiet(looking, lambda service: caller.ask(OPERATOR, f"{service}.pulse")).wait()
        yield Afterwards(suite, caller, told, trials, events.new())
        caller.close()


@pytest.mark.parametrize(("service", "name"), EVERY)
def test_F1_a_process_is_killed_at_this_point_inside_its_window(
    afterwards: Afterwards, service: str, name: str
) -> None:
    death = afterwards.trials.deaths[service, name]
    point = next(point for point in points.of(service) if point.name == name)
    assert not death.fault
    assert death.returncode == -signal.SIGKILL, f"{death.tries} tries in {death.seconds:.0f} s. {death.last_words}"
    assert not point.window or death.held.get(point.window)


def test_F1_every_complaint_that_was_acknowledged_is_there_once(afterwards: Afterwards) -> None:
    for number, complaint_id in afterwards.told.complaints.items():
        found = afterwards.caller.ask(PROVINCE, "intake.search", {"msisdn": number})["items"]
        assert [each["complaint_id"] for each in found] == [complaint_id]


def test_F2_every_registration_was_told_to_the_others(afterwards: Afterwards) -> None:
    told = {event["complaint_id"] for event in afterwards.events if event["type"] == "complaint_registered"}
    assert set(afterwards.told.complaints.values()) <= told
    cases = {event["complaint_id"] for event in afterwards.events if event["type"] == "case_opened"}
    assert set(afterwards.told.complaints.values()) <= cases


def test_F1_every_clock_of_a_promise_has_broken_once(afterwards: Afterwards) -> None:
    for complaint_id in afterwards.told.promised:
        mine = [event for event in afterwards.events if event.get("complaint_id") == complaint_id]
        struck = Counter(event["type"] for event in mine if event["data"].get("change", {}).get("kind") == "promise")
        assert struck["clock_broken"] == 1, struck


def test_F4_every_refund_is_paid_once_in_the_journal_of_BOSS(afterwards: Afterwards) -> None:
    entries = Journal(afterwards.suite.folder.journal("boss")).all()
    assert Counter(entry["msisdn"] for entry in entries) == Counter(afterwards.told.refunds.keys())
    for refund_id in afterwards.told.refunds.values():
        assert afterwards.caller.ask(FINANCE, "refund.get", refund_id)["status"] == "paid"


def test_F5_every_sms_reached_its_phone_and_what_came_twice_is_marked(afterwards: Afterwards) -> None:
    shown = Counter(sms["to"] for sms in Journal(afterwards.suite.folder.journal("smsc")).all())
    assert [number for number in afterwards.told.messages if not shown[number]] == []
    twice = [message_id for number, message_id in afterwards.told.messages.items() if shown[number] > 1]
    assert all(afterwards.caller.ask(PROVINCE, "notify.get", each)["may_be_repeated"] for each in twice)


def test_F1_every_customers_sms_became_a_ticket(afterwards: Afterwards) -> None:
    for number in afterwards.told.sms:
        assert len(afterwards.caller.ask(PROVINCE, "intake.search", {"msisdn": number})["items"]) == 1


def test_F1_nothing_lies_dead_but_what_nobody_could_handle_and_that_once(afterwards: Afterwards) -> None:
    for service in SERVICES:
        letters = afterwards.caller.ask(OPERATOR, f"{service}.dead_letters", {"limit": 200})["items"]
        assert sorted(each["letter_id"] for each in letters) == sorted(afterwards.told.junk[service])


def test_F1_every_history_and_checkpoint_is_whole(afterwards: Afterwards) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", "audit", "verify"]
    done = subprocess.run(
        command, cwd=PROJECT, env=afterwards.suite.environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
