"""Every event is taken by each service that reads it: alone, in company, again, late, with things it does not know."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.notify.events import RULED
from shared.bus.retries import PermanentFault
from suite.rehearsal.complaints import whole_way
from suite.rehearsal.doors import Handler, handlers
from suite.rehearsal.everything import rehearse
from suite.rehearsal.memory import Told
from suite.rehearsal.stage import Stage, policies

# How our SMS fared is for later readers; operators may bind queues of their own.
NOBODY_READS = {
    "notify.message_doubt_rose",
    "notify.message_delivered",
}
TABLES = ("opinions", "limits", "decided")  # their keys are words of the rulebook, not names of fields
OWN_COPIES = ("escalation", "refund")  # keep a record of the complaint, which any event of it can create


def readers_of(told: Told) -> list[Handler]:
    return [handler for handler in handlers() if handler.takes(told.service, told.type)]


def with_more(told: Told) -> Told:
    """The event as a later version of its publisher might send it: more of everything."""
    return replace(told, body=orjson.dumps(_more(told.event)))


def _more(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        grown = {key: _more(inner, key) for key, inner in value.items()}
        return grown if name in TABLES else grown | {"added_later": {"nested": [1]}}
    return [_more(inner) for inner in value] if isinstance(value, list) else value


def test_a_rehearsal_ends_without_an_event_that_a_reader_could_not_take(told: list[Told]) -> None:
    """Each handler ran on each of its events while they were published: a fault would have ended the rehearsal."""
    assert {told.service for told in told} == {"intake", "escalation", "refund", "notify"}
    assert len(told) > 100


def test_every_published_event_has_a_reader_or_is_known_to_have_none(told: list[Told]) -> None:
    unread = {f"{each.service}.{each.type}" for each in told if not readers_of(each)}

    assert unread == NOBODY_READS


def test_every_event_that_a_reader_names_is_published_by_somebody(told: list[Told]) -> None:
    published = {(each.service, each.type) for each in told}
    named = {(handler.source, handler.type) for handler in handlers() if handler.type != "*"}

    assert named <= published


def test_readers_of_all_events_name_a_service_that_publishes(told: list[Told]) -> None:
    assert {handler.source for handler in handlers()} <= {each.service for each in told}


def test_nobody_reads_his_own_events() -> None:
    assert not [handler for handler in handlers() if handler.service == handler.source]


def test_every_event_named_in_the_notify_policy_is_published(told: list[Told]) -> None:
    published = {(each.service, each.type) for each in told}
    rules = policies("notify")["notify"].rules

    assert {(rule.service, rule.type) for rule in rules} <= published


def test_every_event_named_in_the_notify_policy_is_bound_by_notify_or_its_own() -> None:
    bound = {(handler.source, handler.type) for handler in handlers() if handler.service == "notify"}
    bound |= {("notify", type_name) for type_name in RULED["notify"]}

    assert {(rule.service, rule.type) for rule in policies("notify")["notify"].rules} <= bound


class Wordy(Stage):
    """Every event reaches its readers with more in it than they know."""

    def hand(self, told: Told, handler: Handler) -> None:
        super().hand(with_more(told), handler)


def test_F27_readers_ignore_what_they_do_not_know(told: list[Told]) -> None:
    """The same rehearsal with wordy events ends in the same way."""
    wordy = Wordy()
    rehearse(wordy)

    assert Counter((each.service, each.type) for each in wordy.told) == Counter(
        (each.service, each.type) for each in told
    )


@pytest.mark.parametrize("service", OWN_COPIES)
def test_F14_any_event_of_a_complaint_alone_lets_a_reader_know_the_complaint(told: list[Told], service: str) -> None:
    of_complaints = [each for each in told if each.service == "intake" and each.event["data"]["status"] != "refused"]

    for each in of_complaints:
        stage, complaint_id = Stage(), each.event["complaint_id"]
        for handler in readers_of(each):
            if handler.service == service:
                stage.hand(each, handler)
        known = (
            stage.cases.knows(complaint_id) if service == "escalation" else stage.refunds.complaints.find(complaint_id)
        )
        has_clocks = bool(each.event["data"]["limits"])
        assert bool(known) == (service == "refund" or has_clocks), each.type


def test_F12_F14_events_that_come_again_or_late_change_nothing() -> None:
    """Backwards, each of them a second time."""
    stage = Stage()
    whole_way(stage)
    before, heard = deepcopy(versions(stage)), list(stage.told)

    for told in reversed(heard):
        for handler in readers_of(told):
            stage.hand(told, handler)

    assert versions(stage) == before
    assert len(stage.told) == len(heard)


def test_F13_every_event_once_more_after_forty_days_changes_nothing() -> None:
    """No second message (the day's digest too), no second claim, no clock, nothing published."""
    stage = Stage()
    rehearse(stage)
    stage.pass_time(stage.clock.at + timedelta(days=40))
    before, heard = deepcopy(versions(stage)), list(stage.told)

    for told in heard:
        for handler in readers_of(told):
            stage.hand(told, handler)

    assert {name: v for name, v in versions(stage).items() if before.get(name) != v} == {}
    assert stage.told == heard


def test_F27_a_newer_schema_than_the_reader_knows_is_refused_before_the_reader_sees_it(told: list[Told]) -> None:
    newest = {handler.service: handler for handler in handlers()}.values()
    for handler in newest:
        each = next(each for each in told if handler.takes(each.service, each.type))
        later = replace(each, body=orjson.dumps(each.event | {"schema": handler.schema + 1}))
        with pytest.raises(PermanentFault, match="newer"):
            Stage().hand(later, handler)


def versions(stage: Stage) -> dict[str, int]:
    stores = (stage.complaints, stage.cases, stage.groups, stage.refunds, stage.messages, stage.sms)
    return {saved.id: saved.v for store in stores for saved in store.known.values()}


def counted(told: list[Told]) -> Counter[tuple[str, str]]:
    return Counter((each.service, each.type) for each in told)
