"""One suite on a broker of its own, for all that is done to that broker."""

import signal
from collections.abc import Iterator

import pytest

from suite.play.__main__ import MONDAY
from suite.processes import Process
from suite.running import Suite
from tests.faults.broker.hands import Callers, soon


@pytest.fixture(scope="package")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with Suite(tmp_path_factory.mktemp("suite"), clock_origin=MONDAY) as running:
        yield running


@pytest.fixture(scope="package")
def callers(suite: Suite) -> Callers:
    return Callers(suite)


@pytest.fixture
def node(suite: Suite) -> Iterator[Process]:
    """The broker's process; it runs after the test, whatever was done to it."""
    yield suite.process("rabbitmq")
    suite.process("rabbitmq").signal(signal.SIGCONT)
    if not suite.process("rabbitmq").alive():
        suite.broker.start_node()
    soon(suite.broker.answers, within=60)
