"""Suites whose processes and servers are killed, and those who call them meanwhile. Nothing here is patched."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from suite.play.callers import Callers
from suite.running import Suite

StartSuite = Callable[..., Suite]


@pytest.fixture(scope="module")
def start_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartSuite]:
    """`start_suite(replicas={"refund": 2}, clock_origin=MONDAY, serving=("chaos.serving",), environ=os.environ | {…})`.

    A suite of its own folder, stopped with the module; what it hears is what suite.running.Suite hears."""
    with ExitStack() as running:

        def start(**how: Any) -> Suite:
            return running.enter_context(Suite(tmp_path_factory.mktemp("suite"), **how))

        yield start


@pytest.fixture(scope="module")
def call_suite() -> Iterator[Callable[[Suite], Callers]]:
    """`call_suite(suite).call(AGENT, "intake", "register", {…})`: plain Nameko clients, gone with the module."""
    with ExitStack() as calling:

        def everybody(suite: Suite) -> Callers:
            def token(who: Any) -> str:
                return suite.token(who.sub, who.role, who.branch)

            return calling.enter_context(Callers(suite.amqp_uri, token))

        yield everybody
