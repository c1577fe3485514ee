"""The line between a service and its broker swallows, delays or closes: found in time, mended by itself (F9)."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu.utils.url import parse_url

from shared.errors import Unavailable
from shared.settings import Settings
from tests.integration.amqp_hands import soon
from tests.integration.bus_steady import (
    SHORTENED,
    Steady,
    confirmed,
    confirms_awaited_briefly,
    event,
    handled,
    lost,
    relayed,
    wire_of,
)
from tests.integration.tcp_proxy import Line


@pytest.fixture(scope="module")
def line(make_settings: Callable[..., Settings]) -> Iterator[tuple[Line, Settings]]:
    """A line to the session's broker, and settings that lead over it."""
    settings = make_settings()
    at = parse_url(settings.amqp_uri)
    line = Line(at["port"])
    over = settings.amqp_uri.replace(f":{at['port']}/", f":{line.port}/")
    yield line, make_settings(AMQP_URI=over)
    line.close()


@pytest.fixture(scope="module")
def container(line: tuple[Line, Settings], start_service: Any) -> Any:
    return start_service(Steady, line[1])


@pytest.fixture
def wire(container: Any) -> Any:
    return wire_of(container)


def test_F9_a_line_that_swallows_fails_a_publish_within_five_seconds_and_nothing_is_lost(
    wire: Any, line: tuple[Line, Settings]
) -> None:
    line[0].swallowing = True
    with confirms_awaited_briefly():
        began = time.monotonic()
        assert wire.event("steady.events", "happened", event("d1"), "d1", "d1")
        with pytest.raises(Unavailable):
            wire.send("steady.events", "happened", event("d2"), "d2", {})
        assert time.monotonic() - began < SHORTENED + 2
        soon(lambda: lost == ["d1"], within=3)
    line[0].swallowing = False
    line[0].cut()  # as its heartbeats would, much later, on the consumers' connections
    relayed(wire, "d1")
    soon(lambda: "d1" in handled)


def test_F9_a_slow_line_loses_no_connection(wire: Any, line: tuple[Line, Settings]) -> None:
    before = wire.link
    line[0].delay = 0.4
    try:
        assert wire.event("steady.events", "happened", event("s1"), "s1", "s1")
        soon(lambda: confirmed == ["s1"] and "s1" in handled)
        assert wire.link is before
    finally:
        line[0].delay = 0.0


def test_F9_a_half_closed_line_is_replaced_within_three_seconds(wire: Any, line: tuple[Line, Settings]) -> None:
    before = wire.link
    line[0].half_close()
    began = time.monotonic()
    soon(lambda: wire.connected and wire.link is not before)
    relayed(wire, "h1")
    soon(lambda: "h1" in handled)
    assert time.monotonic() - began < 5
