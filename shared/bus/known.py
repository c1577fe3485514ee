"""Whether an inbox is the one that its service has always had, or new: after a broker has lost its queues, all are.

The sign is an exchange beside it that nothing is bound to. Whoever makes the inbox anew takes the sign away; the
service puts it up once it has noted that what lay in the old inbox is to be asked for again.
"""

import amqp

from shared.bus.topology import is_there, known_sign


def is_known(channel: amqp.Channel, service: str) -> bool:
    """Whether the service knows its inbox as it is."""
    return is_there(channel, lambda each: each.exchange_declare(known_sign(service), "fanout", passive=True))


def make_known(channel: amqp.Channel, service: str) -> None:
    """From now on the inbox is the one that the service knows."""
    channel.exchange_declare(known_sign(service), "fanout", durable=True, auto_delete=False)
