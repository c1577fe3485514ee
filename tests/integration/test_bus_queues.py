"""The queues that stand before anybody publishes."""

import amqp

from services.escalation.service import EscalationService
from services.intake.service import IntakeService
from shared.bus.places import address
from shared.bus.readers import bindings_of, declare_inboxes
from shared.bus.topology import Binding
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
