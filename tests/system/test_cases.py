"""The manuals' cases, played through the suite as processes, two of every service at once."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from services import SERVICES
from suite.play.__main__ import CASES, MONDAY, perform
from suite.play.script import read
from suite.running import Suite


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder = tmp_path_factory.mktemp("suite")
    with Suite(folder, replicas=dict.fromkeys(SERVICES, 2), clock_origin=MONDAY) as running:
        yield running


def test_every_case_ends_as_the_manuals_expect_with_two_replicas_of_every_service(suite: Suite) -> None:
    story = Console(record=True, width=200, soft_wrap=True)

    faults = perform(read(CASES.read_text(encoding="utf-8"), MONDAY), suite, story)

    assert faults == [], story.export_text()
