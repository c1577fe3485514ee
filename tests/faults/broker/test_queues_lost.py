"""A broker that comes back without its queues: what it had confirmed and nobody had handled is sent again (F28)."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from cli.queues import reading_services
from services import SERVICES
from shared.bus.readers import declare_inboxes
from shared.clock import ClockFile
from suite.running import Suite
from tests.faults.broker.hands import AGENT, PROVINCE, Callers, a_complaint, sms_to, soon

COMPLAINTS = 12

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


def lose_all_queues(suite: Suite) -> None:
    suite.broker.kill_node()
    suite.broker.wipe_node()
    suite.broker.start_node()
    soon(suite.broker.answers, within=60)


@pytest.mark.parametrize("told_beforehand", [False, True], ids=["services first", "`tousu queues` first"])
def test_F28_events_confirmed_but_not_handled_reach_their_readers_after_all_queues_were_lost(
    suite: Suite, callers: Callers, told_beforehand: bool
) -> None:
    readers = ("escalation-1", "notify-1")
    for name in readers:
        suite.process(name).kill()
    requests = [a_complaint(f"lost{told_beforehand:d}{n}") for n in range(COMPLAINTS)]
    complaints = [callers.call(AGENT, "intake.register", request)["complaint_id"] for request in requests]
    soon(lambda: callers.pulse("intake")["outbox"] == 0)  # all is confirmed, and cleared here

    lose_all_queues(suite)
    if told_beforehand:
        declare_inboxes(suite.amqp_uri, reading_services())
    for name in readers:
        suite.start_process(name)

    for complaint_id in complaints:
        clocks = callers.insistent(PROVINCE, "escalation.case", complaint_id)["clocks"]
        assert {"handling", "first_reply"} <= {clock["kind"] for clock in clocks}
    numbers = [str(request["customer"]["msisdn"]) for request in requests]
    soon(lambda: all(sms_to(suite, number) for number in numbers))
    assert [len(sms_to(suite, number)) for number in numbers] == [1] * COMPLAINTS


def test_F28_who_had_handled_everything_does_nothing_twice(suite: Suite, callers: Callers) -> None:
    request = a_complaint("handled")
    complaint_id = callers.call(AGENT, "intake.register", request)["complaint_id"]
    before = callers.insistent(PROVINCE, "escalation.case", complaint_id)
    number = str(request["customer"]["msisdn"])
    soon(lambda: sms_to(suite, number))
    limits = callers.call(AGENT, "intake.get", complaint_id)["limits"]

    lose_all_queues(suite)
    after = a_complaint("after")
    answered = callers.insistent(AGENT, "intake.register", after)
    soon(lambda: sms_to(suite, str(after["customer"]["msisdn"])))
    soon(lambda: inboxes_settled(suite))

    assert callers.insistent(PROVINCE, "escalation.case", complaint_id)["clocks"] == before["clocks"]
    assert callers.insistent(AGENT, "intake.get", complaint_id)["limits"] == limits
    assert len(sms_to(suite, number)) == 1
    assert callers.insistent(PROVINCE, "escalation.case", answered["complaint_id"])["complaint_id"]


def inboxes_settled(suite: Suite) -> bool:
    """Every reader has been sent again what it asked for."""
    with MongoClient[dict[str, Any]](suite.mongo_url) as client:
        kept = [client[f"{suite.settings.database_prefix}_{service}"]["inbox"].find_one() for service in SERVICES]
    return all(record and "missing" not in record for record in kept)


def test_F28_a_rise_that_intake_had_not_heard_of_reaches_it_after_all_queues_were_lost(
    suite: Suite, callers: Callers
) -> None:
    request = a_complaint("risen")
    request["customer"] |= {"brand": "vip"}
    complaint_id = callers.call(AGENT, "intake.register", request)["complaint_id"]
    soon(lambda: callers.insistent(PROVINCE, "escalation.case", complaint_id)["clocks"])
    suite.process("intake-1").kill()
    ClockFile(suite.folder.clock).advance(timedelta(hours=9))
    soon(lambda: callers.insistent(PROVINCE, "escalation.case", complaint_id)["level"] == "duty_manager", within=60)
    soon(lambda: callers.pulse("escalation")["outbox"] == 0)

    lose_all_queues(suite)
    suite.start_process("intake-1")

    soon(lambda: callers.insistent(AGENT, "intake.get", complaint_id)["level"] == "duty_manager", within=60)
