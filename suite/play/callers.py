"""The hotline and the halls: plain Nameko clients, one per person, each with a token."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy

from suite.play.script import Person

ANSWER_SECONDS = 20


class Refused(Exception):
    """The suite said no: the contract's error name, its sentence and its details."""

    def __init__(self, name: str, value: Any) -> None:
        shown: dict[str, Any] = value if isinstance(value, dict) else {"message": str(value), "details": {}}
        super().__init__(f"{name}: {shown['message']}")
        self.name, self.message, self.details = name, shown["message"], shown["details"]

    def is_(self, expected: str) -> bool:
        """Whether this is the expected error name, or the refusal under the expected rule."""
        return expected in (self.name, self.details.get("rule"))


class Callers:
    """Everybody who calls the suite. Use as a context; connections are made when first needed."""

    def __init__(self, amqp_uri: str, token: Callable[[Person], str]) -> None:
        self._amqp_uri, self._token = amqp_uri, token
        self._stack = ExitStack()
        self._proxies: dict[Person, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._stack.close()

    def call(self, who: Person, service: str, method: str, *arguments: Any) -> Any:
        """The answer; raises Refused."""
        try:
            return getattr(getattr(self._proxy(who), service), method)(*arguments)
        except RemoteError as error:
            raise Refused(error.exc_type, error.value) from None

    def _proxy(self, who: Person) -> Any:
        if who not in self._proxies:
            config = {"AMQP_URI": self._amqp_uri, "serializer": "json"}
            client = ClusterRpcProxy(config, context_data={"auth_token": self._token(who)}, timeout=ANSWER_SECONDS)
            self._proxies[who] = self._stack.enter_context(client)
        return self._proxies[who]
