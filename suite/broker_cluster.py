"""Three RabbitMQ nodes as one cluster, on loopback: one may be stopped, killed or paused while two go on."""

import json
from pathlib import Path
from typing import Self

from suite.broker_node import BrokerNode
from suite.ports import free_ports
from suite.processes import Processes
from suite.server import Server
from suite.waiting import wait_until

NODES = ("rabbitmq-1", "rabbitmq-2", "rabbitmq-3")
START_SECONDS = 90.0
NOTICED = "-kernel net_ticktime 8"  # seconds after which the others take a silent node for lost (60 unless told)


class BrokerCluster(Server):
    """`with BrokerCluster(run_dir) as cluster: cluster.amqp_uri` names all nodes; `cluster.nodes` are they.

    tied: all end with the process that started them."""

    def __init__(self, run_dir: Path, *, tied: bool = True) -> None:
        self._processes = Processes(run_dir.resolve(), tied=tied)
        folder = run_dir.resolve() / "brokers"
        self.nodes = [BrokerNode(folder / name, self._processes, name, name.replace("-", "")) for name in NODES]

    @property
    def amqp_uri(self) -> str:
        """The addresses of all nodes, in the form that kombu and this suite read."""
        return ";".join(node.amqp_uri for node in self.nodes)

    def start(self) -> Self:
        """Starts all nodes, which join the first at their own first start, and waits until they are one."""
        (epmd,) = free_ports(1)
        peers = [
            f"cluster_formation.classic_config.nodes.{number} = {node.erlang_name}"
            for number, node in enumerate(self.nodes, 1)
        ]
        for node in self.nodes:
            node.prepare(epmd, [*peers, "cluster_partition_handling = pause_minority"], NOTICED)
        first, *others = self.nodes
        first.start_epmd()
        first.start()
        self.await_node(first)
        for node in others:
            node.start()
        for node in others:
            self.await_node(node)
        wait_until("three nodes are one cluster", self.whole, within=START_SECONDS)
        return self

    def whole(self) -> bool:
        """Whether all nodes run in one cluster."""
        status = json.loads(self.nodes[0].control("cluster_status", "--formatter", "json"))
        return set(status["running_nodes"]) == {node.erlang_name for node in self.nodes}

    def stop(self) -> None:
        """Stops nodes and name service."""
        self._processes.stop(*NODES, "epmd")

    def await_node(self, node: BrokerNode) -> None:
        """Until a node that was started takes connections."""
        running = node.process()
        assert running, "it was started"
        wait_until(f"{node.name} answers", node.answers, running, within=START_SECONDS)
