"""A queue in another form is told by its name, in RabbitMQ's words, and with what to do (F27)."""

import amqp
import pytest

from shared.bus.misfits import misfit

QUEUE = (
    "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'notify.inbox' in vhost '/': "
    "received the value '5' of type 'signedint' but current is none"
)
EXCHANGE = "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'intake.events' in vhost '/': received 'topic'"


@pytest.mark.parametrize(
    ("said", "named", "told"),
    [
        (QUEUE, "The broker's queue 'notify.inbox' does not fit this version", "rabbitmqctl delete_queue notify.inbox"),
        (EXCHANGE, "The broker's exchange 'intake.events' does not fit this version", "RabbitMQ's management"),
        ("PRECONDITION_FAILED", "The broker's queue '' does not fit this version", "docs/operating.md"),
    ],
)
def test_F27_what_does_not_fit_is_named_with_what_to_do(said: str, named: str, told: str) -> None:
    words = str(misfit(amqp.PreconditionFailed(said)))

    assert words.startswith(named)
    assert said in words
    assert told in words
