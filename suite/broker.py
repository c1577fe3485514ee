"""A private RabbitMQ node: loopback only, free ports, own name service, everything under one run folder."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from uuid import uuid4

import amqp
from kombu import Connection

from suite import rabbitmq
from suite.errors import SuiteError
from suite.ports import LOOPBACK, free_ports
from suite.processes import Process, Processes
from suite.waiting import wait_until

START_SECONDS, GIVEN_SECONDS, CONTROL_SECONDS = 90.0, 10.0, 60.0
VHOSTS_AT_ONCE = 16


class Broker:
    """`with Broker(run_dir) as broker: broker.amqp_uri`, or start() and stop(), also from different processes.

    run_dir: holds its data, log and pid files. environ: an AMQP_URI in it names a broker to use as it is, so that
    nothing is started. tied: the node ends with the process that started it. Raises SuiteError: what to install.
    """

    def __init__(self, run_dir: Path, environ: Mapping[str, str] = os.environ, *, tied: bool = True) -> None:
        self._given = environ.get("AMQP_URI")
        self._folder = run_dir.resolve() / "broker"
        self._processes = Processes(run_dir.resolve(), tied=tied)
        self._vhosts: list[str] = []
        self.amqp_uri = self._given or ""

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start the node and wait until it answers; sets amqp_uri."""
        if self._given:
            wait_until("the broker named in AMQP_URI answers", self.answers, within=GIVEN_SECONDS)
            return self
        self._folder.mkdir(parents=True, exist_ok=True)
        server, (port, distribution, epmd) = rabbitmq.find_or_fetch(), free_ports(3)
        self._write_environ(server, port, distribution, epmd)
        self.amqp_uri = f"amqp://guest:guest@{LOOPBACK}:{port}//"
        command = [str(server.erlang / "epmd"), "-port", str(epmd), "-address", LOOPBACK]
        self._processes.start("epmd", command, self._environ(), self._folder)
        node = self.start_node()
        wait_until("RabbitMQ answers", self.answers, node, within=START_SECONDS)
        return self

    def start_node(self) -> Process:
        """Start the node itself, again after kill_node() or stop_node() at the same address; does not wait."""
        environ = self._environ()
        command = [f"{environ['RABBITMQ_HOME']}/sbin/rabbitmq-server"]
        return self._processes.start("rabbitmq", command, environ, self._folder)

    def stop_node(self) -> None:
        self._processes.stop("rabbitmq")

    def kill_node(self) -> None:
        """End the node as a crash would."""
        node = self._processes.find("rabbitmq")
        if node is not None:
            node.kill()

    def stop(self) -> None:
        """Stop node and name service, whoever started them; a broker named in AMQP_URI is left alone."""
        self.stop_node()
        self._processes.stop("epmd")

    def answers(self) -> bool:
        """Does a whole AMQP handshake succeed?"""
        try:
            with Connection(self.amqp_uri, connect_timeout=2) as connection:
                connection.connect()
        except (OSError, amqp.AMQPError):
            return False
        return True

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl against this node and return what it printed."""
        environ = self._environ()
        command = [f"{environ['RABBITMQ_HOME']}/sbin/rabbitmqctl", "-q", *arguments]
        done = subprocess.run(
            command, check=False, env=environ, timeout=CONTROL_SECONDS, capture_output=True, text=True
        )
        if done.returncode:
            raise SuiteError(f"rabbitmqctl {arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

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

    def _write_environ(self, server: rabbitmq.RabbitMQ, port: int, distribution: int, epmd: int) -> None:
        """Every address and folder of the node, kept in the run folder; nothing of the machine's own settings."""
        folder = self._folder
        environ = {
            "HOME": str(folder),  # where Erlang keeps its cookie
            "PATH": f"{server.erlang}:/usr/local/bin:/usr/bin:/bin",
            "LD_LIBRARY_PATH": server.libraries,
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_HOME": str(server.home),
            "RABBITMQ_NODENAME": "tousu@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_DIST_PORT_MIN": "10000",
            "RABBITMQ_CTL_DIST_PORT_MAX": "60000",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PLUGINS_DIR": str(server.home / "plugins"),
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the node itself: one pid, plain SIGTERM
        }
        (folder / "enabled_plugins").write_text("[].")
        (folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\n")
        (folder / "environ.json").write_text(json.dumps(environ))

    def _environ(self) -> dict[str, str]:
        environ: dict[str, str] = json.loads((self._folder / "environ.json").read_text())
        return environ
