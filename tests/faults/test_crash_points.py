"""A process of every service is killed at every step, another goes on: outside, nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from chaos import points
from chaos.haste import Changes, hurried
from services import SERVICES
from services.escalation.reopening import FIRST_PAUSE
from shared.settings import PROJECT
from suite.play.__main__ import MONDAY
from suite.play.events import Events
from suite.play.quiet import Quiet, connect
from suite.running import Suite
from tests.faults.crash_afterwards import Afterwards
from tests.faults.crash_calling import Told
from tests.faults.crash_people import Caller
from tests.faults.crash_trials import Trials
from tests.system.hands import FINANCE, OPERATOR, PROVINCE

SHORTER: Changes = {  # nobody waits in a test for what a dead process had in hand; a lease is over before an answer
    "refunds.yml": {
        "billing": {"absent_after_seconds": 4, "connect_seconds": 1, "answer_seconds": 1, "lease_seconds": 3}
    },
    "notify.yml": {
        "carrier": {"lease": "1s", "lease_a_part": "2s", "resend_after": "1s"},
        "unknown": {"classes": ["transactional"], "rises": [{"after": "1min", "tell": "operator"}]},
    },
}
LATER = FIRST_PAUSE + timedelta(seconds=5)  # what a dead process had asked intake for is asked again by then
RECEIPT = "已受理"
QUIET_SECONDS = 120.0
EVERY = [(service, point.name) for service in SERVICES for point in points.of(service)]


@pytest.fixture(scope="module")
def afterwards(start_suite: Callable[..., Suite], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afterwards]:
    policies = tmp_path_factory.mktemp("crash") / "policies"
    hurried(PROJECT / "policies", policies, "both", SHORTER)
    environ = os.environ | {"TOUSU_POLICIES": str(policies)}
    suite = start_suite(clock_origin=MONDAY, serving=("chaos.serving",), environ=environ)
    told = Told()
    with connect(suite.amqp_uri) as listening, connect(suite.amqp_uri) as looking:
        events = Events(listening)
        trials = Trials(suite, told)
        trials.run()
        print(trials.slowest())
        caller = Caller(suite, "afterwards", told)
        for service in SERVICES:
            caller.click_again(service)
        Quiet(looking, lambda service: caller.ask(OPERATOR, f"{service}.pulse"), QUIET_SECONDS, LATER).wait()
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


def test_F1_every_contact_is_there_once_and_escalation_knows_of_it(afterwards: Afterwards) -> None:
    assert afterwards.told.contacted
    for complaint_id in afterwards.told.contacted:
        assert len(afterwards.complaint(complaint_id)["contacts"]) == 1
        states = {clock["kind"]: clock["state"] for clock in afterwards.case(complaint_id)["clocks"]}
        assert states["first_reply"] == "met"


def test_F1_what_was_declared_major_is_major_everywhere_and_was_told_once(afterwards: Afterwards) -> None:
    assert afterwards.told.majors
    for complaint_id in afterwards.told.majors:
        must_be_major(afterwards, complaint_id, "legal")


def test_F1_every_reporters_visit_is_on_record_once_and_made_its_complaint_major(afterwards: Afterwards) -> None:
    assert afterwards.told.visited
    for complaint_id in afterwards.told.visited:
        assert len(afterwards.case(complaint_id)["media_visits"]) == 1
        must_be_major(afterwards, complaint_id, "media_present")


def must_be_major(afterwards: Afterwards, complaint_id: str, trigger: str) -> None:
    for known in (afterwards.complaint(complaint_id), afterwards.case(complaint_id)):
        assert (known["major"], known["major_trigger"]) == (True, trigger)
    assert afterwards.heard(complaint_id)["major_marked"] == 1
    assert afterwards.heard(complaint_id)["major_declared"] == 1


def test_F1_every_dissatisfied_customers_complaint_was_reopened_once_and_rose_once(afterwards: Afterwards) -> None:
    assert afterwards.told.dissatisfied
    for complaint_id in afterwards.told.dissatisfied:
        complaint, case = afterwards.complaint(complaint_id), afterwards.case(complaint_id)
        assert Counter(entry["event"] for entry in complaint["history"])["complaint_reopened"] == 1
        assert (complaint["status"], case["status"], case["reopening"]) == ("open", "open", None)
        assert [step["cause"] for step in case["steps"] if step["step"] == "escalated"] == ["follow_up"]


def test_F1_every_clock_of_a_promise_has_broken_once(afterwards: Afterwards) -> None:
    assert afterwards.told.promised
    for complaint_id, due_at in afterwards.told.promised.items():
        mine = [clock for clock in afterwards.broken() if clock.complaint_id == complaint_id]
        assert [clock.due_at for clock in mine if clock.kind == "promise"] == [due_at]


def test_F1_no_clock_has_broken_twice_or_before_its_time(afterwards: Afterwards) -> None:
    broken = afterwards.broken()
    times = Counter((clock.complaint_id, clock.clock_id) for clock in broken)
    assert [clock for clock in broken if times[clock.complaint_id, clock.clock_id] > 1] == []
    assert [clock for clock in broken if clock.at < clock.due_at] == []


def test_F4_every_refund_is_paid_once_in_the_journal_of_BOSS(afterwards: Afterwards) -> None:
    booked = Counter(entry["msisdn"] for entry in afterwards.journal("boss"))
    assert booked == Counter(afterwards.told.refunds.keys())
    for refund_id in afterwards.told.refunds.values():
        assert afterwards.caller.ask(FINANCE, "refund.get", refund_id)["status"] == "paid"


def test_F5_every_sms_reached_its_phone_and_what_came_twice_is_marked(afterwards: Afterwards) -> None:
    shown = Counter(sms["to"] for sms in afterwards.journal("smsc"))
    assert [number for number in afterwards.told.messages if not shown[number]] == []
    twice = [message_id for number, message_id in afterwards.told.messages.items() if shown[number] > 1]
    assert all(afterwards.caller.ask(PROVINCE, "notify.get", each)["may_be_repeated"] for each in twice)


def test_F5_the_receipt_of_every_complaint_reached_its_customer_and_what_came_twice_is_marked(
    afterwards: Afterwards,
) -> None:
    shown = Counter(sms["to"] for sms in afterwards.journal("smsc") if RECEIPT in sms["text"])
    assert afterwards.told.complaints
    assert [number for number in afterwards.told.complaints if not shown[number]] == []
    for number, complaint_id in afterwards.told.complaints.items():
        if shown[number] > 1:
            query = {"complaint_id": complaint_id, "template": "receipt"}
            (message,) = afterwards.caller.ask(PROVINCE, "notify.search", query)["items"]
            assert message["may_be_repeated"]


def test_F5_no_more_sms_came_twice_than_processes_had_in_the_submit_window_when_they_died_or_stood_still(
    afterwards: Afterwards,
) -> None:
    shown = Counter(sms["to"] for sms in afterwards.journal("smsc"))
    answered_in_time = set(afterwards.told.messages) - afterwards.told.slowly
    surplus = sum(shown[number] - 1 for number in answered_in_time)
    ids = [afterwards.told.messages[number] for number in answered_in_time]
    assert surplus <= afterwards.died_submitting + afterwards.taken_over(ids)


def test_F1_every_customers_sms_became_a_ticket(afterwards: Afterwards) -> None:
    for number in afterwards.told.sms:
        assert len(afterwards.caller.ask(PROVINCE, "intake.search", {"msisdn": number})["items"]) == 1


def test_F1_nothing_lies_dead_but_what_nobody_could_handle_and_that_once(afterwards: Afterwards) -> None:
    for service in SERVICES:
        letters = afterwards.caller.ask(OPERATOR, f"{service}.dead_letters", {"limit": 200})["items"]
        assert sorted(each["letter_id"] for each in letters) == sorted(afterwards.told.junk[service])


def test_F26_every_letter_that_was_sent_again_reached_its_reader_and_died_once_more(afterwards: Afterwards) -> None:
    for service in SERVICES:
        letters, replayed = afterwards.caller.letters(service), afterwards.told.replayed[service]
        assert replayed
        assert [id for id in replayed if letters[id]["state"] != "waiting" or letters[id]["deaths"] < 2] == []


def test_F5_of_every_message_in_doubt_the_duty_was_told(afterwards: Afterwards) -> None:
    shown = [sms["text"] for sms in afterwards.journal("smsc")]
    told = [sum(f"（{message_id}）" in text for text in shown) for message_id in afterwards.told.doubtful]
    assert told
    assert min(told) > 0
    query = {"template": "message_doubt_rose", "limit": 200}
    alerts = [each["message_id"] for each in afterwards.caller.ask(PROVINCE, "notify.search", query)["items"]]
    assert alerts
    assert sum(told) - len(told) <= afterwards.died_submitting + afterwards.taken_over(alerts)


def test_F1_every_history_and_checkpoint_is_whole(afterwards: Afterwards) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", "audit", "verify"]
    done = subprocess.run(
        command, cwd=PROJECT, env=afterwards.suite.environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
