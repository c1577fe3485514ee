"""The whole suite as processes, for one module of tests each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest

from suite.running import Suite

StartSuite = Callable[..., Suite]


@pytest.fixture(scope="module")
def start_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartSuite]:
    """`start_suite(replicas={"intake": 2}, clock_origin=…)`: a suite of its own, stopped with the module."""
    with ExitStack() as running:

        def start(replicas: dict[str, int], clock_origin: datetime) -> Suite:
            folder = tmp_path_factory.mktemp("suite")
            return running.enter_context(Suite(folder, replicas=replicas, clock_origin=clock_origin))

        yield start
