"""`python -m bench.backlog`: all that watches clocks was away for an hour, and 10,000 limits ran out meanwhile (F20).

Cases are made by the service's own rules; then three processes of escalation start and work them off, asking intake
before each break as ever. Judged from stored histories: each look did what the rules say for its moment, none early.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from bench.courses import SYSTEM
from bench.register import NOBODY_ELSE
from services.escalation.facts import Facts
from services.escalation.follow import fire, follow
from services.escalation.model import Case
from services.escalation.moves import apply
from services.escalation.policies import FITS, POLICIES, rules_of
from services.escalation.rules import Rules
from services.escalation.store import Cases
from services.notify.service import NotifyService
from shared.aggregate import Stamp
from shared.bus.readers import declare_inboxes
from shared.clock import BusinessClock, ClockFile
from shared.policies import PolicyVersions, load
from shared.providers import InForce, key_ring
from shared.settings import PROJECT
from suite.running import Suite

CASES, REPLICAS, BATCH = 10_000, 3, 500
OUTAGE, LONGER, LOOK = timedelta(hours=1), timedelta(hours=30), timedelta(minutes=1)  # LOOK: on a busy machine
LONG_AGO_EVERY = 10  # of so many cases one ran out long before: it passes through several levels at once
BEGAN = datetime(2026, 3, 3, 2, tzinfo=UTC)  # Tuesday, ten o'clock in Shanghai
PATIENCE, PAUSE, OUT_OF_ORDER = 900.0, 0.2, 100 * (REPLICAS + 1)  # places: replicas take pages of a hundred


@dataclass(frozen=True)
class Worked:
    """What became of it: seconds it took, wrong outcomes, places out of order, lateness in business seconds."""

    cases: int
    seconds: float
    wrong: int
    early: int
    displaced: int
    late: list[float]
    levels: Mapping[str, int]


def main() -> None:
    """Measures and prints; exits 1 where a clock did anything but what the rules say."""
    console = Console()
    with TemporaryDirectory(prefix="tousu-bench-") as folder:
        worked = backlog(Path(folder), CASES)
    console.print(_table(worked))
    sys.exit(bool(worked.wrong or worked.early or worked.displaced > OUT_OF_ORDER))


def backlog(folder: Path, number: int) -> Worked:
    """So many cases, an hour of business time without escalation, and then its processes again."""
    with Suite(folder, replicas=NOBODY_ELSE, clock_origin=BEGAN) as suite:
        declare_inboxes(suite.amqp_uri, [NotifyService])
        with MongoClient[dict[str, Any]](suite.mongo_url, tz_aware=True) as client:
            store, rules = _store(suite, client[f"{suite.settings.database_prefix}_escalation"])
            made = dict(_overdue(rules, number))
            _fill(store, made)
            ClockFile(suite.folder.clock).advance(OUTAGE)
            for replica in range(1, REPLICAS + 1):
                suite.start_process(f"escalation-{replica}")
            _await_the_end(store)
            return _judged(store, made, rules)


def _store(suite: Suite, database: Any) -> tuple[Cases, Rules]:
    settings = suite.settings
    policies = InForce(load(PROJECT / "policies", POLICIES, FITS).loaded())
    policies.versions = PolicyVersions(database)
    policies.versions.keep(policies, BEGAN)
    store = Cases(database, key_ring(settings), BusinessClock(settings.clock_file), cast("Any", None))
    store.prepare()
    return store, rules_of(policies, policies.version("clocks"))


def _overdue(rules: Rules, number: int) -> Iterator[tuple[str, tuple[list[Any], Case]]]:
    """Ids, with what had happened before the outage, and the case as it stood then."""
    dice, eight_hours = random.Random(20), timedelta(hours=8)
    for at in range(number):
        ran_out = OUTAGE * dice.random() - (LONGER if at % LONG_AGO_EVERY == 0 else timedelta(0))
        registered_at = BEGAN + timedelta(seconds=ran_out // timedelta(seconds=1)) - eight_hours
        complaint_id = f"c{dice.getrandbits(64):016x}"
        facts = _facts(complaint_id, registered_at, rules)
        events = follow(None, facts, rules)
        case = _folded(None, events)
        if registered_at > BEGAN - eight_hours:
            before = fire(case, BEGAN, rules)
            events, case = [*events, *before], _folded(case, before)
        yield complaint_id, (events, case)


def _facts(complaint_id: str, registered_at: datetime, rules: Rules) -> Facts:
    return Facts(
        complaint_id=complaint_id,
        seq=1,
        as_of=registered_at,
        status="open",
        ticket_type="complaint",
        channel="hotline",
        category="04.01.01",
        brand="vip",
        registered_at=registered_at,
        branch="SZ",
        handling="direct_reply",
        first_contact="E1001",
        handler="E1001",
        policy_version=rules.clocks_version,
    )


def _folded(case: Case | None, events: list[Any]) -> Case:
    for event in events:
        case = apply(case, event, Stamp(0, BEGAN, SYSTEM))
    assert case is not None
    return case


def _fill(store: Cases, made: Mapping[str, tuple[list[Any], Case]]) -> None:
    steps = [store._form.first(id, events, SYSTEM, BEGAN, None) for id, (events, _) in made.items()]
    for since in range(0, len(steps), BATCH):
        writes = [step.write | {"outbox": []} for step in steps[since : since + BATCH]]
        store.collection.insert_many(writes, ordered=False)


def _await_the_end(store: Cases) -> None:
    until = time.monotonic() + PATIENCE
    while store.pulse()["due"]:
        if time.monotonic() > until:
            raise TimeoutError(f"the backlog was not worked off within {PATIENCE:.0f} s")
        time.sleep(PAUSE)


def _judged(store: Cases, made: Mapping[str, tuple[list[Any], Case]], rules: Rules) -> Worked:
    wrong = early = 0
    late, ends, levels = list[float](), list[tuple[datetime, datetime]](), Counter[str]()
    for document in store.collection.find({}):
        before, case = made[document["_id"]]
        happened, due_at = store._form.events(document)[len(before) :], case.next_instant
        assert happened
        assert due_at
        wrong += not _as_ruled(case, happened, rules)
        early += happened[0][1].at < due_at
        late.append((happened[0][1].at - due_at).total_seconds())
        ends.append((due_at, document["changed_at"]))
        levels[store.get(document["_id"]).state.level] += 1
    took = max(changed for _, changed in ends) - min(changed for _, changed in ends)
    return Worked(len(made), took.total_seconds(), wrong, early, _displaced(ends), sorted(late), levels)


def _as_ruled(case: Case, happened: list[tuple[Any, Stamp]], rules: Rules) -> bool:
    """Whether at each look all happened that the rules say for its moment, which is a while before it is stored."""
    for at, entries in groupby(happened, key=lambda entry: entry[1].at):
        events = [event for event, _ in entries]
        if events not in (fire(case, at - LOOK * tenth / 600, rules) for tenth in range(601)):
            return False
        case = _folded(case, events)
    return True


def _displaced(ends: list[tuple[datetime, datetime]]) -> int:
    """By how many places a case was worked off before one that was due sooner, at most."""
    worked = sorted(range(len(ends)), key=lambda at: ends[at][1])
    due = {at: place for place, at in enumerate(sorted(range(len(ends)), key=lambda at: ends[at][0]))}
    return max(due[at] - place for place, at in enumerate(worked))


def _table(worked: Worked) -> Table:
    late = worked.late
    table = Table(title="A backlog of clocks after an hour's outage", title_justify="left", show_header=False)
    middle, nearly_all = (late[len(late) * percent // 100] for percent in (50, 99))
    table.add_row("cases", f"{worked.cases:,} by {REPLICAS} processes in {worked.seconds:.1f} s")
    table.add_row("a second", f"{worked.cases / max(worked.seconds, 0.001):,.0f}")
    table.add_row("not as the rules say, early", f"{worked.wrong}, {worked.early}")
    table.add_row("out of order by at most", f"{worked.displaced} places")
    table.add_row("late in business seconds", f"p50 {middle:,.0f}, p99 {nearly_all:,.0f}, max {late[-1]:,.0f}")
    table.add_row("levels reached", ", ".join(f"{name} {count:,}" for name, count in sorted(worked.levels.items())))
    return table


if __name__ == "__main__":
    main()
