"""The queues that stand before anybody publishes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import amqp
import pytest

from services.escalation.service import EscalationService
from services.intake.service import IntakeService
from shared.bus.inbox import on_event
from shared.bus.inbox_record import InboxRecord
from shared.bus.known import is_known, make_known
from shared.bus.misfits import DoesNotFit
from shared.bus.places import address
from shared.bus.readers import bindings_of, declare_inboxes
from shared.bus.rebuilding import Rebuilding
from shared.bus.topology import Binding
from shared.clock import machine_now
from shared.presence import connect
from shared.settings import Settings
from tests.integration.conftest import MakeSettings


def arrived(settings: Settings) -> amqp.Message | None:
    """What escalation's inbox holds after an event was published."""
    with amqp.Connection(**address(settings.amqp_uri, None)) as connection:
        channel = connection.channel()
        channel.basic_publish_confirm(amqp.Message("{}"), "intake.events", "complaint_registered", confirm_timeout=5)
        return channel.basic_get("escalation.inbox", no_ack=True)


def test_an_event_waits_for_a_reader_that_has_never_been_started(make_settings: MakeSettings) -> None:
    settings = make_settings()

    declared = declare_inboxes(settings.amqp_uri, [IntakeService, EscalationService])

    assert declared == ["intake.inbox", "escalation.inbox"]
    assert arrived(settings) is not None


def test_declaring_twice_changes_nothing(make_settings: MakeSettings) -> None:
    settings = make_settings()
    declare_inboxes(settings.amqp_uri, [EscalationService])

    assert declare_inboxes(settings.amqp_uri, [EscalationService]) == ["escalation.inbox"]


def test_what_a_service_reads_is_told_by_its_class() -> None:
    assert Binding("intake", "*") in bindings_of(EscalationService)


class Deaf:
    """A service whose inbox somebody else has declared."""

    name = "deaf"

    @on_event("intake", "complaint_registered")
    def follow(self, event: dict[str, Any]) -> None:
        raise AssertionError(event)


def otherwise(settings: Settings, queue: str, **arguments: Any) -> None:
    with amqp.Connection(**address(settings.amqp_uri, None)) as connection:
        connection.channel().queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)


def test_F27_a_service_does_not_start_beside_a_queue_that_does_not_fit_and_says_what_to_do(
    make_settings: MakeSettings, start_service: Any
) -> None:
    settings = make_settings()
    otherwise(settings, "deaf.inbox")

    with pytest.raises(DoesNotFit) as refusal:
        start_service(Deaf, settings)

    said = str(refusal.value)
    assert "'deaf.inbox' does not fit this version" in said
    assert "inequivalent arg" in said
    assert "rabbitmqctl delete_queue deaf.inbox" in said
    assert "docs/operating.md" in said


def test_F27_a_delay_queue_with_another_delay_is_found_as_well(make_settings: MakeSettings, start_service: Any) -> None:
    settings = make_settings()
    otherwise(settings, "tousu.delay.5", **{"x-queue-type": "quorum", "x-message-ttl": 6000})

    with pytest.raises(DoesNotFit, match=r"'tousu\.delay\.5' does not fit"):
        start_service(Deaf, settings)


def test_F27_queues_declared_beforehand_are_held_against_what_stands(make_settings: MakeSettings) -> None:
    settings = make_settings()
    otherwise(settings, "escalation.inbox")

    with pytest.raises(DoesNotFit, match=r"'escalation\.inbox' does not fit"):
        declare_inboxes(settings.amqp_uri, [EscalationService])


class Neighbour(InboxRecord):
    """The record as a process finds it whose neighbour starts for the first time in the same moment."""

    meanwhile: Callable[[], None]

    def begun(self, now: datetime) -> bool:
        super().begun(now)
        self.meanwhile()
        return super().begun(now)


def test_F28_of_two_processes_that_start_for_the_first_time_neither_asks_for_what_was_never_lost(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings()
    declare_inboxes(settings.amqp_uri, [EscalationService])
    with (
        connect(settings.mongo_url, workers=1) as client,
        amqp.Connection(**address(settings.amqp_uri, None)) as connection,
    ):
        database, channel = client[f"{settings.database_prefix}_escalation"], connection.channel()
        record, rebuilding = Neighbour(database), Rebuilding()
        record.meanwhile = lambda: make_known(channel, "escalation")
        rebuilding._service, rebuilding._record = "escalation", record

        rebuilding.recognise(channel)

        assert is_known(channel, "escalation")
        assert record.take(machine_now()) is None, "nothing is missing"
