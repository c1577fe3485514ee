"""Spin: every state that a model can come to, and the shortest way to a broken promise.

`spin` and a C compiler are those on PATH, else Debian's packages.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic

from suite import debian
from suite.errors import SuiteError

ROOM = Path(__file__).parent
SECONDS = 300
MEMORY_MB = 4000
COUNTED = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
DEPTH = re.compile(r"depth reached (\d+)")
BROKEN = re.compile(r"^pan:1: (.*) \(at depth", re.MULTILINE)
ALL_OF_IT = "errors: 0"
NO_STEP = ("spin:", "#processes", "ltl ", "-----")


@dataclass(frozen=True)
class Found:
    """How much was looked at; `broken` is the first promise that does not hold, `way` the shortest way there."""

    states: int
    depth: int
    seconds: float
    broken: str = ""
    way: tuple[str, ...] = ()


def explore(name: str, *switches: str) -> Found:
    """All states of the model: what must always hold, and what must hold in the end."""
    return _explored(name, switches, ("-DSAFETY", "-DBFS"), ())


def endless(name: str, *switches: str) -> Found:
    """All states once more, looking for a course that never ends: then what holds at the end would prove little."""
    return _explored(name, switches, ("-DNP",), ("-l",))


def _explored(name: str, switches: Sequence[str], compiled: Sequence[str], run: Sequence[str]) -> Found:
    began, given = monotonic(), [f"-D{switch}" for switch in switches]
    with tempfile.TemporaryDirectory() as folder:
        place, model = Path(folder), f"{name}.pml"
        for each in ROOM.glob("*.pml"):  # a model may include another file
            shutil.copy(each, place)
        _run(place, str(spin()), "-a", *given, model)
        memory = f"-DMEMLIM={MEMORY_MB}"
        _run(place, compiler(), "-w", "-O1", "-DNOREDUCE", memory, *compiled, "-o", "pan", "pan.c")
        said = _run(place, "./pan", "-m200000", "-n", *run)
        broken = BROKEN.search(said)
        if not broken and ALL_OF_IT not in said:
            raise SuiteError(f"spin did not look at all of {name}: {said[-500:]}")
        way = _run(place, str(spin()), "-t", "-B", "-T", *given, model) if broken else ""
        states, depth = (int(found[1]) if (found := form.search(said)) else 0 for form in (COUNTED, DEPTH))
    steps = tuple(line.strip() for line in way.splitlines() if line.strip() and not line.startswith(NO_STEP))
    return Found(states, depth, monotonic() - began, broken[1] if broken else "", steps)


@cache
def spin() -> Path:
    """The program; fetched where it is not there. Raises SuiteError."""
    found = shutil.which("spin")
    return Path(found) if found else debian.have("spin") / "usr/bin/spin"


@cache
def compiler() -> str:
    """A C compiler; installed where there is none and we may. Raises SuiteError."""
    if not shutil.which("cc"):
        debian.have("gcc")
    found = shutil.which("cc") or shutil.which("gcc")
    if not found:
        raise SuiteError("spin needs a C compiler: apt-get install gcc")
    return found


def _run(folder: Path, *command: str) -> str:
    try:
        done = subprocess.run(command, cwd=folder, timeout=SECONDS, capture_output=True, text=True, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise SuiteError(f"{command[0]}: {fault}") from fault
    if done.returncode and command[0] == compiler():
        raise SuiteError(f"the model's program could not be compiled: {done.stderr[-500:]}")
    return done.stdout + done.stderr
