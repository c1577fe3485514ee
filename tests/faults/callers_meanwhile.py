"""Callers who go on calling while a server of the suite is away, and what each of them was told, and when."""

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nameko.exceptions import RemoteError, RpcTimeout
from nameko.standalone.rpc import ClusterRpcProxy

from services import SERVICES
from suite.play.script import Person
from suite.running import Suite
from tests.faults.own_waiting import timed
from tests.system.hands import AGENT, OPERATOR

CALLERS, PATIENCE = 16, 20  # more than a service has workers

_runs = itertools.count(1)


@dataclass(frozen=True)
class Answered:
    """One call: when it began (monotonic seconds), how long it took (own_waiting), and ok or the error's name."""

    method: str
    began: float
    took: float
    how: str


@dataclass
class Callers:
    """Registers complaints and asks services for their pulse, each caller over a connection of his own."""

    suite: Suite
    pause: float = 0.05  # seconds between two calls of one caller
    services: Sequence[str] = SERVICES  # who is asked for a pulse
    answers: list[Answered] = field(default_factory=list)
    registered: dict[str, str] = field(default_factory=dict)  # request id -> complaint id, as the caller was told
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._run = next(_runs)
        self._numbers = itertools.count(13_700_000_000 + self._run * 100_000)

    @contextmanager
    def calling(self) -> Iterator["Callers"]:
        threads = [threading.Thread(target=self._call_on, args=(number,), daemon=True) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(PATIENCE + 5)
        assert not any(thread.is_alive() for thread in threads), "a caller was never answered"

    def between(self, since: float, until: float) -> list[Answered]:
        """The calls that began in this time."""
        return [each for each in self.answers if since <= each.began < until]

    def _call_on(self, number: int) -> None:
        with self._proxy(AGENT if number % 2 else OPERATOR) as proxy:
            while not self._over.is_set():
                if number % 2:
                    self._register(proxy)
                else:
                    self._pulse(proxy, self.services[number // 2 % len(self.services)])
                time.sleep(self.pause)

    def _proxy(self, who: Person) -> Any:
        token = self.suite.token(who.sub, who.role, who.branch)
        config = {"AMQP_URI": self.suite.amqp_uri, "serializer": "json"}
        return ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=PATIENCE)

    def _pulse(self, proxy: Any, service: str) -> None:
        self._told(f"{service}.pulse", lambda: getattr(proxy, service).pulse())

    def _register(self, proxy: Any) -> None:
        """The same request again until it is answered."""
        asked = registration(next(self._numbers))
        while not self._over.is_set():
            answer = self._told("intake.register", lambda: proxy.intake.register(asked))
            if answer:
                self.registered[asked["request_id"]] = answer["complaint_id"]
                return
            time.sleep(self.pause)

    def _told(self, method: str, call: Any) -> Any:
        answer = None
        with timed() as watch:
            try:
                answer, how = call(), "ok"
            except RemoteError as refused:
                how = refused.exc_type
            except RpcTimeout:
                how = "never answered"
        self.answers.append(Answered(method, watch.began, watch.took, how))
        return answer


def registration(number: int) -> dict[str, Any]:
    """A complaint on a number, whose request is named after it."""
    return {
        "request_id": f"m{number}",
        "ticket_type": "complaint",
        "channel": "hotline",
        "handling": "transfer",
        "customer": {"msisdn": str(number), "name": "张三", "brand": "ordinary"},
        "verification": {"method": "service_password", "verified": True},
        "category": "04.01.01",
        "content": "话费争议",
        "branch": "SZ",
    }
