"""Three RabbitMQ nodes, one of them killed, shut down or paused: calls and events go on over the others (F9)."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import amqp
import pytest
from nameko.exceptions import RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

from shared.settings import Settings
from suite.broker_cluster import BrokerCluster
from suite.broker_node import BrokerNode
from tests.integration.amqp_hands import soon
from tests.integration.bus_steady import Steady, event, handled, relayed, wire_of

AGAIN = 20.0


@pytest.fixture(scope="module")
def cluster(patched: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerCluster]:
    with BrokerCluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def container(cluster: BrokerCluster, make_settings: Callable[..., Settings], start_service: Any) -> Any:
    return start_service(Steady, make_settings(AMQP_URI=cluster.amqp_uri))


@pytest.fixture
def wire(container: Any) -> Any:
    """The service's; its queues have worked: a broker that dies sooner may leave them without a leader for good."""
    wire = wire_of(container)
    relayed(wire, "before")
    soon(lambda: "before" in handled)
    return wire


def test_F9_queues_of_events_and_of_calls_have_a_member_on_each_node(cluster: BrokerCluster, wire: Any) -> None:
    assert wire.connected
    listed = json.loads(cluster.nodes[0].control("list_queues", "name", "type", "members", "--formatter", "json"))
    members = {each["name"]: len(each["members"]) for each in listed if each["type"] == "quorum"}
    assert {"steady.inbox", "steady.dead", "rpc-steady", "tousu.delay.1"} <= members.keys()
    assert set(members.values()) == {3}


def node_of(cluster: BrokerCluster, wire: Any) -> BrokerNode:
    """The node that the service publishes to."""
    return next(node for node in cluster.nodes if node.amqp_uri == wire.here)


def answered(cluster: BrokerCluster, gone: BrokerNode, word: str) -> bool:
    """Whether a plain Nameko caller gets its answer over a node that is there.

    Over one that is paused it would wait as long as that is: nobody tells it."""
    uri = next(node.amqp_uri for node in cluster.nodes if node is not gone)
    with (
        suppress(OSError, amqp.AMQPError, RpcTimeout, UnknownService, RuntimeError),
        ClusterRpcProxy({"AMQP_URI": uri, "serializer": "json"}, timeout=2) as caller,
    ):
        return bool(caller.steady.echo(word) == word)
    return False


@pytest.mark.parametrize("how", ["killed", "shut down", "paused"])
def test_F9_without_the_node_it_speaks_to_a_service_goes_on_over_another_and_loses_nothing(
    cluster: BrokerCluster, wire: Any, how: str
) -> None:
    node = node_of(cluster, wire)
    process = node.process()
    assert process
    for number in range(20):
        assert wire.event("steady.events", "happened", *named(f"{how}{number}"))
    if how == "killed":
        process.kill()
    elif how == "shut down":
        node.stop()
    else:
        process.signal(signal.SIGSTOP)
    gone = time.monotonic()
    try:
        soon(lambda: wire.connected and wire.here != node.amqp_uri, within=AGAIN)
        for number in range(20):
            relayed(wire, f"{how}{number}")
        soon(lambda: {f"{how}{number}" for number in range(20)} <= set(handled), within=90)
        events = time.monotonic() - gone
        soon(lambda: answered(cluster, node, how), within=90)
        print(f"\n{how}: events handled {events:.1f} s, calls answered {time.monotonic() - gone:.1f} s after it went")
    finally:
        process.signal(signal.SIGCONT)
        if how != "paused":
            node.start()
        cluster.await_node(node)


def named(event_id: str) -> tuple[bytes, str, str]:
    """An event's body, its id and its token."""
    return event(event_id), event_id, event_id
