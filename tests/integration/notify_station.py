"""Notify between a real broker, a real database and a real message centre, with hands to tell it of events."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import eventlet
import orjson
import pytest
from nameko.exceptions import RemoteError
from pymongo import MongoClient

from shared.clock import BusinessClock, ClockFile
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.smsc import SmscProcess


class Station:
    """Callers over RPC: `manager` and `agent` of SZ, `stranger` (a manager of GZ), `province`, `operator`, `system`."""

    def __init__(
        self, settings: Settings, smsc: SmscProcess, clock: ClockFile, make_client: Callable[..., Any]
    ) -> None:
        self.settings, self.smsc, self._clock = settings, smsc, clock
        self.manager = make_client(settings, "M1001", "duty_manager", "SZ").notify
        self.agent = make_client(settings, "E1001", "agent", "SZ").notify
        self.stranger = make_client(settings, "M2001", "duty_manager", "GZ").notify
        self.province = make_client(settings, "P1001", "province").notify
        self.operator = make_client(settings, "O1001", "operator").notify
        self.system = make_client(settings, "service:gateway", "system").notify
        self.keys = key_ring(settings)

    def tell(self, service: str, type: str, data: dict[str, Any], event_id: str) -> None:
        """Publishes an event as the service would; `customer.msisdn` and `reply.content` travel sealed."""
        hidden = {"customer": "msisdn", "reply": "content"}
        known = {name: key for name, key in hidden.items() if name in data}
        sealed = {name: self.keys.seal_for_suite({key: data[name][key]}) for name, key in known.items()}
        body = data | {name: {"masked": "139****0001", "sealed": text} for name, text in sealed.items()}
        at = BusinessClock(self._clock.path).now().isoformat()
        event = {"event_id": event_id, "type": type, "schema": 1, "at": at, "seq": data["seq"], "data": body}
        with Hands(self.settings.amqp_uri) as hands:
            hands.publish(f"{service}.events", type, orjson.dumps(event), message_id=event_id)

    def set_clock(self, to: datetime) -> None:
        """Jumps to a later business time."""
        self._clock.advance(to - BusinessClock(self._clock.path).now())

    def messages(self, **filters: Any) -> list[dict[str, Any]]:
        return list(self.province.search(filters)["items"])

    def statuses(self, **filters: Any) -> list[str]:
        return sorted(each["status"] for each in self.messages(**filters))

    def dead_letters(self) -> list[dict[str, Any]]:
        with MongoClient[dict[str, Any]](self.settings.mongo_url) as client:
            return list(client[f"{self.settings.database_prefix}_notify"]["letters"].find())

    def on_phone(self, number: str) -> list[str]:
        return [line["text"] for line in self.smsc.journal() if line["to"] == number]


def soon(is_so: Callable[[], Any], within: float = 20.0) -> Any:
    """What `is_so` finds; fails after `within` seconds."""
    limit = time.monotonic() + within
    while not (found := is_so()):
        assert time.monotonic() < limit, "waited in vain"
        eventlet.sleep(0.05)
    return found


def refused(name: str, call: Callable[..., Any], *args: Any) -> dict[str, Any]:
    """The details of the contract's error that this call gets."""
    with pytest.raises(RemoteError) as error:
        call(*args)
    assert error.value.exc_type == name
    details: dict[str, Any] = error.value.value["details"]
    return details
