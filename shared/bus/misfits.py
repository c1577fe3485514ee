"""A queue or exchange that stands at the broker in another form than this version declares it (AMQP 406). Pure.

No waiting helps against it: whoever starts is told in plain words, and ends (F27)."""

import re

import amqp

NAMED = re.compile(r"for (queue|exchange) '([^']+)'")
DELETES = {"queue": "rabbitmqctl delete_queue {name}", "exchange": "delete it in RabbitMQ's management"}


class DoesNotFit(Exception):
    """Names what does not fit, what RabbitMQ says of it, and what to do."""


def misfit(refused: amqp.PreconditionFailed) -> DoesNotFit:
    """What a declaration that the broker refused means for whoever starts here."""
    said = str(refused.reply_text)
    found = NAMED.search(said)
    what, name = found.groups() if found else ("queue", "")
    return DoesNotFit(
        f"The broker's {what} '{name}' does not fit this version: another version or program declared it otherwise.\n"
        f"RabbitMQ says: {said}\n"
        f"Stop what still uses it, delete it ({DELETES[what].format(name=name)}), and start this process again; "
        'before that read docs/operating.md, "A queue that does not fit".'
    )
