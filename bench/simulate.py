"""`python -m bench.simulate`: how many cases a second a draft is played over, on one core, and what memory it takes.

The cases are made by the service's own rules and stored in its own form, in a MongoDB of this run alone. Measured is
the page that the service answers: reading, replaying, adding up. The rate is by this process's CPU time; the database
runs beside it, and the rate by the clock on the wall says what both make together.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import psutil
from pymongo import MongoClient
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.courses import SYSTEM, courses
from services.escalation.policies import FITS, POLICIES, rules_of
from services.escalation.schemas import SimulateSchema
from services.escalation.simulation import simulation
from services.escalation.store import Cases
from shared.clock import machine_now
from shared.policies import PolicyVersions, load
from shared.providers import InForce
from shared.sealing import KeyRing
from shared.settings import PROJECT
from suite.mongo import Mongo

SIZES, BATCH, PAGE = (10_000, 100_000), 1000, 1000
BOUND = 2000  # cases a second
KEYS = KeyRing({"bench": b"m" * 32}, suite=b"s" * 32, index=b"i" * 32)


@dataclass(frozen=True)
class Found:
    """One run over so many cases."""

    cases: int
    cpu_seconds: float
    seconds: float
    megabytes: float


class Now:
    """Business time is machine time."""

    def now(self) -> Any:
        return machine_now()


def main() -> None:
    """Measures and prints; exits 1 where a draft is played over fewer than BOUND cases a second."""
    console, found = Console(), list[Found]()
    with TemporaryDirectory(prefix="tousu-bench-") as folder, Mongo(Path(folder)) as mongo:
        database: Any = MongoClient(mongo.mongo_url, tz_aware=True)["bench_escalation"]
        policies = InForce(load(PROJECT / "policies", POLICIES, FITS).loaded())
        policies.versions = PolicyVersions(database)
        policies.versions.keep(policies, machine_now())
        cases = Cases(database, KEYS, Now(), cast("Any", None))
        cases.prepare()
        clocks = (PROJECT / "policies" / "clocks.yml").read_text("utf-8")
        draft = clocks.replace("vip: 8h, gotone: 24h, ordinary: 48h", "vip: 6h, gotone: 12h, ordinary: 24h")
        rules, made = rules_of(policies, policies.version("clocks")), 0
        for size in SIZES:
            _fill(cases, courses(rules, size), made, size)
            made = size
            found.append(_measured(lambda after: _page(cases, policies, draft, after), size))
    console.print(_table(found))
    worst = min(each.cases / each.cpu_seconds for each in found)
    console.print(f"at least {worst:,.0f} cases a second of CPU (bound {BOUND:,})")
    sys.exit(worst < BOUND)


def _fill(cases: Cases, lived: Any, made: int, size: int) -> None:
    """Further cases through the store's own form, in bulk."""
    form, new = cases._form, islice(lived, made, None)
    for _ in track(range((size - made) // BATCH), description=f"{size:,} cases", transient=True):
        steps = [form.first(id, events, SYSTEM, machine_now(), None) for id, events in islice(new, BATCH)]
        cases.collection.insert_many([step.write | {"outbox": []} for step in steps], ordered=False)


def _page(cases: Cases, policies: InForce, draft: str, after: str | None) -> Any:
    asked = SimulateSchema().load({"policies": {"clocks": draft}, "limit": PAGE, "after": after})
    return simulation(cases, policies, asked, machine_now())


def _measured(ask: Callable[[str | None], Any], size: int) -> Found:
    """All pages, one after the other, nothing kept of them but the count."""
    process, after, seen = psutil.Process(), None, 0
    cpu, wall = time.process_time(), time.perf_counter()
    while True:
        page = ask(after)
        seen, after = seen + page["cases"], page["after"]
        if after is None:
            break
    assert seen == size, f"{seen} of {size} cases were played"
    took = (time.process_time() - cpu, time.perf_counter() - wall)
    return Found(size, *took, process.memory_info().rss / 2**20)


def _table(found: list[Found]) -> Table:
    table = Table("cases", title="A draft of clocks.yml played over all cases", title_justify="left")
    for heading in ("cases/s of CPU", "cases/s by the wall", "memory of the process, MB"):
        table.add_column(heading, justify="right")
    for each in found:
        rates = (each.cases / each.cpu_seconds, each.cases / each.seconds, each.megabytes)
        table.add_row(f"{each.cases:,}", *(f"{rate:,.0f}" for rate in rates))
    return table


if __name__ == "__main__":
    main()
