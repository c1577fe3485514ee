"""Three RabbitMQ nodes as one cluster, on loopback: one may be stopped, killed or paused while two go on."""

from pathlib import Path
from typing import Self

from suite.broker_node import BrokerNode
from suite.ports import free_ports
from suite.processes import Processes
from suite.waiting import wait_until

NODES = ("rabbitmq-1", "rabbitmq-2", "rabbitmq-3")
START_SECONDS = 90.0


class BrokerCluster:
    """`with BrokerCluster(run_dir) as cluster: cluster.amqp_uri` names all nodes; `cluster.nodes` are they.

    tied: all end with the process that started them."""

    def __init__(self, run_dir: Path, *, tied: bool = True) -> None:
        self._processes = Processes(run_dir.resolve(), tied=tied)
        folder = run_dir.resolve() / "brokers"
        self.nodes = [BrokerNode(folder / name, self._processes, name, name.replace("-", "")) for name in NODES]

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def amqp_uri(self) -> str:
        """The addresses of all nodes, in the form that kombu and this suite read."""
        return ";".join(node.amqp_uri for node in self.nodes)

    def start(self) -> Self:
        """Starts all nodes, joins them, and waits until they are one."""
        (epmd,) = free_ports(1)
        for node in self.nodes:
            node.prepare(epmd)
        self.nodes[0].start_epmd()
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            self.await_node(node)
        for node in self.nodes[1:]:
            self._join(node)
        return self

    def stop(self) -> None:
        """Stops nodes and name service."""
        self._processes.stop(*NODES, "epmd")

    def await_node(self, node: BrokerNode) -> None:
        """Until a node that was started takes connections."""
        running = node.process()
        assert running, "it was started"
        wait_until(f"{node.name} answers", node.answers, running, within=START_SECONDS)

    def _join(self, node: BrokerNode) -> None:
        first = self.nodes[0].environ()["RABBITMQ_NODENAME"]
        for step in (["stop_app"], ["join_cluster", first], ["start_app"]):
            node.control(*step)
