"""A connection that is silent is asked; one that stays silent is dropped."""

from services.notify.carriers.connection import Connection
from services.notify.carriers.dialect import Dialect


def keep_alive(connection: Connection, dialect: Dialect, idle_s: float, answer_s: float) -> None:
    """Returns when the connection has closed; raises NoAnswer or LinkLost when the other side does not answer."""
    while not connection.closed.wait(max(0.0, idle_s - connection.silent_s())):
        if connection.silent_s() >= idle_s:
            connection.call(dialect.keepalive, answer_s)
