"""`python -m bench.figures`: what the figures of a period cost among 100,000 complaints: time, CPU and memory.

The complaints lie in one month. Some are made by the service itself (replied, archived, followed up, reopened), the
rest are copies of them with ids, numbers and branches of their own. Asked for: month, week, day, one branch's week."""

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient
from pymongo.collection import Collection
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.measure import cpu_seconds
from shared.clock import ClockFile
from suite.rehearsal import requests as r
from suite.running import Suite

COMPLAINTS, AT_ONCE, PATTERNS = 100_000, 2_000, 30
BOUND_SECONDS, BOUND_MB = 8.0, 100.0
NOBODY_ELSE = {"intake": 1, "escalation": 0, "refund": 0, "notify": 0}
START = datetime(2026, 11, 22, 16, tzinfo=UTC)  # midnight in Shanghai
ASKED = {"month": (30, {}), "week": (7, {}), "day": (1, {}), "week, one branch": (7, {"branch": "GZ"})}
HEADINGS = ("asked for", "read", "seconds", "service CPU s", "database CPU s", "more memory MB")
Row = tuple[str, int, float, float, float, float]


def main() -> None:
    """Measures and prints; exits 1 beyond a bound."""
    console = Console()
    with TemporaryDirectory(prefix="tousu-bench-") as folder, Suite(Path(folder), replicas=NOBODY_ELSE) as suite:
        token = suite.token("P1001", "province")
        config = {"AMQP_URI": suite.amqp_uri, "serializer": "json"}
        with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=60) as cluster:
            size = _fill(suite, cluster.intake)
            rows = [_measured(suite, cluster.intake, name, *asked) for name, asked in ASKED.items()]
    console.print(_table(rows, size))
    slowest, largest = max(row[2] for row in rows), max(row[5] for row in rows)
    console.print(f"at most {slowest:.1f} s (bound {BOUND_SECONDS}) and {largest:.0f} MB more (bound {BOUND_MB:.0f})")
    sys.exit(slowest > BOUND_SECONDS or largest > BOUND_MB)


def _measured(suite: Suite, intake: Any, name: str, days: int, place: dict[str, str]) -> Row:
    service, database = suite.process("intake-1").pid, suite.process("mongod").pid
    before, memory, began = [cpu_seconds(pid) for pid in (service, database)], _peak_mb(service), time.monotonic()
    until = START + timedelta(days=days)
    answer = intake.figures({"from": START.isoformat(), "to": until.isoformat(), **place})
    took = time.monotonic() - began
    spent = [cpu_seconds(pid) - was for pid, was in zip((service, database), before, strict=True)]
    return name, answer["complaints_read"], took, spent[0], spent[1], _peak_mb(service) - memory


def _peak_mb(pid: int) -> float:
    """The most memory a process ever held."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024 if psutil.pid_exists(pid) else 0.0


def _fill(suite: Suite, intake: Any) -> float:
    """Puts the complaints in; their average size in bytes."""
    _live(suite, intake)
    with MongoClient[dict[str, Any]](suite.mongo_url) as client:
        complaints = client[f"{suite.settings.database_prefix}_intake"]["complaints"]
        patterns = list(complaints.find())
        for _ in track(range(COMPLAINTS // AT_ONCE), description="complaints", transient=True):
            complaints.insert_many(_copies(patterns, AT_ONCE), ordered=False)
        return _average(complaints)


def _average(complaints: Collection[dict[str, Any]]) -> float:
    sizes = {"$group": {"_id": None, "size": {"$avg": {"$bsonSize": "$$ROOT"}}}}
    return float(next(complaints.aggregate([{"$sample": {"size": 500}}, sizes]))["size"])


def _live(suite: Suite, intake: Any) -> None:
    """Complaints over the month, each step at its own time; business time ends a month later."""
    clock, ids = ClockFile(suite.folder.clock), dict[int, str]()
    for hour, number, method, command in sorted(_lives(), key=lambda each: each[:2]):
        clock.start(START + timedelta(hours=hour))
        time.sleep(0.01)
        given = {"request_id": f"{number}-{hour}-{method}", **command}
        target = () if method == "register" else (ids[number],)
        answer = getattr(intake, method)(*target, given)
        ids.setdefault(number, answer["complaint_id"])
    clock.start(START + timedelta(days=60))


def _lives() -> Iterator[tuple[float, int, str, dict[str, Any]]]:
    for number in range(PATTERNS):
        hour, brand = number * 24.0, ("vip", "gotone", "ordinary")[number % 3]
        customer = {"msisdn": f"1390000{number:04}", "brand": brand}
        steps: list[tuple[float, str, dict[str, Any]]] = [
            (0, "register", r.BARE | {"customer": customer}),
            (1, "record_contact", r.CONTACT),
            (5 + number, "reply", r.REPLY),
            (50, "reopen", r.REASON),
            (51, "reply", r.REPLY),
            (60, "archive", r.ARCHIVE),
        ]
        yield from ((hour + after, number, method, command) for after, method, command in steps[: 2 + number % 5])


def _copies(patterns: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        drawn = f"{random.getrandbits(128):032x}"
        own = {"_id": drawn, "number_ix": drawn, "serial_no": drawn, "branch": random.choice(["SZ", "GZ", "ZH"])}
        pattern = random.choice(patterns)
        yield {name: value for name, value in pattern.items() if name not in ("requests", "outbox")} | own


def _table(rows: list[Row], size: float) -> Table:
    table = Table(title=f"figures among {COMPLAINTS:,} complaints of {size:,.0f} bytes", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == HEADINGS[0] else "right")
    for name, read, *measured in rows:
        table.add_row(name, f"{read:,}", *(f"{value:.2f}" for value in measured))
    return table


if __name__ == "__main__":
    main()
