"""What a delivered event says of its way until here, and what the log says of its next one."""

import logging

import amqp

from shared.bus.retries import Travel

log = logging.getLogger(__name__)


def travel_of(message: amqp.Message) -> Travel:
    """How it fared so far."""
    info = message.delivery_info
    return Travel.of(message.headers or {}, info["exchange"], info["routing_key"])


def say_what_becomes(
    message: amqp.Message, travel: Travel, delay: int | None, unforeseen: BaseException | None
) -> None:
    """One line: which event, what was wrong, and whether it is tried again. `unforeseen`: shown with its place."""
    event = f"{travel.source}.{travel.type} {message.properties.get('message_id')}"
    becomes = "a dead letter" if delay is None else f"tried again in {delay} s"
    log.warning("event %s: %s; now %s", event, travel.error, becomes, exc_info=unforeseen)
