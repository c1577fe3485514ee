"""Messages put straight into the inboxes of a running suite, made from what its services really sent."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import amqp
import orjson

from services import SERVICES
from shared.bus.copies import TELL_EVERY
from shared.bus.retries import Travel
from shared.bus.topology import inbox_of
from suite.play.callers import Callers, Refused
from suite.play.quiet import Quiet
from tests.faults.broker.hands import a_complaint
from tests.system.hands import AGENT, OPERATOR, PROVINCE, eventually, requests

KILLED = "killed, and followed by another"  # what a supervisor says (poisoned.py)

Event = dict[str, Any]


class Post:
    """What leaves the services from now on, and what is put into an inbox."""

    def __init__(self, connection: amqp.Connection, callers: Callers) -> None:
        self._channel, self.callers = connection.channel(), callers
        self._heard = str(self._channel.queue_declare(durable=False, exclusive=True).queue)
        for service in SERVICES:
            self._channel.queue_bind(self._heard, f"{service}.events", "#")
        self._quiet = Quiet(connection, self.pulse)

    def heard(self, type_name: str, complaint_id: str) -> Event:
        """The event of this type and complaint; those before it are dropped."""

        def look() -> Event | None:
            message = self._channel.basic_get(self._heard, no_ack=True)
            event: Event = orjson.loads(message.body) if message else {}
            return event if (event.get("type"), event.get("complaint_id")) == (type_name, complaint_id) else None

        found: Event = eventually(look, seconds=30)
        return found

    def put(self, reader: str, source: str, event: Event, times: int = 1) -> None:
        """So many copies under the event's id."""
        self.put_body(reader, Travel(source, event["type"]), event["event_id"], orjson.dumps(event), times)

    def put_body(self, reader: str, travel: Travel, message_id: str, body: bytes, times: int = 1) -> None:
        """Any bytes at all."""
        for _ in range(times):
            message = amqp.Message(body, message_id=message_id, delivery_mode=2, application_headers=travel.headers())
            self._channel.basic_publish_confirm(message, "", inbox_of(reader))

    def pulse(self, service: str) -> dict[str, Any]:
        """What a service says of itself."""
        pulse: dict[str, Any] = self.callers.call(OPERATOR, service, "pulse")
        return pulse

    def duplicates(self, service: str) -> int:
        """The service's count, once all its processes have told: it has stood still for longer than they wait."""

        def look() -> tuple[int] | None:
            before = self.pulse(service)["duplicates"]
            time.sleep(2.5 * TELL_EVERY)
            return (before,) if self.pulse(service)["duplicates"] == before else None

        (count,) = eventually(look, seconds=20)
        return int(count)

    def rest(self) -> None:
        """Returns once nothing moves."""
        self._quiet.wait()

    def registered(self) -> str:
        """The id of a new complaint."""
        answer = self.callers.call(AGENT, "intake", "register", a_complaint(f"m{next(requests)}"))
        return str(answer["complaint_id"])

    def letters(self, service: str) -> dict[str, str]:
        """The service's dead letters: id → cause."""
        items = self.callers.call(OPERATOR, service, "dead_letters", {"limit": 100})["items"]
        return {each["letter_id"]: each["cause"] for each in items}


# -- one new event for each reader, whose single effect can be counted


def promised(registered: Event) -> Event:
    """A further promise; escalation starts one clock for it."""
    data = registered["data"]
    promise = {"promise_id": "promise-copied", "kind": "effect", "due_at": later(data), "made_at": registered["at"]}
    told = {"seq": data["seq"] + 1, "promises": [*data["promises"], promise]}
    return registered | {"event_id": f"{registered['event_id']}:p", "type": "promise_made", "data": data | told}


def not_charged(registered: Event) -> Event:
    """A fee that must not be charged; refund claims it back (IN16)."""
    told = {"no_charge": {"service": "彩铃", "period": "2026-12", "fee_fen": 500}}
    return registered | {"event_id": f"{registered['event_id']}:n", "data": registered["data"] | told}


def taken_again(registered: Event) -> Event:
    """News of its own, of a registration; notify tells the customer of it."""
    return registered | {"event_id": f"{registered['event_id']}:t"}


def risen(opened: Event) -> Event:
    """News of the case; intake keeps what it says of the ladder."""
    told = {"seq": opened["data"]["seq"] + 10, "level": "duty_manager", "awaiting": "duty_manager"}
    return opened | {"event_id": f"{opened['event_id']}:r", "data": opened["data"] | told}


def later(data: Event) -> str:
    """A time that the complaint's facts name and that lies ahead."""
    return str(max(data["limits"].values()))


def clocks(callers: Callers, complaint_id: str) -> int:
    case = callers.call(PROVINCE, "escalation", "case", complaint_id)
    return len([clock for clock in case["clocks"] if clock["kind"] == "promise"])


def refunds(callers: Callers, complaint_id: str) -> int:
    return len(callers.call(PROVINCE, "refund", "search", {"complaint_id": complaint_id})["items"])


def messages(callers: Callers, complaint_id: str) -> int:
    """How often whoever was told most often was told one and the same thing."""
    told = callers.call(PROVINCE, "notify", "search", {"complaint_id": complaint_id, "limit": 100})["items"]
    return max(Counter((each["template"], each["role"]) for each in told).values(), default=0)


def versions(callers: Callers, complaint_id: str) -> int:
    return int(callers.call(PROVINCE, "intake", "get", complaint_id)["version"])


# reader -> (source, the real event it is made from, what is made of it, how its effects are counted)
COUNTED: dict[str, tuple[str, str, Callable[[Event], Event], Callable[[Callers, str], int]]] = {
    "escalation": ("intake", "complaint_registered", promised, clocks),
    "refund": ("intake", "complaint_registered", not_charged, refunds),
    "notify": ("intake", "complaint_registered", taken_again, messages),
    "intake": ("escalation", "case_opened", risen, versions),
}


def known(callers: Callers, complaint_id: str) -> bool:
    """Whether escalation has heard of the complaint and its customer is told."""
    try:
        return clocks(callers, complaint_id) >= 0 and messages(callers, complaint_id) > 0
    except Refused as refused:
        if refused.name != "NotFound":
            raise
        return False
