"""The whole suite as processes, for one module of tests each, and those who call it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest

from services import SERVICES
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.play.script import Person
from suite.running import Suite
from tests.system.hands import AGENT, numbers, requests

StartSuite = Callable[..., Suite]


@pytest.fixture(scope="module")
def start_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartSuite]:
    """`start_suite(replicas={"intake": 2}, clock_origin=…)`: a suite of its own, stopped with the module."""
    with ExitStack() as running:

        def start(replicas: dict[str, int], clock_origin: datetime) -> Suite:
            folder = tmp_path_factory.mktemp("suite")
            return running.enter_context(Suite(folder, replicas=replicas, clock_origin=clock_origin))

        yield start


@pytest.fixture(scope="module")
def suite(start_suite: StartSuite) -> Suite:
    return start_suite(dict.fromkeys(SERVICES, 1), MONDAY)


@pytest.fixture(scope="module")
def callers(suite: Suite) -> Iterator[Callers]:
    with Callers(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch)) as everybody:
        yield everybody


@pytest.fixture
def say(callers: Callers) -> Callable[..., Any]:
    """`say(AGENT, "intake.reply", id, process=…)`: a command with a request id of its own."""

    def command(who: Person, method: str, /, *target: str, **content: Any) -> Any:
        service, _, name = method.partition(".")
        return callers.call(who, service, name, *target, {"request_id": f"r{next(requests)}"} | content)

    return command


@pytest.fixture
def ask(callers: Callers) -> Callable[..., Any]:
    """`ask(AGENT, "intake.get", id)`: a query."""

    def query(who: Person, method: str, *arguments: Any) -> Any:
        service, _, name = method.partition(".")
        return callers.call(who, service, name, *arguments)

    return query


@pytest.fixture
def complaint(say: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """`complaint(brand="vip", …)`: a complaint registered by AGENT on a fresh number."""

    def registered(brand: str = "ordinary", **more: Any) -> dict[str, Any]:
        request = {
            "ticket_type": "complaint",
            "channel": "hotline",
            "handling": "transfer",
            "customer": {"msisdn": str(next(numbers)), "name": "张三", "brand": brand},
            "verification": {"method": "service_password", "verified": True},
            "category": "04.01.01",
            "content": "话费争议",
            "branch": "SZ",
        }
        answer: dict[str, Any] = say(AGENT, "intake.register", **(request | more))
        return answer

    return registered
