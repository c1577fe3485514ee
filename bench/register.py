"""`python -m bench.register`: what `intake.register` costs beside bare Nameko, on the same servers, in one run.

CPU milliseconds per call (user + system) summed over service, broker and database; the caller is not counted. The two
take turns, so that a machine whose speed drifts harms neither. Quote the ratio, not the milliseconds.
"""

import itertools
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kombu import Connection, Exchange, Queue
from nameko.standalone.rpc import ClusterRpcProxy
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.measure import Sample, median, sample
from shared.settings import PROJECT
from suite.running import Suite

ROUNDS, SECONDS, WARM_UP = 3, 3.0, 1.0
WINDOWS = (1, 16)
NOBODY_ELSE = {"intake": 1, "escalation": 0, "refund": 0, "notify": 0}
BOUND = 1.3


def main() -> None:
    """Measures and prints; exits 1 where `register` costs more than BOUND times the floor."""
    console = Console()
    with TemporaryDirectory(prefix="tousu-bench-") as folder, Suite(Path(folder), replicas=NOBODY_ELSE) as suite:
        _start_floor(suite)
        _sink(suite.amqp_uri, "intake.events")
        token = suite.token("E1001", "agent", "SZ")
        config = {"AMQP_URI": suite.amqp_uri, "serializer": "json"}
        with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=20) as cluster:
            found = {window: _compare(cluster, suite, window) for window in WINDOWS}
    console.print(_table(found))
    worst = max(_ratio(pair) for pair in found.values())
    console.print(f"register costs at most {worst:.2f} times bare Nameko (bound {BOUND})")
    sys.exit(worst > BOUND)


def _start_floor(suite: Suite) -> None:
    config = suite.folder.path / "floor.yml"
    config.write_text(f"AMQP_URI: '{suite.amqp_uri}'\n")
    nameko = Path(sys.executable).with_name("nameko")
    environ = os.environ | suite.environ
    suite.processes.start("floor-1", [nameko, "run", "--config", config, "bench.floor:Floor"], environ, PROJECT)
    suite.await_service("floor")


def _sink(amqp_uri: str, exchange: str) -> None:
    """A stored queue that takes our events, as the suite's readers would; the floor's go nowhere, to its advantage."""
    with Connection(amqp_uri) as connection:
        queue = Queue(
            "bench.sink",
            Exchange(exchange, "topic", durable=True),
            "#",
            queue_arguments={"x-queue-type": "quorum", "x-max-length": 1000},
        )
        queue.bind(connection.default_channel).declare()


def _compare(cluster: Any, suite: Suite, window: int) -> dict[str, Sample]:
    servers = {"broker": suite.process("rabbitmq").pid, "database": suite.process("mongod").pid}
    sides = {
        "bare Nameko": (cluster.floor.register, {"service": suite.process("floor-1").pid} | servers),
        "register": (cluster.intake.register, {"service": suite.process("intake-1").pid} | servers),
    }
    samples: dict[str, list[Sample]] = {name: [] for name in sides}
    for call, pids in sides.values():
        sample(call.call_async, _requests(), window, WARM_UP, pids)
    for _ in track(range(ROUNDS), description=f"{window} under way", transient=True):
        for name, (call, pids) in sides.items():
            samples[name].append(sample(call.call_async, _requests(), window, SECONDS, pids))
    return {name: median(each) for name, each in samples.items()}


def _requests() -> Iterator[dict[str, Any]]:
    run = f"{random.getrandbits(48):x}"
    for number in itertools.count():
        yield {
            "request_id": f"{run}-{number}",
            "ticket_type": "complaint",
            "channel": "hotline",
            "handling": "transfer",
            "customer": {"msisdn": f"139{random.randrange(10**8):08d}", "name": "张三", "brand": "gotone"},
            "verification": {"method": "service_password", "verified": True},
            "category": "04.01.01",
            "content": "话费争议" * 40,
            "branch": "SZ",
        }


def _ratio(pair: dict[str, Sample]) -> float:
    return pair["register"].total / pair["bare Nameko"].total


def _table(found: dict[int, dict[str, Sample]]) -> Table:
    table = Table(title="CPU milliseconds per call, medians", title_justify="left")
    for heading in ("under way", "side", "service", "broker", "database", "total", "ratio", "calls/s"):
        table.add_column(heading, justify="left" if heading == "side" else "right")
    for window, pair in found.items():
        for name, each in pair.items():
            figures = [f"{each.by_process[part]:.2f}" for part in ("service", "broker", "database")]
            ratio = f"{_ratio(pair):.2f}" if name == "register" else "1"
            table.add_row(str(window), name, *figures, f"{each.total:.2f}", ratio, f"{each.rate:.0f}")
    return table


if __name__ == "__main__":
    main()
