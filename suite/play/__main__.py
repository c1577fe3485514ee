"""`python -m suite.play`: sets up the suite, plays the manuals' cases on one timeline, prints story, table and totals.

Exits 0 only if every case ends as expected and services and journals agree.
"""

import sys
import time
from datetime import datetime
from functools import partial
from typing import Any

from amqp import Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.clock import ClockFile
from shared.settings import PROJECT
from suite.ending import end_in_order
from suite.errors import SuiteError
from suite.play import table
from suite.play.callers import Callers
from suite.play.events import Events
from suite.play.journals import Journal
from suite.play.quiet import NeverQuiet, Quiet, connect
from suite.play.script import SHANGHAI, Person, Script, read
from suite.play.stage import Outside, Stage
from suite.play.story import yuan
from suite.play.verdict import Ask, Ending, agreement, delivered_in_all, ending
from suite.running import Suite
from suite.simulators import text_from_phone

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
CASES = PROJECT / "examples" / "cases.yml"
RECEIPT_SECONDS = 20
PAGE = 170
ON_THE_WAY = ("queued", "submitting", "submitted", "unknown")
OPERATOR = Person("O1001", "operator")
FINANCE = Person("F1001", "finance")
AUDITOR = Person("P1001", "province")
WHO_ASKS = {"intake": AUDITOR, "escalation": AUDITOR, "refund": FINANCE, "notify": AUDITOR}


def main() -> None:
    """Plays and exits."""
    end_in_order()
    console = Console(width=PAGE, highlight=False)
    script = read(CASES.read_text(encoding="utf-8"), MONDAY)
    try:
        with Suite(clock_origin=MONDAY) as suite:
            faults = perform(script, suite, console)
    except (SuiteError, NeverQuiet) as error:
        sys.exit(str(error))
    sys.exit(1 if faults else 0)


def perform(script: Script, suite: Suite, console: Console) -> list[str]:
    """Plays the script on a running suite and prints everything; answers what was not as expected."""
    with (
        Callers(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch)) as callers,
        connect(suite.amqp_uri) as broker,
    ):
        outside = _outside(suite, callers, broker)
        stage = Stage(script, outside, lambda line: console.print(line, soft_wrap=True))
        with _progress(console) as progress:
            task = progress.add_task("playing", total=len(script.lines))
            for _ in stage.play():
                progress.advance(task)
        _await_receipts(callers)
        ask = _asker(callers)
        endings = [ending(case, stage.parts[case.id], ask) for case in script.cases]
        delivered = delivered_in_all(ask)
    console.print(table.of(endings))
    return _judged(endings, delivered, outside, console)


def _outside(suite: Suite, callers: Callers, broker: Connection) -> Outside:
    def pulse(service: str) -> dict[str, Any]:
        answer: dict[str, Any] = callers.call(OPERATOR, service, "pulse")
        return answer

    folder = suite.folder
    boss, smsc = Journal(folder.journal("boss")), Journal(folder.journal("smsc"))
    clock_file, phone = ClockFile(folder.clock), partial(text_from_phone, folder.ready("smsc"))
    return Outside(callers, Quiet(broker, pulse), Events(broker), boss, smsc, clock_file, phone)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _await_receipts(callers: Callers) -> None:
    """The last SMS are on their way in machine time: waits until phones have them, at most RECEIPT_SECONDS."""
    until = time.monotonic() + RECEIPT_SECONDS
    while time.monotonic() < until:
        queries = ({"status": status, "limit": 1} for status in ON_THE_WAY)
        if not any(callers.call(AUDITOR, "notify", "search", query)["items"] for query in queries):
            return
        time.sleep(0.2)


def _asker(callers: Callers) -> Ask:
    def ask(service: str, method: str, argument: Any) -> Any:
        return callers.call(WHO_ASKS[service], service, method, argument)

    return ask


def _judged(endings: list[Ending], delivered: int, outside: Outside, console: Console) -> list[str]:
    boss, smsc = outside.boss.all(), outside.smsc.all()
    booked = sum(entry["amount_fen"] for entry in boss)
    console.print(f"BOSS journal: {len(boss)} entries, {yuan(booked)}. SMSC journal: {len(smsc)} SMS on phones.")
    faults = [f"{end.case.id}: {fault}" for end in endings for fault in end.faults] + agreement(
        endings, delivered, boss, smsc
    )
    for fault in faults:
        console.print(f"NOT AS EXPECTED  {fault}")
    if not faults:
        console.print("Services and journals agree; every case ended as the manuals expect.")
    return faults


if __name__ == "__main__":
    main()
