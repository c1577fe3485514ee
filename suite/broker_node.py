"""One RabbitMQ node as a process: loopback only, ports of its own, everything under its folder."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import amqp
from kombu import Connection

from suite import rabbitmq
from suite.errors import SuiteError
from suite.ports import LOOPBACK, free_ports
from suite.processes import Process, Processes

CONTROL_SECONDS = 60.0
COOKIE = "TOUSUBROKERSONLOOPBACK"  # no secret: every port of a node is on loopback
COOKIE_MODE = 0o400  # Erlang refuses a cookie that others may read


class BrokerNode:
    """A node that may be started, stopped, killed and paused, again and again, at the same address.

    folder: holds its data, its log and its environment; process: its name among `processes`; node: its Erlang name."""

    def __init__(self, folder: Path, processes: Processes, process: str = "rabbitmq", node: str = "tousu") -> None:
        self.folder, self.name, self._processes, self.erlang_name = folder, process, processes, f"{node}@localhost"

    def prepare(self, epmd: int, conf: Sequence[str] = (), erlang: str = "") -> None:
        """Finds a server and free ports, and writes down the environment that every start uses.

        conf: further lines of rabbitmq.conf; erlang: further arguments of the Erlang machine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        server, (port, distribution) = rabbitmq.find_or_fetch(), free_ports(2)
        self._write_environ(server, port, distribution, epmd, erlang)
        lines = ["disk_free_limit.absolute = 50MB", *conf]
        (self.folder / "rabbitmq.conf").write_text("".join(f"{line}\n" for line in lines))
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(COOKIE)
            cookie.chmod(COOKIE_MODE)

    def start_epmd(self) -> None:
        """Erlang's name service, on the port that prepare() was given."""
        environ = self.environ()
        epmd = next(path for place in environ["PATH"].split(":") if (path := Path(place) / "epmd").exists())
        command = [str(epmd), "-port", environ["ERL_EPMD_PORT"], "-address", LOOPBACK]
        self._processes.start("epmd", command, environ, self.folder)

    def start(self) -> Process:
        """Starts it; does not wait."""
        environ = self.environ()
        command = [f"{environ['RABBITMQ_HOME']}/sbin/rabbitmq-server"]
        return self._processes.start(self.name, command, environ, self.folder)

    def stop(self) -> None:
        self._processes.stop(self.name)

    def process(self) -> Process | None:
        """The running process, to be paused or killed; None before the first start."""
        return self._processes.find(self.name)

    def kill(self) -> None:
        """Ends it as a crash would."""
        if running := self.process():
            running.kill()

    @property
    def amqp_uri(self) -> str:
        return f"amqp://guest:guest@{LOOPBACK}:{self.environ()['RABBITMQ_NODE_PORT']}//"

    def answers(self) -> bool:
        """Does a whole AMQP handshake succeed?"""
        return answers(self.amqp_uri)

    def control(self, *arguments: str, tool: str = "rabbitmqctl") -> str:
        """Runs rabbitmqctl (or a tool beside it) against this node and returns what it printed."""
        environ = self.environ()
        command = [f"{environ['RABBITMQ_HOME']}/sbin/{tool}", "-q", *arguments]
        done = subprocess.run(
            command, check=False, env=environ, timeout=CONTROL_SECONDS, capture_output=True, text=True
        )
        if done.returncode:
            raise SuiteError(f"{tool} {arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def environ(self) -> dict[str, str]:
        """What prepare() wrote down."""
        environ: dict[str, str] = json.loads((self.folder / "environ.json").read_text())
        return environ

    def _write_environ(self, server: rabbitmq.RabbitMQ, port: int, distribution: int, epmd: int, erlang: str) -> None:
        """Every address and folder of the node; nothing of the machine's own settings."""
        folder = self.folder
        environ = {
            "HOME": str(folder),  # where Erlang keeps its cookie
            "PATH": f"{server.erlang}:/usr/local/bin:/usr/bin:/bin",
            "LD_LIBRARY_PATH": server.libraries,
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_HOME": str(server.home),
            "RABBITMQ_NODENAME": self.erlang_name,
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {erlang}".strip(),
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_DIST_PORT_MIN": "10000",
            "RABBITMQ_CTL_DIST_PORT_MAX": "60000",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PLUGINS_DIR": str(server.home / "plugins"),
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the node itself: one pid, plain SIGTERM
        }
        (folder / "enabled_plugins").write_text("[].")
        (folder / "environ.json").write_text(json.dumps(environ))


def answers(amqp_uri: str) -> bool:
    """Does a whole AMQP handshake succeed at this address?"""
    try:
        with Connection(amqp_uri, connect_timeout=2) as connection:
            connection.connect()
    except (OSError, amqp.AMQPError):
        return False
    return True
