"""Where a connection goes, and how frames leave it."""

from collections.abc import Callable
from typing import Any

import eventlet
import pytest

from shared.bus.lifeline import LONGEST_PAUSE, Backoff
from shared.bus.link import Outgoing
from shared.bus.places import Places, address, each_of, is_cluster


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("amqp://guest:guest@127.0.0.1:5673//", {"host": "127.0.0.1:5673", "virtual_host": "/", "ssl": False}),
        ("amqp://tousu:p%40ss@rabbit/main", {"host": "rabbit:5672", "password": "p@ss", "virtual_host": "main"}),
        ("amqps://tousu:x@rabbit", {"host": "rabbit:5671", "virtual_host": "/", "ssl": {"server_hostname": "rabbit"}}),
    ],
)
def test_an_address_is_read_as_written(uri: str, expected: dict[str, Any]) -> None:
    assert expected.items() <= address(uri).items()


def test_settings_for_tls_given_to_nameko_win() -> None:
    assert address("amqps://rabbit", {"ca_certs": "ca.pem"})["ssl"] == {"ca_certs": "ca.pem"}


def test_of_a_cluster_all_nodes_are_named_and_who_loses_one_goes_to_the_next() -> None:
    uris = "amqp://a:5672//; amqp://b:5672//;amqp://c:5672//;"
    places, visited = Places(uris), list[str]()
    for _ in range(6):
        visited.append(places.here)
        places.go_on()
    assert set(visited[:3]) == set(each_of(uris)) == {"amqp://a:5672//", "amqp://b:5672//", "amqp://c:5672//"}
    assert visited[3:] == visited[:3]
    assert is_cluster(uris)


def test_one_address_is_no_cluster_and_is_tried_again_and_again() -> None:
    places = Places("amqp://a//")
    places.go_on()
    assert (places.here, is_cluster("amqp://a//")) == ("amqp://a//", False)


class FakeLink:
    """Notes what is sent; `fault` is raised instead."""

    def __init__(self, fault: OSError | None = None) -> None:
        self.sent: list[bytes] = []
        self.connected, self.fault, self.transport = True, fault, self

    def write(self, data: bytes) -> None:
        if self.fault:
            raise self.fault
        self.sent.append(data)

    def abandon(self) -> None:
        self.connected = False


def test_frames_of_one_turn_leave_in_one_send_and_are_copied() -> None:
    link = FakeLink()
    outgoing, buffer = Outgoing(link, 0.0), bytearray(b"one")  # type: ignore[arg-type]
    outgoing.write(memoryview(buffer))
    buffer[:] = b"two"
    outgoing.write(memoryview(buffer))
    eventlet.sleep(0.01)
    assert link.sent == [b"onetwo"]


def test_what_is_written_while_it_lingers_waits_for_company(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[tuple[float, Callable[[], None]]] = []
    monkeypatch.setattr(eventlet, "spawn_after", lambda seconds, flush: later.append((seconds, flush)))
    link = FakeLink()
    outgoing = Outgoing(link, 0.03)  # type: ignore[arg-type]
    for frame in (b"a", b"b"):
        outgoing.write(memoryview(frame))
    assert link.sent == []
    ((seconds, flush),) = later
    flush()
    assert (seconds, link.sent) == (0.03, [b"ab"])


def test_a_broker_that_takes_nothing_loses_the_connection() -> None:
    link = FakeLink(fault=BrokenPipeError())
    Outgoing(link, 0.0).write(memoryview(b"frame"))  # type: ignore[arg-type]
    eventlet.sleep(0.01)
    assert not link.connected


def test_the_next_attempt_comes_within_a_second_however_often_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(eventlet, "sleep", pauses.append)
    backoff = Backoff()
    for _ in range(20):
        backoff.wait()
    assert pauses[0] <= 0.2
    assert max(pauses) <= LONGEST_PAUSE == 1.0
