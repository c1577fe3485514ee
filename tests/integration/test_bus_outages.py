"""A broker that is killed, stopped or blocked: publishing fails within its bound, processes stay up, all goes on."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import amqp
import eventlet
import pytest
from nameko.exceptions import RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from shared.errors import Unavailable
from shared.settings import Settings
from suite.broker import Broker
from suite.processes import Process, Processes
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


@pytest.fixture(scope="module")
def own_broker(patched: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A node that this module may hurt."""
    with Broker(tmp_path_factory.mktemp("own_broker"), {}) as node:
        yield node


@pytest.fixture(scope="module")
def container(own_broker: Broker, make_settings: Callable[..., Settings], start_service: Any) -> Any:
    return start_service(Steady, make_settings(AMQP_URI=own_broker.amqp_uri))


@pytest.fixture
def wire(container: Any) -> Any:
    return wire_of(container)


@pytest.fixture
def node(own_broker: Broker) -> Iterator[Process]:
    """The broker's process; goes on after the test whatever was done to it."""
    node = Processes(own_broker._folder.parent, tied=True).find("rabbitmq")
    assert node
    yield node
    node.signal(signal.SIGCONT)
    soon(own_broker.answers, within=30)


def test_an_event_is_confirmed_and_handled(wire: Any) -> None:
    assert wire.event("steady.events", "happened", event("e1"), "e1", "e1")
    soon(lambda: confirmed == ["e1"] and handled == ["e1"])
    assert lost == []


def test_F28_an_event_that_no_queue_takes_is_lost_where_it_has_a_reader(wire: Any) -> None:
    assert wire.event("steady.events", "unread", b"{}", "m1", "m1", mandatory=True)
    assert wire.event("steady.events", "unread", b"{}", "m2", "m2")
    soon(lambda: (lost, confirmed) == (["m1"], ["m2"]))


def test_what_was_sent_to_no_exchange_at_all_is_lost_and_the_wire_goes_on(wire: Any) -> None:
    assert wire.event("nobody.events", "happened", event("x1"), "x1", "x1")
    soon(lambda: lost == ["x1"])
    relayed(wire, "x2")


def test_a_message_that_cannot_be_written_shifts_no_other_ones_confirm(wire: Any) -> None:
    with pytest.raises(amqp.exceptions.FrameSyntaxError):
        wire.send("steady.events", "happened", b"{}", "w1", {"header": object()})
    assert wire.event("steady.events", "unread", b"{}", "w2", "w2", mandatory=True)
    assert wire.event("steady.events", "happened", event("w3"), "w3", "w3")
    soon(lambda: (lost, confirmed) == (["w2"], ["w3"]))


def test_F7_a_stopped_broker_fails_a_publish_within_five_seconds(wire: Any, node: Process) -> None:
    node.signal(signal.SIGSTOP)
    with confirms_awaited_briefly():
        began = time.monotonic()
        assert wire.event("steady.events", "happened", event("s1"), "s1", "s1")
        with pytest.raises(Unavailable):
            wire.send("steady.events", "happened", event("s2"), "s2", {})
        assert time.monotonic() - began < SHORTENED + 2
        soon(lambda: lost == ["s1"], within=3)
    assert wire.event("steady.events", "happened", event("s1"), "s1", "s1") is False, "refused at once from now on"
    node.signal(signal.SIGCONT)
    relayed(wire, "s1")
    soon(lambda: "s1" in handled)


@pytest.mark.parametrize(
    ("alarm", "quiet"),
    [
        (["set_vm_memory_high_watermark", "absolute", "1MB"], ["set_vm_memory_high_watermark", "0.4"]),
        (["set_disk_free_limit", "1000000GB"], ["set_disk_free_limit", "50MB"]),
    ],
    ids=["memory", "disk"],
)
def test_F8_a_blocked_broker_refuses_at_once_and_what_was_on_its_way_is_confirmed_later(
    wire: Any, own_broker: Broker, node: Process, alarm: list[str], quiet: list[str]
) -> None:
    own_broker.control(*alarm)
    try:
        eventlet.sleep(1)
        assert wire.event("steady.events", "happened", event("b1"), "b1", "b1"), (
            "the first one wakes the broker's notice"
        )
        soon(lambda: wire.link and wire.link.blocked)
        with confirms_awaited_briefly():
            began = time.monotonic()
            assert wire.event("steady.events", "happened", event("b2"), "b2", "b2") is False
            with pytest.raises(Unavailable):
                wire.send("steady.events", "happened", event("b3"), "b3", {})
            assert time.monotonic() - began < SHORTENED + 2
    finally:
        own_broker.control(*quiet)
    soon(lambda: confirmed == ["b1"] and "b1" in handled)
    assert lost == []


def test_F6_a_broker_that_is_killed_in_mid_flight_leaves_the_service_up(
    container: Any, wire: Any, own_broker: Broker, node: Process
) -> None:
    config = {"AMQP_URI": own_broker.amqp_uri, "serializer": "json"}
    with ClusterRpcProxy(config, timeout=2) as cluster:
        assert cluster.steady.echo("before") == "before"
        call = cluster.steady.slow.call_async("in flight")
        eventlet.sleep(0.3)
        own_broker.kill_node()
        with suppress(OSError, amqp.AMQPError, RpcTimeout, RuntimeError):
            call.result()
    assert wire.event("steady.events", "happened", event("k1"), "k1", "k1") is False
    eventlet.sleep(1)  # the worker ends while there is no broker to answer to
    own_broker.start_node()
    soon(own_broker.answers, within=60)

    def answers() -> bool:
        with ClusterRpcProxy(config, timeout=2) as cluster:
            return bool(cluster.steady.echo("after") == "after")

    def answers_again() -> bool:
        with suppress(OSError, amqp.AMQPError, RpcTimeout, UnknownService):
            return answers()
        return False

    soon(answers_again, within=20)
    relayed(wire, "k1")
    soon(lambda: "k1" in handled)
    assert not container._died.ready()
    assert answers()


def test_F10_a_lost_connection_is_back_within_three_seconds(wire: Any, own_broker: Broker) -> None:
    own_broker.control("close_all_connections", "test")
    began = time.monotonic()
    soon(lambda: wire.connected)
    relayed(wire, event_id := uuid4().hex)
    soon(lambda: event_id in handled)
    assert time.monotonic() - began < 4
