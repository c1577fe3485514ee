"""A real mongod as a replica set of one node: loopback only, free port, everything under one run folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from suite.mongod import find_or_fetch
from suite.ports import LOOPBACK, free_ports
from suite.processes import Process, Processes
from suite.server import Server
from suite.waiting import wait_until

START_SECONDS, GIVEN_SECONDS = 60.0, 10.0
ALREADY_INITIALIZED = 23
SMALL = (  # a test server's size: 11 MB on disk instead of 300
    *("--oplogSize", "256", "--wiredTigerCacheSizeGB", "0.5", "--nounixsocket"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=10MB)"),
)


class Mongo(Server):
    """`with Mongo(run_dir) as mongo: mongo.mongo_url`, or start() and stop(), also from different processes.

    run_dir: holds its data, log and pid file; data that is there is kept. environ: a MONGO_URL in it names a replica
    set to use as it is, then nothing is started. tied: mongod ends with the process that started it. Raises SuiteError:
    what to install.
    """

    def __init__(self, run_dir: Path, environ: Mapping[str, str] = os.environ, *, tied: bool = True) -> None:
        self._environ = environ
        self._data = run_dir.resolve() / "mongo"
        self._processes = Processes(run_dir.resolve(), tied=tied)
        self._port = 0
        self.mongo_url = environ.get("MONGO_URL", "")

    def start(self) -> Self:
        """Start mongod and wait until it takes writes; sets mongo_url."""
        if self._environ.get("MONGO_URL"):
            wait_until("the server named in MONGO_URL takes writes", self.takes_writes, within=GIVEN_SECONDS)
            return self
        self._data.mkdir(parents=True, exist_ok=True)
        (self._port,) = free_ports(1)
        mongod = self.start_node()
        wait_until("mongod answers", self._initiated, mongod, within=START_SECONDS)
        self.mongo_url = f"mongodb://{LOOPBACK}:{self._port}/?replicaSet=rs0"
        wait_until("mongod takes writes", self.takes_writes, mongod, within=START_SECONDS)
        return self

    def start_node(self) -> Process:
        """Start mongod itself, again after kill_node() at the same address; does not wait."""
        return start_mongod(self._processes, "mongod", self._port, self._data, self._environ)

    def kill_node(self) -> None:
        """End mongod as a crash would."""
        node = self._processes.find("mongod")
        if node is not None:
            node.kill()

    def stop(self) -> None:
        """Stop mongod, whoever started it; a server named in MONGO_URL is left alone."""
        self._processes.stop("mongod", within=30)

    def takes_writes(self) -> bool:
        try:
            with _client(self.mongo_url) as client:
                return bool(client.admin.command("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False

    def _initiated(self) -> bool:
        """Make it a replica set of one; data of an earlier run know it under another port."""
        member = {"_id": 0, "host": f"{LOOPBACK}:{self._port}"}
        try:
            with _client(f"mongodb://{LOOPBACK}:{self._port}/?directConnection=true") as client:
                try:
                    client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
                except OperationFailure as refusal:
                    if refusal.code != ALREADY_INITIALIZED:
                        raise
                    _readdress(client, member)
        except PyMongoError:
            return False
        return True


def start_mongod(processes: Processes, name: str, port: int, data: Path, environ: Mapping[str, str]) -> Process:
    """One mongod of the set rs0, its data in `data`; does not wait."""
    place = ("--replSet", "rs0", "--bind_ip", LOOPBACK, "--port", str(port), "--dbpath", str(data))
    mongod = find_or_fetch(environ)
    environ = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": mongod.libraries}
    return processes.start(name, [mongod.program, *place, *SMALL], environ, data)


def _readdress(client: MongoClient[dict[str, Any]], member: dict[str, Any]) -> None:
    config = client.local["system.replset"].find_one({}) or {}
    if config["members"][0]["host"] != member["host"]:
        changed = config | {"version": config["version"] + 1, "members": [config["members"][0] | member]}
        client.admin.command("replSetReconfig", changed, force=True)


def _client(url: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(url, serverSelectionTimeoutMS=2000, connectTimeoutMS=2000, socketTimeoutMS=5000)
