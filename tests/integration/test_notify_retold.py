"""Histories that a service tells once more, as the broker lost queues: what was lost is told, what is over is not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.notify.message import Message
from services.notify.outgoing import Outgoing
from suite.mongo import Mongo
from tests.integration.notify_desk import Desk, desk_on
from tests.unit.notify.makers import case, clock, facts, policy

WITHIN = policy().retold_within.total_seconds()
RISEN = case(clock("acceptance"), change={"level": "branch", "cause": "handling"})  # for a digest, too


@pytest.fixture
def desk(mongo: Mongo) -> Iterator[Desk]:
    with desk_on(mongo) as opened:
        yield opened


def with_rules(desk: Desk, *templates: str) -> Outgoing:
    """Under the policy in force with only the rules for these."""
    rules = tuple(rule for rule in policy().rules if rule.template in templates)
    return replace(desk.outgoing, policy=replace(policy(), rules=rules))


class Told:
    """An event of intake or escalation that happens now and may be told more than once."""

    def __init__(self, desk: Desk, service: str, type: str, data: dict[str, Any]) -> None:
        self._desk, self._service = desk, service
        self._event = {"event_id": "e1", "type": type, "at": desk.clock.now().isoformat(), "data": data}

    def to(self, outgoing: Outgoing, **mark: Any) -> list[Message]:
        """The messages that stand when it was told."""
        outgoing.tell(self._service, self._event | mark, self._desk.clock.now())
        return self._desk.all()


def registered(desk: Desk) -> Told:
    return Told(desk, "intake", "complaint_registered", facts())


@pytest.mark.parametrize("event", [("intake", "complaint_registered", facts()), ("escalation", "escalated", RISEN)])
def test_F13_an_old_event_that_is_told_once_more_makes_nothing_by_a_rule_that_came_since(
    desk: Desk, event: tuple[str, str, dict[str, Any]]
) -> None:
    told = Told(desk, *event)
    assert told.to(with_rules(desk)) == []
    desk.clock.passes(seconds=WITHIN + 60)
    assert told.to(desk.outgoing, retold=True) == []


def test_F13_an_old_event_that_is_told_once_more_adds_nothing_to_what_it_made(desk: Desk) -> None:
    told = registered(desk)
    made = told.to(with_rules(desk, "receipt"))
    desk.clock.passes(seconds=WITHIN + 60)
    assert told.to(desk.outgoing, retold=True) == made
    assert [each.template for each in made] == ["receipt"]


def test_F13_of_an_old_event_that_is_told_once_more_nobody_is_missed(desk: Desk) -> None:
    told = Told(desk, "intake", "complaint_registered", facts(customer=None))
    desk.clock.passes(seconds=WITHIN + 60)
    assert told.to(desk.outgoing, retold=True) == []


def test_F28_what_was_lost_within_the_week_is_told(desk: Desk) -> None:
    told = registered(desk)
    desk.clock.passes(seconds=WITHIN - 60)
    assert {each.template for each in told.to(desk.outgoing, retold=True)} == {"receipt", "limits_told"}


def test_F25_what_waited_longer_in_its_queue_or_is_replayed_by_a_person_is_told_however_old(desk: Desk) -> None:
    told = registered(desk)
    desk.clock.passes(seconds=10 * WITHIN)
    assert {each.template for each in told.to(desk.outgoing)} == {"receipt", "limits_told"}
