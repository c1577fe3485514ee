"""One caller among several: plain Nameko clients whose connection is replaced after any fault of the way, and patience.

Not for several threads: each has a caller of its own."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy

from chaos.told import UNKNOWN
from suite.play.callers import Refused
from suite.play.script import Person

BUSINESS = frozenset(("InvalidRequest", "RuleRefused", "NotFound", "Conflict", "Forbidden"))
PAUSE_SECONDS = 0.2


class NoAnswer(Exception):
    """Nobody knows whether it was done; `why` is the class of the fault, or the error's name: with UNKNOWN before it
    where the contract has no such error."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Caller:
    """`token(person)` makes a token; answers are waited for `answer_seconds`."""

    def __init__(self, amqp_uri: str, token: Callable[[Person], str], answer_seconds: float = 6.0) -> None:
        self._amqp_uri, self._token, self._answer_seconds = amqp_uri, token, answer_seconds
        self._clients: dict[Person, tuple[ClusterRpcProxy, Any]] = {}

    def once(self, who: Person, service: str, method: str, *arguments: Any) -> Any:
        """One try. Raises Refused for a business refusal, NoAnswer for everything else."""
        try:
            return getattr(getattr(self._proxy(who), service), method)(*arguments)
        except RemoteError as error:
            if error.exc_type in BUSINESS:
                raise Refused(error.exc_type, error.value) from None
            if error.exc_type != "Unavailable":
                self._drop(who)  # a token may have run out
            known = error.exc_type in ("Unavailable", "Unauthenticated")
            raise NoAnswer(str(error.exc_type) if known else f"{UNKNOWN}{error.exc_type}") from None
        except Exception as fault:  # whatever a connection dies of
            self._drop(who)
            raise NoAnswer(type(fault).__name__) from fault

    def patiently(
        self,
        who: Person,
        service: str,
        method: str,
        *arguments: Any,
        until: float,
        told: Callable[[str], None] = lambda _why: None,
    ) -> Any:
        """The same request again and again until it is answered; `told(why)` hears of each try without an answer.

        Raises Refused, and NoAnswer once time.monotonic() is past `until`."""
        while True:
            try:
                return self.once(who, service, method, *arguments)
            except NoAnswer as none:
                told(none.why)
                if time.monotonic() > until:
                    raise
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        for who in list(self._clients):
            client, _ = self._clients.pop(who)
            with suppress(Exception):
                client.stop()

    def _proxy(self, who: Person) -> Any:
        if who not in self._clients:
            config = {"AMQP_URI": self._amqp_uri, "serializer": "json"}
            data = {"auth_token": self._token(who)}
            client = ClusterRpcProxy(config, context_data=data, timeout=self._answer_seconds)
            self._clients[who] = client, client.start()
        return self._clients[who][1]

    def _drop(self, who: Person) -> None:
        """Leaves the connection without a word: a stopped broker would never answer a farewell."""
        if kept := self._clients.pop(who, None):
            with suppress(Exception):
                kept[0]._reply_listener.queue_consumer.connection.collect()
