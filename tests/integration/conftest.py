"""Real servers for integration tests: one broker and one mongod a session, a fresh vhost and database names a test.

Run with `pytest -p tests.patched`. A missing server fails the tests, it never skips them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import eventlet.patcher
import pytest
from nameko.containers import get_container_cls
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient

from shared.settings import Settings
from suite.broker import Broker
from suite.mongo import Mongo
from suite.secrets import make_secrets
from suite.tokens import development_token

RPC_SECONDS = 10
PRIVATE = {name: value for name, value in os.environ.items() if name not in ("AMQP_URI", "MONGO_URL")}

MakeSettings = Callable[..., Settings]
StartService = Callable[..., Any]
MakeClient = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def patched() -> None:
    assert eventlet.patcher.is_monkey_patched("socket"), "run integration tests with: pytest -p tests.patched"


@pytest.fixture(scope="session")
def broker(patched: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The session's RabbitMQ node."""
    with Broker(tmp_path_factory.mktemp("broker"), PRIVATE) as node:
        yield node


@pytest.fixture(scope="session")
def mongo(patched: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongo]:
    """The session's mongod."""
    with Mongo(tmp_path_factory.mktemp("mongo"), PRIVATE) as node:
        yield node


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that name the session's secret files."""
    return make_secrets(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="session")
def make_settings(
    broker: Broker, mongo: Mongo, secrets: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeSettings]:
    """`make_settings(NAME="value", …)`: settings on a vhost, database names and run folder of their own."""
    prefixes: list[str] = []

    def make(**variables: str) -> Settings:
        prefixes.append(f"t{uuid4().hex[:12]}")
        place = {
            "AMQP_URI": broker.new_vhost(),
            "MONGO_URL": mongo.mongo_url,
            "TOUSU_DATABASE_PREFIX": prefixes[-1],
            "TOUSU_RUN_DIR": str(tmp_path_factory.mktemp("run")),
        }
        return Settings.load({**secrets, **place, **variables})

    yield make
    with MongoClient[dict[str, Any]](mongo.mongo_url) as client:
        for name in client.list_database_names():
            if name.startswith(tuple(prefixes) or "-"):
                client.drop_database(name)


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """Settings for this test alone; a module that shares its services makes its own with make_settings."""
    return make_settings()


@pytest.fixture(scope="module")
def start_service() -> Iterator[StartService]:
    """`start_service(IntakeService, settings)`: a started container in this process, stopped after the module."""
    with ExitStack() as running:

        def start(service: type, settings: Settings) -> Any:
            config = {"AMQP_URI": settings.amqp_uri, "max_workers": settings.max_workers, "settings": settings}
            container = get_container_cls(config)(service, config)
            running.callback(container.stop)
            container.start()
            return container

        yield start


@pytest.fixture(scope="module")
def make_client() -> Iterator[MakeClient]:
    """`make_client(settings, "E1001", "agent", "SZ")`: a plain Nameko caller with a token, closed after the module."""
    with ExitStack() as running:

        def make(settings: Settings, sub: str, role: str, branch: str | None = None) -> Any:
            token = development_token(settings, sub, role, branch)
            config = {"AMQP_URI": settings.amqp_uri, "serializer": "json"}
            proxy = ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=RPC_SECONDS)
            return running.enter_context(proxy)

        yield make
