"""Plain Nameko callers, each call over a connection of its own, since the broker goes away; and what they ask for."""

import json
import time
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from amqp.exceptions import AMQPError
from nameko.exceptions import RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from suite.play.script import Person
from suite.running import Suite

AGENT = Person("E1001", "agent", "SZ")
OPERATOR = Person("O1001", "operator")
PROVINCE = Person("P1001", "province")
NO_ANSWER = (OSError, AMQPError, RpcTimeout, UnknownService, RuntimeError)  # of a plain client without its broker

numbers = count(13_900_100_001)


def soon(look: Callable[[], Any], within: float = 20.0) -> Any:
    """What the look finds once it finds something."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, f"it did not happen within {within} s"
        time.sleep(0.05)
    return found


class Callers:
    """Everybody who calls this suite; `seconds`: how long a call waits for its answer."""

    def __init__(self, suite: Suite, seconds: float = 5.0) -> None:
        self._suite, self._seconds = suite, seconds
        self._token = cache(lambda who: suite.token(who.sub, who.role, who.branch))

    def call(self, who: Person, method: str, *arguments: Any) -> Any:
        """The answer of `service.method` over a connection of its own; raises what a plain client raises."""
        service, _, name = method.partition(".")
        config = {"AMQP_URI": self._suite.amqp_uri, "serializer": "json"}
        context = {"auth_token": self._token(who)}
        with ClusterRpcProxy(config, context_data=context, timeout=self._seconds) as cluster:
            return getattr(getattr(cluster, service), name)(*arguments)

    def tried(self, who: Person, method: str, *arguments: Any) -> tuple[Any, float]:
        """(answer, seconds); an answer of None says that none came, or that a server behind is away."""
        began = time.monotonic()
        try:
            return self.call(who, method, *arguments), time.monotonic() - began
        except NO_ANSWER:
            return None, time.monotonic() - began
        except RemoteError as error:
            if error.exc_type != "Unavailable":
                raise
            return None, time.monotonic() - began

    def insistent(self, who: Person, method: str, *arguments: Any, within: float = 30.0) -> Any:
        """The answer, however often the same request has to be made."""
        return soon(lambda: self.tried(who, method, *arguments)[0], within)

    def pulse(self, service: str) -> dict[str, Any]:
        """What still waits in a service."""
        return dict(self.insistent(OPERATOR, f"{service}.pulse"))


def a_complaint(request_id: str, **more: Any) -> dict[str, Any]:
    """What `intake.register` takes, on a number of its own."""
    return {
        "request_id": request_id,
        "ticket_type": "complaint",
        "channel": "hotline",
        "handling": "transfer",
        "customer": {"msisdn": str(next(numbers)), "name": "张三", "brand": "ordinary"},
        "verification": {"method": "service_password", "verified": True},
        "category": "04.01.01",
        "content": "话费争议",
        "branch": "SZ",
    } | more


def journal(file: Path) -> list[dict[str, Any]]:
    """The lines of a simulator's journal."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def sms_to(suite: Suite, number: str) -> list[str]:
    """The texts that this phone got."""
    return [line["text"] for line in journal(suite.folder.journal("smsc")) if line["to"] == number]
