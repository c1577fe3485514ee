"""What notify.yml lets its rules use is what events really carry."""

from typing import Any

import pytest

from services.notify.facts import at_path, clock_meant
from suite.rehearsal.memory import Told
from suite.rehearsal.stage import policies

SERVICES = ("intake", "escalation", "refund")


def carried(told: list[Told], service: str) -> list[dict[str, Any]]:
    found = [each.event["data"] for each in told if each.service == service]
    return [data | {"clock": clock_meant(data)} for data in found]


@pytest.mark.parametrize("service", SERVICES)
def test_NT5_every_fact_that_a_rule_may_use_is_carried_by_some_event(told: list[Told], service: str) -> None:
    events, facts = carried(told, service), policies("notify")["notify"].facts[service]

    assert facts
    assert {path for path in facts if all(at_path(data, path) is None for data in events)} == set()
