"""A private RabbitMQ node: loopback only, free ports, own name service, everything under one run folder."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from uuid import uuid4

from suite.broker_node import BrokerNode, answers
from suite.ports import free_ports
from suite.processes import Process, Processes
from suite.server import Server
from suite.waiting import wait_until

START_SECONDS, GIVEN_SECONDS = 90.0, 10.0
VHOSTS_AT_ONCE = 16


class Broker(Server):
    """`with Broker(run_dir) as broker: broker.amqp_uri`, or start() and stop(), also from different processes.

    run_dir: holds its data, log and pid files. environ: an AMQP_URI in it names a broker to use as it is, so that
    nothing is started. tied: the node ends with the process that started it. Raises SuiteError: what to install.
    """

    def __init__(self, run_dir: Path, environ: Mapping[str, str] = os.environ, *, tied: bool = True) -> None:
        self._given = environ.get("AMQP_URI")
        self._folder = run_dir.resolve() / "broker"
        self._processes = Processes(run_dir.resolve(), tied=tied)
        self._node = BrokerNode(self._folder, self._processes)
        self._vhosts: list[str] = []
        self.amqp_uri = self._given or ""

    def start(self) -> Self:
        """Start the node and wait until it answers; sets amqp_uri."""
        if self._given:
            wait_until("the broker named in AMQP_URI answers", self.answers, within=GIVEN_SECONDS)
            return self
        (epmd,) = free_ports(1)
        self._node.prepare(epmd)
        self.amqp_uri = self._node.amqp_uri
        self._node.start_epmd()
        wait_until("RabbitMQ answers", self.answers, self.start_node(), within=START_SECONDS)
        return self

    def start_node(self) -> Process:
        """Start the node itself, again after kill_node() or stop_node() at the same address; does not wait."""
        return self._node.start()

    def stop_node(self) -> None:
        self._node.stop()

    def kill_node(self) -> None:
        """End the node as a crash would."""
        self._node.kill()

    def wipe_node(self) -> None:
        """Forget everything that a stopped node has stored: at its next start it is a fresh one."""
        shutil.rmtree(self._folder / "data")

    def stop(self) -> None:
        """Stop node and name service, whoever started them; a broker named in AMQP_URI is left alone."""
        self.stop_node()
        self._processes.stop("epmd")

    def answers(self) -> bool:
        """Does a whole AMQP handshake succeed?"""
        return answers(self.amqp_uri)

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl against this node and return what it printed."""
        return self._node.control(*arguments)

    def new_vhost(self) -> str:
        """The address of an empty virtual host of its own."""
        if not self._vhosts:
            self._vhosts = self._make_vhosts([f"t{uuid4().hex[:12]}" for _ in range(VHOSTS_AT_ONCE)])
        return self.amqp_uri.removesuffix("//") + "/" + self._vhosts.pop()

    def _make_vhosts(self, names: list[str]) -> list[str]:
        """Many at once: each call of rabbitmqctl takes half a second of CPU."""
        rights = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
        definitions = {
            "vhosts": [{"name": name} for name in names],
            "permissions": [{"vhost": name, **rights} for name in names],
        }
        file = self._folder / "vhosts.json"
        file.write_text(json.dumps(definitions))
        self.control("import_definitions", str(file))
        return names
