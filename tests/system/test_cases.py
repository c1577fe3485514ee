"""The manuals' cases, played through the suite as processes, two of every service at once."""

from rich.console import Console

from services import SERVICES
from suite.play.__main__ import CASES, MONDAY, perform
from suite.play.script import read
from tests.system.conftest import StartSuite


def test_every_case_ends_as_the_manuals_expect_with_two_replicas_of_every_service(start_suite: StartSuite) -> None:
    suite = start_suite(dict.fromkeys(SERVICES, 2), MONDAY)
    story = Console(record=True, width=200)

    faults = perform(read(CASES.read_text(encoding="utf-8"), MONDAY), suite, story)

    assert faults == [], story.export_text()
