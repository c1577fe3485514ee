"""Free ports on the loopback interface."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

LOOPBACK = "127.0.0.1"
BELOW_OUTGOING = range(20_000, 32_000)  # no connection of anybody's takes one while the server that has it is away


def free_ports(count: int) -> tuple[int, ...]:
    """`count` different ports that nobody listens on; held together while they are chosen, so that none comes twice."""
    with ExitStack() as held:
        found = _free(held)
        return tuple(next(found) for _ in range(count))


def _free(held: ExitStack) -> Iterator[int]:
    for port in random.SystemRandom().sample(BELOW_OUTGOING, len(BELOW_OUTGOING)):
        with suppress(OSError):  # somebody has it
            held.enter_context(socket.socket()).bind((LOOPBACK, port))
            yield port
