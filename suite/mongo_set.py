"""Three mongod as one replica set, on loopback: what happens to several hosts, on one."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from suite.mongo import start_mongod
from suite.ports import LOOPBACK, free_ports
from suite.processes import Process, Processes
from suite.server import Server
from suite.waiting import wait_until

NODES, START_SECONDS, ELECTED_SECONDS = 3, 60.0, 30.0
ELECTION = {"electionTimeoutMillis": 1500, "heartbeatIntervalMillis": 500}  # ten seconds in production
LOOK_MS = 500
STEPPED_DOWN_SECONDS = 10


class MongoSet(Server):
    """`with MongoSet(run_dir) as mongo: mongo.mongo_url`; Suite takes that as a MONGO_URL of its own.

    Names of the nodes: mongod-1, mongod-2, mongod-3. Raises SuiteError."""

    def __init__(self, run_dir: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._folder, self._environ = run_dir.resolve(), environ
        self._processes = Processes(self._folder, tied=True)
        self._ports = dict(zip(self.names, free_ports(NODES), strict=True))
        hosts = ",".join(f"{LOOPBACK}:{port}" for port in self._ports.values())
        self.mongo_url = f"mongodb://{hosts}/?replicaSet=rs0"

    @property
    def names(self) -> list[str]:
        return [f"mongod-{number}" for number in range(1, NODES + 1)]

    def start(self) -> Self:
        """Starts all three and waits until one takes writes and the others follow it."""
        nodes = [self.start_node(name) for name in self.names]
        wait_until("three mongod answer", self._initiated, *nodes, within=START_SECONDS)
        wait_until("one of them takes writes", self.elected, *nodes, within=START_SECONDS)
        wait_until("all follow it", self.whole, *nodes, within=START_SECONDS)
        return self

    def stop(self) -> None:
        """Kills them: in order, a primary waits fifteen seconds for its followers, and nobody wants these data."""
        for name in self.names:
            if node := self._processes.find(name):
                node.kill()

    def start_node(self, name: str) -> Process:
        """Start one, again after it was killed; does not wait."""
        data = self._folder / name
        data.mkdir(parents=True, exist_ok=True)
        return start_mongod(self._processes, name, self._ports[name], data, self._environ)

    def node(self, name: str) -> Process:
        """The process of that name."""
        if found := self._processes.find(name):
            return found
        raise KeyError(name)

    def primary(self, besides: str = "") -> str:
        """The name of the node that takes writes now, not counting `besides`; empty if none does."""
        return next((name for name in self.names if name != besides and self._hello(name).get("isWritablePrimary")), "")

    def elected(self, besides: str = "") -> bool:
        """Whether there is one."""
        return bool(self.primary(besides))

    def await_primary(self, besides: str = "") -> str:
        """The same, once there is one."""
        wait_until("a majority has elected a primary", lambda: self.elected(besides), within=ELECTED_SECONDS)
        return self.primary(besides)

    def whole(self) -> bool:
        """Whether one is primary and all others follow it."""
        states = [self._hello(name) for name in self.names]
        followers = sum(bool(state.get("secondary")) for state in states)
        return followers == NODES - 1 and any(state.get("isWritablePrimary") for state in states)

    def await_whole(self) -> None:
        """Waits until every node is there again."""
        wait_until("the set is whole again", self.whole, within=START_SECONDS)

    def step_down(self) -> str:
        """The primary gives its place away; its name."""
        name = self.await_primary()
        with self.client(name) as client, suppress(PyMongoError):  # it may close the connection that asked
            client.admin.command("replSetStepDown", STEPPED_DOWN_SECONDS)
        return name

    def _initiated(self) -> bool:
        members = [{"_id": at, "host": f"{LOOPBACK}:{port}"} for at, port in enumerate(self._ports.values())]
        config = {"_id": "rs0", "members": members, "settings": ELECTION}
        if not all(self._hello(name) for name in self.names):
            return False
        with self.client(self.names[0]) as client:
            client.admin.command("replSetInitiate", config)
        return True

    def _hello(self, name: str) -> dict[str, Any]:
        try:
            with self.client(name) as client:
                return client.admin.command("hello")
        except PyMongoError:
            return {}

    def client(self, name: str) -> MongoClient[dict[str, Any]]:
        """To this node alone, whatever it is in the set."""
        url = f"mongodb://{LOOPBACK}:{self._ports[name]}/?directConnection=true"
        return MongoClient(url, serverSelectionTimeoutMS=LOOK_MS, connectTimeoutMS=LOOK_MS, timeoutMS=10_000)
