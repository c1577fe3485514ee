"""Notify between a real broker, a real database and a real message centre, with hands to tell it of events."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import eventlet
import orjson

from shared.clock import ClockFile
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.smsc import SmscProcess


class Station:
    """`manager` is a duty manager of SZ, `system` a service; both call over RPC."""

    def __init__(self, settings: Settings, smsc: SmscProcess, clock: ClockFile, make_client: Callable[..., Any]) -> None:
        self.smsc, self._settings, self._clock = smsc, settings, clock
        self.manager = make_client(settings, "M1001", "duty_manager", "SZ").notify
        self.province = make_client(settings, "P1001", "province").notify
        self.operator = make_client(settings, "O1001", "operator").notify
        self.system = make_client(settings, "service:gateway", "system").notify
        self._keys = key_ring(settings)

    def tell(self, service: str, type: str, data: dict[str, Any], event_id: str) -> None:
        """Publishes an event as the service would; `customer.msisdn` and `reply.content` travel sealed."""
        hidden = {"customer": "msisdn", "reply": "content"}
        sealed = {name: self._keys.seal_for_suite({key: data[name][key]}) for name, key in hidden.items() if name in data}
        body = data | {name: {"masked": "139****0001", "sealed": text} for name, text in sealed.items()}
        event = {"event_id": event_id, "type": type, "schema": 1, "seq": data["seq"], "data": body}
        with Hands(self._settings.amqp_uri) as hands:
            hands.publish(f"{service}.events", type, orjson.dumps(event), message_id=event_id)

    def advance(self, by: timedelta) -> None:
        self._clock.advance(by)

    def set_clock(self, to: datetime) -> None:
        """Only forwards."""
        setting = self._clock.read()
        assert setting is not None
        self._clock.advance(to - setting.business(datetime.fromisoformat(setting.started)) - self._passed(setting))

    @staticmethod
    def _passed(setting: Any) -> timedelta:
        from shared.clock import machine_now

        return machine_now() - datetime.fromisoformat(setting.started)

    def messages(self, **filters: Any) -> list[dict[str, Any]]:
        return list(self.province.search(filters)["items"])

    def statuses(self, **filters: Any) -> list[str]:
        return sorted(each["status"] for each in self.messages(**filters))

    def on_phones(self, number: str) -> list[dict[str, Any]]:
        return [line for line in self.smsc.journal() if line["to"] == number]


def soon(is_so: Callable[[], Any], within: float = 15.0) -> Any:
    """What `is_so` finds; fails after `within` seconds."""
    limit = time.monotonic() + within
    while not (found := is_so()):
        assert time.monotonic() < limit, "waited in vain"
        eventlet.sleep(0.05)
    return found
