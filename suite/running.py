"""The whole suite as processes: servers, simulators and any number of each service."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

import amqp
from dotenv import dotenv_values
from kombu import Connection

from services import SERVICES
from shared.bus.topology import inbox_of
from shared.clock import ClockFile, machine_now
from shared.settings import PROJECT, Settings
from suite.broker import Broker
from suite.endpoints import write_endpoints, write_environ
from suite.folder import RunFolder
from suite.mongo import Mongo
from suite.processes import Process, Processes
from suite.secrets import make_secrets
from suite.simulators import SIMULATORS, start_simulators
from suite.tokens import development_token
from suite.waiting import wait_until

READY_SECONDS, STOP_SECONDS = 60.0, 30.0
SERVERS = ("rabbitmq", "epmd", "mongod")
SERVING = ("cli.main", "serve")  # the module that serves, and what it hears before the service's name


class Suite:
    """`with Suite(run_dir) as suite:` brings everything up and takes it down; start() and stop() also do, even from
    different processes.

    run_dir: TOUSU_RUN_DIR or .run, unless given. replicas: processes of each service, 1 unless named. clock_origin:
    where business time starts (now); clock_rate: how fast it runs. keep: data of the last run stay. tied: all ends with
    the process that started it. environ: an AMQP_URI and a MONGO_URL in it name servers to use instead of private ones.
    serving: another module that serves, for trials. Raises SuiteError.
    """

    def __init__(
        self,
        run_dir: Path | None = None,
        *,
        replicas: Mapping[str, int] | None = None,
        clock_origin: datetime | None = None,
        clock_rate: float = 1.0,
        keep: bool = False,
        tied: bool = True,
        environ: Mapping[str, str] = os.environ,
        serving: Sequence[str] = SERVING,
    ) -> None:
        self.folder = RunFolder((run_dir or Path(environ.get("TOUSU_RUN_DIR") or PROJECT / ".run")).resolve())
        self.processes = Processes(self.folder.path, tied=tied)
        self.replicas = dict.fromkeys(SERVICES, 1) | dict(replicas or {})
        self.broker = Broker(self.folder.path, environ, tied=tied)
        self.mongo = Mongo(self.folder.path, environ, tied=tied)
        self._origin, self._rate, self._keep, self._given = clock_origin, clock_rate, keep, dict(environ)
        self._serving = serving
        self.environ: dict[str, str] = {}
        self._release: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Bring everything up; returns when every process takes work. A suite that is up in the folder is stopped."""
        self._release = self.folder.claim()
        try:
            self._take_down()
            self._bring_up()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Take everything down, whoever started it: services, then their counterparts, then the servers."""
        self._take_down()
        self._release()

    def _bring_up(self) -> None:
        if not self._keep:
            self.folder.empty()
        self._start_clock()
        self.mongo.start()
        self.broker.start()
        self.environ = self._given | self._places() | make_secrets(self.folder.secrets)
        self.environ |= start_simulators(self.folder, self.processes, self.environ)
        write_environ(self.folder, self.environ, since=self._given)
        for service in SERVICES:
            self.scale(service, self.replicas[service])
        for service in SERVICES:
            self.await_service(service)
        write_endpoints(self.folder, self.environ)

    def _take_down(self) -> None:
        services = [name for name in self.processes.names() if name not in (*SIMULATORS, *SERVERS)]
        self.processes.stop(*services, within=STOP_SECONDS)
        self.processes.stop(*SIMULATORS)
        self.broker.stop()
        self.mongo.stop()
        self.folder.endpoints.unlink(missing_ok=True)

    @property
    def amqp_uri(self) -> str:
        return self.broker.amqp_uri

    @property
    def mongo_url(self) -> str:
        return self.mongo.mongo_url

    @property
    def settings(self) -> Settings:
        """The settings that the suite's processes run under."""
        return Settings.load(self.environ)

    def token(self, sub: str, role: str, branch: str | None = None) -> str:
        """A caller's token, good for an hour."""
        return development_token(self.settings, sub, role, branch)

    def scale(self, service: str, replicas: int) -> None:
        """Start processes of a service until there are `replicas`, named intake-1, intake-2, …; does not wait."""
        for number in range(1, replicas + 1):
            known = self.processes.find(f"{service}-{number}")
            if known is None or not known.alive():
                self.start_process(f"{service}-{number}")

    def start_process(self, name: str, **variables: str) -> Process:
        """Start one process of a service, by its name (refund-1), with variables of its own; does not wait.

        One that still runs under this name is stopped first."""
        command = [sys.executable, "-m", *self._serving, name.rpartition("-")[0]]
        return self.processes.start(name, command, self.environ | variables, PROJECT)

    def process(self, name: str) -> Process:
        """The process of this name: intake-1, boss, smsc, rabbitmq, mongod, …"""
        found = self.processes.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def await_service(self, service: str) -> None:
        """Wait until all processes of a service take requests."""
        living = [self.process(name) for name in self.processes.names() if name.startswith(f"{service}-")]
        wait_until(
            f"{len(living)} of {service} take requests and events",
            lambda: self.consumers(service) >= len(living),
            *living,
            within=READY_SECONDS,
        )

    def consumers(self, service: str) -> int:
        """How many processes of a service take requests now, and events where it is one of the suite's own."""
        queues = [f"rpc-{service}", *([inbox_of(service)] if service in SERVICES else [])]
        with Connection(self.amqp_uri, connect_timeout=5) as connection:
            declare = connection.default_channel.queue_declare
            try:
                return min(int(declare(each, passive=True).consumer_count) for each in queues)
            except amqp.NotFound:
                return 0

    def _start_clock(self) -> None:
        clock = ClockFile(self.folder.clock)
        if self._origin is not None or clock.read() is None:
            clock.start(self._origin or machine_now(), self._rate)

    def _places(self) -> dict[str, str]:
        return {
            "AMQP_URI": self.amqp_uri,
            "MONGO_URL": self.mongo_url,
            "TOUSU_ENV": "development",
            "TOUSU_RUN_DIR": str(self.folder.path),
            "TOUSU_DATABASE_PREFIX": self._database_prefix(),
        }

    def _database_prefix(self) -> str:
        """On a server of one's own every run gets names of its own, since nothing there may be deleted."""
        kept = dotenv_values(self.folder.environ).get("TOUSU_DATABASE_PREFIX") if self._keep else None
        fresh = f"tousu_{uuid4().hex[:8]}" if "MONGO_URL" in self._given else "tousu"
        return self._given.get("TOUSU_DATABASE_PREFIX") or kept or fresh
