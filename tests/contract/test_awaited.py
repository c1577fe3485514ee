"""What an outbox waits with until a queue takes it."""

import pytest

from suite.rehearsal.doors import handlers
from suite.rehearsal.memory import Told
from suite.rehearsal.stage import Stage


@pytest.mark.parametrize("source", ["intake", "escalation", "refund", "notify"])
def test_a_service_waits_for_a_queue_exactly_for_what_somebody_reads(told: list[Told], source: str) -> None:
    stage = Stage()
    stores = {
        "intake": [stage.complaints],
        "escalation": [stage.cases, stage.groups],
        "refund": [stage.refunds],
        "notify": [stage.messages, stage.sms],
    }
    read = {
        each.type
        for each in told
        if each.service == source and any(handler.takes(source, each.type) for handler in handlers())
    }

    assert {kind for store in stores[source] for kind in store.awaited} == read
