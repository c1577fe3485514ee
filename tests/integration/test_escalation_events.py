"""Escalation on the bus: it follows intake's events in any order, tells its own, and several replicas act once."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.escalation.service import EscalationService
from services.escalation.store import Cases
from shared.bus.rpc import rpc
from shared.clock import BusinessClock, ClockFile, machine_now
from shared.errors import NotFound
from shared.policies import parse
from shared.policies.clocks import CLOCKS
from shared.providers import Stored
from shared.settings import Settings
from tests.integration import intake_facts
from tests.integration.amqp_hands import Hands
from tests.integration.escalation_world import MONDAY
from tests.integration.letters_hands import letter, letters_of
from tests.integration.notify_station import soon

TOLD = "told"


class SilentIntake:
    """Knows none of the complaints: their events are all there is."""

    name = "intake"

    @rpc
    def facts(self, id: str) -> None:
        raise NotFound("no such id", id=id)


class Bus:
    """Escalation on its vhost: intake's events are made here, its own are kept in a queue."""

    def __init__(self, settings: Settings, start_service: Any, make_client: Any) -> None:
        assert settings.clock_file
        self.settings, self.start_service = settings, start_service
        self.clock = ClockFile(settings.clock_file)
        self.clock.start(MONDAY)
        start_service(SilentIntake, settings)
        self.container = start_service(EscalationService, settings)
        stored = {each.store_class: each.store for each in self.container.extensions if isinstance(each, Stored)}
        self.cases: Cases = stored[Cases]
        self.branch = make_client(settings, "B1001", "branch", "SZ").escalation
        self.agent = make_client(settings, "E1001", "agent", "SZ").escalation

    def tell(self, complaint_id: str, seq: int, type: str = "complaint_registered", **changes: Any) -> None:
        """An event of intake's with the complaint's whole facts."""
        at, headers = changes.pop("at", MONDAY).isoformat(), changes.pop("headers", None)
        event = {"event_id": f"{complaint_id}:{seq}", "type": type, "schema": 1, "at": at, "seq": seq}
        with Hands(self.settings.amqp_uri) as hands:
            body = orjson.dumps(event | {"data": facts(complaint_id, seq, **changes)})
            hands.publish("intake.events", type, body, headers, message_id=event["event_id"])

    def state(self, complaint_id: str) -> Any:
        saved = self.cases.load(complaint_id)
        return saved.state if saved else None

    def clocks(self, complaint_id: str) -> dict[str, str]:
        state = self.state(complaint_id)
        return {clock.clock_id: clock.state for clock in state.clocks} if state else {}


def facts(complaint_id: str, seq: int, **changes: Any) -> dict[str, Any]:
    """With more in them than escalation knows."""
    nobody_waits = {"handling": "direct_reply"}  # for a call (RP8)
    usual = nobody_waits | {"change": {"name": "whatever"}, "a_field_of_tomorrow": 1}
    return intake_facts.facts(complaint_id, seq, "c2VhbGVk", **(usual | changes))


def hour(number: float) -> str:
    return (MONDAY + timedelta(hours=number)).isoformat()


def now_of(bus: Bus) -> str:
    return BusinessClock(bus.settings.clock_file).now().isoformat()


@pytest.fixture(scope="module")
def bus(make_settings: Any, start_service: Any, make_client: Any) -> Bus:
    bus = Bus(make_settings(), start_service, make_client)
    with Hands(bus.settings.amqp_uri) as hands:
        hands.channel.queue_declare(TOLD, durable=True, auto_delete=False)
        hands.channel.queue_bind(TOLD, "escalation.events", "#")
    return bus


def told_of(bus: Bus, complaint_id: str, last: str) -> list[dict[str, Any]]:
    """Escalation's events on this complaint, up to the one named `last`."""
    found: list[dict[str, Any]] = []
    with Hands(bus.settings.amqp_uri) as hands:
        while not found or found[-1]["type"] != last:
            event = orjson.loads(hands.get(TOLD, 10).body)
            found += [event] if event["complaint_id"] == complaint_id else []
    return found


def test_a_later_event_creates_the_case_and_earlier_or_repeated_ones_change_nothing(bus: Bus) -> None:
    bus.tell("order", 5, "contact_recorded", answered_at=hour(1), at=MONDAY + timedelta(hours=1))
    soon(lambda: bus.clocks("order"))
    before = bus.cases.load("order")
    assert before

    bus.tell("order", 5, "contact_recorded", answered_at=hour(1))
    bus.tell("order", 1, brand="vip")
    bus.tell("order", 6, "complaint_assigned", answered_at=hour(1), handler="E1002")

    soon(lambda: bus.state("order").facts.seq == 6)
    assert bus.clocks("order") == {"handling-1": "running", "first_reply-1": "met"}
    after = bus.cases.load("order")
    assert after
    assert after.v == before.v + 1


def test_its_events_carry_the_whole_case_and_no_text_or_customer_in_clear(bus: Bus) -> None:
    bus.tell("story", 1)
    soon(lambda: bus.clocks("story"))
    bus.agent.escalate("story", {"request_id": "s1", "reason": "客户情绪激动"})

    events = told_of(bus, "story", "escalated")

    assert [event["type"] for event in events] == ["case_opened", "escalated"]
    data = events[-1]["data"]
    assert data["customer"] == {"masked": "139****0001", "sealed": "c2VhbGVk"}
    assert (data["level"], data["awaiting"], data["change"]["cause"]) == ("duty_manager", "duty_manager", "asked")
    assert data["change"]["reason_given"] is True
    assert "客户情绪激动" not in str(events)
    assert set(data["limits"]) == {"handling", "first_reply", "acceptance"}
    assert events[-1]["actor"]["sub"] == "E1001"
    assert (events[-1]["event_id"], events[-1]["seq"], data["seq"]) == ("cases:story:2", 2, 2)


def test_a_break_is_told_with_its_clock_and_then_the_rise(bus: Bus) -> None:
    bus.tell("vip", 1, brand="vip", registered_at=now_of(bus))
    soon(lambda: bus.clocks("vip"))
    bus.clock.advance(timedelta(hours=8, minutes=1))

    events = told_of(bus, "vip", "escalated")

    assert [event["type"] for event in events] == ["case_opened", "clock_warned", "clock_broken", "escalated"]
    broken = events[2]["data"]
    assert (broken["change"]["kind"], broken["change"]["level"]) == ("handling", "agent")
    assert broken["change"]["clock_id"] in {
        clock["clock_id"] for clock in broken["clocks"] if clock["state"] == "broken"
    }


def test_IN19_a_refused_complaint_with_a_reporter_alerts_the_media_contact(bus: Bus) -> None:
    bus.tell("refused", 1, "complaint_refused", status="refused", triggers=["media_present"], complainant="media")

    events = told_of(bus, "refused", "media_alerted")

    assert [event["type"] for event in events] == ["media_alerted"]
    assert events[0]["data"]["change"]["triggers"] == ["media_present"]
    assert bus.branch.case("refused")["clocks"] == []


def test_MJ5_a_major_complaint_asks_for_its_opinions_on_the_bus(bus: Bus) -> None:
    major = {"trigger": "media_threat", "by": "M1001", "at": hour(0), "reason_given": True}
    bus.tell("major", 2, "major_marked", major=major, triggers=["media_threat"])

    events = told_of(bus, "major", "opinion_requested") + told_of(bus, "major", "opinion_requested")

    asked = [event["data"]["change"]["kind"] for event in events if event["type"] == "opinion_requested"]
    assert asked == ["support", "legal"]
    declared = next(event["data"] for event in events if event["type"] == "major_declared")
    assert {"opinion", "major_reply", "support_opinion", "legal_opinion"} <= set(declared["limits"])
    assert "media_alerted" in [event["type"] for event in events]


def test_an_event_without_the_facts_becomes_a_dead_letter_and_the_next_one_is_served(bus: Bus) -> None:
    broken = {"event_id": "x:1", "type": "contact_recorded", "schema": 1, "at": hour(0), "seq": 1, "data": {"x": 1}}
    with Hands(bus.settings.amqp_uri) as hands:
        hands.publish("intake.events", "contact_recorded", orjson.dumps(broken), message_id="x:1")
    bus.tell("after", 1)

    soon(lambda: bus.clocks("after"))
    letters = bus.cases.collection.database["letters"]
    assert soon(lambda: letters.find_one({"_id": "x:1"}))["state"]["type"] == "contact_recorded"


def test_history_alone_tells_the_state(bus: Bus) -> None:
    bus.tell("whole", 1, coordination={"kind": "interconnect", "counterpart": "联通"}, registered_at=now_of(bus))
    soon(lambda: bus.clocks("whole"))
    bus.agent.escalate("whole", {"request_id": "w1", "reason": "超出权限"})
    later = (BusinessClock(bus.settings.clock_file).now() + timedelta(hours=90)).isoformat()
    bus.branch.extend("whole", {"request_id": "w2", "clock": "handling", "due_at": later, "reason": "待外省核查"})
    bus.clock.advance(timedelta(hours=20))
    soon(lambda: bus.state("whole").level == "province")

    assert bus.cases.recompute("whole") == bus.state("whole")


def test_a_complaint_keeps_the_policy_it_was_opened_under(bus: Bus) -> None:
    text, older = clocks_with(bus, "vip: 10h")
    keep(bus, older, text)

    bus.tell("older", 1, brand="vip", policy_version=older, registered_at=now_of(bus))
    soon(lambda: bus.clocks("older"))

    said = bus.agent.explain("older", {"clock": "handling"})
    assert said["policy_version"] == older
    assert "10小时" in said["text_zh"]


def test_what_was_opened_under_clocks_not_known_here_waits_for_them_and_then_runs_by_them_alone(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    """Intake was restarted with another clocks.yml before escalation."""
    text, newer = clocks_with(bus, "vip: 11h")
    before = now_of(bus)
    bus.tell("unseen", 1, brand="vip", policy_version=newer, registered_at=before)
    soon(lambda: [each for each in caplog.records if "tried again in 5 s" in each.getMessage()], within=10)

    said = [each for each in caplog.records if newer in each.getMessage()]
    assert [(each.levelname, "restart" in each.getMessage()) for each in said] == [("ERROR", True)]
    assert bus.state("unseen") is None

    keep(bus, newer, text)
    soon(lambda: bus.clocks("unseen"), within=10)
    told = bus.agent.explain("unseen", {"clock": "handling"})
    assert (told["policy_version"], told["started_at"]) == (newer, before)
    assert "11小时" in told["text_zh"]


def test_what_nobody_brought_the_clocks_of_for_a_day_is_a_dead_letter_and_no_clock_by_other_rules(
    bus: Bus, make_client: Any
) -> None:
    text, newer = clocks_with(bus, "vip: 12h")
    a_day_ago = (machine_now() - timedelta(hours=24, seconds=1)).isoformat()
    waited = {"tousu.first_at": a_day_ago, "tousu.outages": 2900}
    bus.tell("nobodys", 1, brand="vip", policy_version=newer, registered_at=now_of(bus), headers=waited)

    with letters_of(bus.settings, "escalation") as letters:
        dead = soon(lambda: letter(letters, "nobodys:1"))
    assert (dead.state, dead.attempts) == ("waiting", 0), "none of its runs counted as a failure"
    assert "ClocksNotKnownYet" in dead.cause
    assert bus.state("nobodys") is None

    copied_from_intake(bus, newer, text)
    operator = make_client(bus.settings, "O1001", "operator").escalation
    operator.replay_letter("nobodys:1", {"request_id": "again", "reason": "the clocks are known now"})
    soon(lambda: bus.clocks("nobodys"))
    assert bus.agent.explain("nobodys", {"clock": "handling"})["policy_version"] == newer


def clocks_with(bus: Bus, line: str) -> tuple[str, str]:
    """A clocks.yml that says so, and its version."""
    text = (bus.settings.policies / "clocks.yml").read_text().replace("vip: 8h", line)
    return text, parse(CLOCKS, text).version


def keep(bus: Bus, version: str, text: str) -> None:
    """As a process of escalation does that is started with this file."""
    versions = bus.cases.collection.database["policy_versions"]
    versions.insert_one({"_id": f"clocks:{version}", "text": text, "first_in_force_at": MONDAY})


def copied_from_intake(bus: Bus, version: str, text: str) -> None:
    """As docs/operating.md says, where nobody has the file any more."""
    escalation, named = bus.cases.collection.database, {"_id": f"clocks:{version}"}
    kept = escalation.client[f"{bus.settings.database_prefix}_intake"]["policy_versions"]
    kept.insert_one(named | {"text": text, "first_in_force_at": MONDAY})
    kept.aggregate([{"$match": named}, {"$merge": {"into": {"db": escalation.name, "coll": "policy_versions"}}}])


def test_F18_two_replicas_break_each_clock_once(bus: Bus) -> None:
    bus.start_service(EscalationService, bus.settings)
    ids = [f"race{number}" for number in range(60)]
    for id in ids:
        bus.tell(id, 1, brand="gotone", registered_at=now_of(bus))
    soon(lambda: all(bus.cases.knows(id) for id in ids), within=30)

    bus.clock.advance(timedelta(hours=25))

    soon(lambda: all(bus.state(id).level == "duty_manager" for id in ids), within=30)
    for id in ids:
        names = [type(event).__name__ for event, _ in bus.cases.history(id)]
        assert (names.count("ClockBroken"), names.count("Escalated"), names.count("ClockWarned")) == (1, 1, 1), names


def test_a_look_costs_the_same_however_many_cases_there_are(bus: Bus) -> None:
    far = MONDAY + timedelta(days=4000)
    bus.cases.collection.insert_many([{"_id": f"far{number}", "due_at": far} for number in range(3000)])

    plan = bus.cases.collection.find({"due_at": {"$lte": MONDAY}}, {"_id": 1}).sort("due_at", 1).limit(100).explain()

    assert plan["executionStats"]["totalKeysExamined"] <= 101
    bus.cases.collection.delete_many({"due_at": far})
