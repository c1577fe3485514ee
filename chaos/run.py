"""One run: a suite of its own, load, faults, the end of all faults, quiet, the judge.

Everything lies in one folder: journals, logs, policies, the report.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos import points
from chaos.field import Ended, Field, Progress
from chaos.firing import FireTime
from chaos.gathered import CALLERS, OVERHEARD
from chaos.haste import hurried
from chaos.herd import Herd
from chaos.options import Options
from chaos.overheard import Overhearing
from chaos.plan import Fault, plan
from chaos.starter import Starter
from chaos.told import Told
from services import SERVICES
from shared.settings import PROJECT
from suite.play.__main__ import MONDAY
from suite.running import Suite

OURS = (
    "AMQP_URI",
    "MONGO_URL",
    "TOUSU_RUN_DIR",
    "TOUSU_ENV",
    "CRASH_AT",
    "FAIL_AT",
    "SLOW_AT",
    "CONTROL",
    "CLOCK_RATE",
)
SELDOM = (  # points that an ordinary life does not reach
    *("letter", "death", "checkpoint", "late", "early"),
    *("replay", "loss", "missing", "source", "all_", "told_again", "telling", "doubt", "quiet"),
)
SERVING = ("chaos.serving",)


@dataclass(frozen=True)
class Played:
    """A run that has come to its end. changed: what was changed of the policies. seconds: how long it took."""

    options: Options
    planned: tuple[Fault, ...]
    changed: tuple[str, ...]
    ended: Ended
    folder: Path
    seconds: float


def faults_of(options: Options) -> tuple[Fault, ...]:
    """The plan of a run."""
    known = {service: _points(service) for service in SERVICES}
    return plan(options.seed, options.kills, options.seconds, options.replicas, known, options.faults, options.outage)


def _points(service: str) -> dict[str, str]:
    return {point.name: point.window for point in points.of(service) if not point.name.startswith(SELDOM)}


def play(options: Options, folder: Path, progress: Progress) -> Played:
    """Carries a run out in a folder of its own; `progress(what, share)` hears how far it is.

    Raises SuiteError where the suite cannot be had or does not come back, NeverQuiet where it does not come to rest."""
    planned, firing, began = faults_of(options), FireTime(), time.monotonic()
    progress("bringing the suite up", 0.0)
    changed = hurried(PROJECT / "policies", folder / "policies", options.boss)
    with (
        Starter() as starter,
        _suite(folder) as suite,
        _herd(suite, options, planned, firing, starter) as herd,
        Told(suite.folder.journal(CALLERS)) as told,
        Overhearing(suite.amqp_uri, suite.folder.journal(OVERHEARD)),
    ):
        field = Field(suite, herd, firing, starter, told, options, progress)
        struck = field.fire(planned)
        progress("waiting until nothing moves", 1.0)
        ended = field.rest(struck)
    return Played(options, planned, changed, ended, folder, time.monotonic() - began)


def _suite(folder: Path) -> Suite:
    """Its servers are its own, whatever the environment names: they are going to be killed."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    environ |= {"TOUSU_POLICIES": str(folder / "policies"), "LOG_LEVEL": environ.get("LOG_LEVEL", "WARNING")}
    nobody = dict.fromkeys(SERVICES, 0)
    return Suite(folder, replicas=nobody, clock_origin=MONDAY, environ=environ, serving=SERVING)


@contextmanager
def _herd(
    suite: Suite, options: Options, planned: tuple[Fault, ...], firing: FireTime, starter: Starter
) -> Iterator[Herd]:
    asked = {"CONTROL": options.control, "SLOW_AT": options.slow}
    variables = {name: said for name, said in asked.items() if said}
    kills = [fault for fault in planned if fault.sort == "kill"]
    herd = Herd(suite, options.replicas, kills, variables, firing, starter)
    herd.start()
    try:
        yield herd
    finally:
        herd.stop()
