"""Where the broker is: one address, or those of all nodes of a cluster, in the form that kombu reads too.

`amqp://user:password@host:port/vhost`, several of them with `;` between: who loses one node goes to the next.
"""

import random
from typing import Any

import amqp
from amqp.exceptions import AMQPError
from kombu.utils.url import parse_url

BETWEEN = ";"


def address(uri: str, ssl: Any = None) -> dict[str, Any]:
    """py-amqp's arguments for amqp[s]://user:password@host:port/vhost; amqps checks the certificate and its name."""
    at = parse_url(uri)
    host = at["hostname"] or "127.0.0.1"
    return {
        "host": f"{host}:{at['port'] or (5671 if at['transport'] == 'amqps' else 5672)}",
        "userid": at["userid"] or "guest",
        "password": at["password"] or "guest",
        "virtual_host": at["virtual_host"] or "/",
        "ssl": ssl or (at["transport"] == "amqps" and {"server_hostname": host}),
    }


def each_of(uris: str) -> list[str]:
    """The addresses that `uris` names."""
    return [each.strip() for each in uris.split(BETWEEN) if each.strip()]


def is_cluster(uris: str) -> bool:
    """Whether several nodes are named, so that work must go on without one of them."""
    return len(each_of(uris)) > 1


def dialled(uris: str, seconds: float, ssl: Any = None, **how: Any) -> amqp.Connection:
    """A connection for one errand, to the first node that answers within `seconds`; OSError or AMQPError if none does.

    ssl: Nameko's AMQP_SSL; how: what else amqp.Connection takes."""
    *others, last = each_of(uris)
    for uri in others:
        connection = amqp.Connection(**address(uri, ssl), connect_timeout=seconds, **how)
        try:
            connection.connect()
        except (OSError, AMQPError):
            connection.collect()
        else:
            return connection
    connection = amqp.Connection(**address(last, ssl), connect_timeout=seconds, **how)
    connection.connect()
    return connection


class Places:
    """One connection's way round the nodes: begins anywhere, so that processes spread, and goes on to the next."""

    def __init__(self, uris: str) -> None:
        self._uris = each_of(uris)
        self._at = random.randrange(len(self._uris))

    @property
    def here(self) -> str:
        return self._uris[self._at]

    def go_on(self) -> None:
        """This one was lost or did not answer: the next one is tried."""
        self._at = (self._at + 1) % len(self._uris)
