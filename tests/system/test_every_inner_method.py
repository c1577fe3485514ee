"""What services, gateways and operators call answers too; and of all methods none is left uncalled here."""

import ast
from datetime import datetime
from pathlib import Path
from typing import Any

import amqp
import orjson
import pytest

from services import SERVICES
from services.rights import METHODS
from shared.bus.link import address
from shared.bus.topology import inbox_of
from shared.settings import PROJECT
from suite.play.__main__ import MONDAY
from suite.play.script import Person
from suite.rehearsal.doors import methods
from suite.running import Suite
from tests.system.hands import (
    AGENT,
    ESCALATION,
    MANAGER,
    OPERATOR,
    PROVINCE,
    SYSTEM,
    case_of,
    clock_now,
    eventually,
    numbers,
)

ANOTHER_OPERATOR = Person("O1002", "operator")
WORKING_DAYS_LEAF = "08.11.01"  # of a self-service terminal: repaired within working days (CL11)
A_DAY_OFF = """
official: {2026: "2025-11-04", 2027: "2026-11-20"}
days_off: {"2026-11-24": 临时放假}
working_days: {}
"""


def test_every_method_is_called_by_a_system_test() -> None:
    called = {name for file in Path(__file__).parent.glob("*.py") for name in called_in(file)}

    assert METHODS.keys() == {f"{service}.{name}" for service in SERVICES for name in methods(service)}
    assert METHODS.keys() - called == set()


def called_in(file: Path) -> set[str]:
    """The methods that a file's tests say or ask by name."""
    calls = [each for each in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(each, ast.Call)]
    spoken = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id in ("say", "ask")]
    return {name for each in spoken for second in each.args[1:2] for name in named_in(second)}


def named_in(said: ast.expr) -> set[str]:
    """The method that is said; `f"{service}.erase"` stands for all services, which its test must go through."""
    if isinstance(said, ast.Constant):
        return {str(said.value)}
    rest = "".join(str(part.value) for part in getattr(said, "values", ()) if isinstance(part, ast.Constant))
    return {f"{service}{rest}" for service in SERVICES} if ast.unparse(said).startswith("f'{service}") else set()


@pytest.mark.parametrize("service", SERVICES)
def test_F26_what_a_service_could_not_handle_is_seen_edited_by_two_and_sent_again(
    suite: Suite, say: Any, ask: Any, service: str
) -> None:
    letter_id, headers = f"poison-{service}:1", {"tousu.source": "intake", "tousu.type": "complaint_vanished"}
    event = {"event_id": letter_id, "type": "complaint_vanished", "schema": 1, "seq": 1, "data": {}}  # without its time
    publish(suite, inbox_of(service), letter_id, headers, orjson.dumps(event))

    def deaths() -> Any:
        waiting = ask(OPERATOR, f"{service}.dead_letters", {})["items"]
        return next((each["deaths"] for each in waiting if each["letter_id"] == letter_id), 0)

    eventually(deaths)
    changes = {"data": {"complaint_id": "c1"}}
    edited = say(OPERATOR, f"{service}.edit_letter", letter_id, changes=changes, reason="字段缺失")
    assert edited["edited_by"] == OPERATOR.sub
    assert say(ANOTHER_OPERATOR, f"{service}.release_letter", letter_id, reason="已核对")["sent"]
    eventually(lambda: deaths() == 2)
    assert say(OPERATOR, f"{service}.replay_letter", letter_id, reason="再试")["sent"]
    eventually(lambda: deaths() == 3)
    shown = ask(OPERATOR, f"{service}.dead_letter", letter_id)
    assert shown["body"] == event | changes
    assert [each["by"] for each in shown["history"] if "why" in each] == ["O1001", "O1002", "O1002", "O1001"]


def publish(suite: Suite, queue: str, message_id: str, headers: dict[str, str], body: bytes) -> None:
    """Straight into a queue, as nobody of the suite does."""
    with amqp.Connection(**address(suite.amqp_uri), confirm_publish=True) as connection:
        message = amqp.Message(body, message_id=message_id, application_headers=headers, delivery_mode=2)
        connection.channel().basic_publish(message, "", queue)


def test_MJ2_MJ3_escalation_tells_intake_what_is_major_and_who_gave_an_opinion(
    say: Any, ask: Any, complaint: Any
) -> None:
    complaint_id = complaint()["complaint_id"]

    marked = say(ESCALATION, "intake.mark_major", complaint_id, trigger="legal", reason="律师函", by="M1001")
    assert (marked["major"]["trigger"], marked["major"]["by"]) == ("legal", "M1001")
    assert say(ESCALATION, "intake.clear_major", complaint_id, reason="经核不属重大")["major"] is None
    say(ESCALATION, "intake.mark_major", complaint_id, trigger="legal", reason="又来律师函", by="M1001")
    said = {"kind": "supervisor", "text": "先核查", "by": "M1001"}
    opinions = say(ESCALATION, "intake.record_opinion", complaint_id, **said)["opinions"]
    assert opinions["supervisor"]["by"] == "M1001"
    assert ask(ESCALATION, "intake.facts", complaint_id)["opinions"] == opinions


def test_ES6_the_ladder_reopens_what_was_replied(say: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]
    say(AGENT, "intake.reply", complaint_id, process="核对话单", content="已解释", satisfaction="neutral")

    again = say(ESCALATION, "intake.reopen_from_ladder", complaint_id, reason="仍不满意")

    assert (again["status"], again["replied_at"]) == ("open", None)


def test_IN16_a_fee_reminder_is_sent_by_a_manager_and_answered_on_a_gateway(say: Any, ask: Any) -> None:
    number, fee = str(next(numbers)), {"service": "彩铃", "fee": 500, "month": "2026-12"}

    sent = say(MANAGER, "notify.send", template="fee_reminder", msisdn=number, variables=fee)
    eventually(lambda: ask(PROVINCE, "notify.get", sent["message_id"])["status"] == "delivered")
    say(SYSTEM, "notify.receive", msisdn=number, text="QX", at=datetime.now().astimezone().isoformat())

    tickets = eventually(lambda: ask(PROVINCE, "intake.search", {"msisdn": number})["items"])
    assert [ticket["ticket_type"] for ticket in tickets] != ["complaint"]


def test_CL1_a_draft_of_policies_is_played_over_what_was_lived(suite: Suite, ask: Any, complaint: Any) -> None:
    complaint_id = complaint(brand="vip")["complaint_id"]
    eventually(case_of(ask, complaint_id))
    clock_now(suite, "advance", "2h")
    clocks = (PROJECT / "policies" / "clocks.yml").read_text("utf-8")

    told = ask(OPERATOR, "escalation.simulate", {"policies": {"clocks": clocks.replace("vip: 8h", "vip: 1h")}})

    assert told["drafts"].keys() == {"clocks"}
    worse = {each["complaint_id"]: each["would_break"] for each in told["worse"]}
    assert worse[complaint_id] == ["handling"]


def test_CL11_another_calendar_is_looked_at_before_it_moves_limits(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint(category=WORKING_DAYS_LEAF)["complaint_id"]
    eventually(case_of(ask, complaint_id))

    moves = ask(OPERATOR, "escalation.calendar_effect", {"calendar": A_DAY_OFF})["moves"]

    (moved,) = [each for each in moves if each["complaint_id"] == complaint_id]
    assert datetime.fromisoformat(moved["was"]) < datetime.fromisoformat(moved["due_at"])
    applied = say(OPERATOR, "escalation.apply_calendar")
    in_force = ask(OPERATOR, "escalation.calendar_effect", {})
    assert (applied["moves"], applied["calendar_version"]) == ([], in_force["calendar_version"])


def test_each_service_tells_its_operator_its_time_and_what_waits(ask: Any) -> None:
    pulses = [
        ask(OPERATOR, "intake.pulse"),
        ask(OPERATOR, "escalation.pulse"),
        ask(OPERATOR, "refund.pulse"),
        ask(OPERATOR, "notify.pulse"),
    ]

    assert [pulse["service"] for pulse in pulses] == ["intake", "escalation", "refund", "notify"]
    assert all(datetime.fromisoformat(pulse["at"]) >= MONDAY for pulse in pulses)


def test_what_a_reader_missed_is_sent_to_it_again_by_each_service(ask: Any, complaint: Any) -> None:
    before = datetime.now().astimezone()
    complaint_id = complaint()["complaint_id"]
    eventually(case_of(ask, complaint_id))
    asked = {"reader": "notify", "types": ["*"], "since": before.isoformat()}

    answers = [
        ask(OPERATOR, "intake.announce_again", asked),
        ask(OPERATOR, "escalation.announce_again", asked),
        ask(OPERATOR, "refund.announce_again", asked),
        ask(OPERATOR, "notify.announce_again", asked),
    ]

    assert [answer["after"] for answer in answers] == [None, None, None, None]
    assert [answer["sent"] > 0 for answer in answers[:3]] == [True, True, False]


def test_PR1_each_service_says_what_speaks_against_erasing_a_complaint(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]
    eventually(case_of(ask, complaint_id))
    why = {"reason": "本人来函", "ground": "holder_asked", "reference": "函-1", "check": True}
    asked = why | {"complaint_id": complaint_id}

    answers = [
        say(OPERATOR, "intake.erase", **asked),
        say(OPERATOR, "escalation.erase", **asked),
        say(OPERATOR, "refund.erase", **asked),
        say(OPERATOR, "notify.erase", **asked),
    ]

    assert [answer["erased"] for answer in answers] == [0, 0, 0, 0]
    assert complaint_id in [each["id"] for each in answers[0]["kept"]]
    assert ask(AGENT, "intake.get", complaint_id)["customer"]["name"] == "张三"
