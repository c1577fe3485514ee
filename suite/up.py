"""`python -m suite.up`: the whole suite, kept running until `python -m suite.down`.

Variables: CLOCK_ORIGIN (ISO 8601 with offset), CLOCK_RATE, KEEP=1 (data of the last run stay), TOUSU_RUN_DIR, and
INTAKE, ESCALATION, REFUND, NOTIFY (processes of each).
"""

import os
import sys
from collections.abc import Mapping
from datetime import datetime

from services import SERVICES
from suite.errors import SuiteError
from suite.running import Suite

OURS = {"CLOCK_ORIGIN", "CLOCK_RATE", "KEEP", *(name.upper() for name in SERVICES)}


def suite_from(environ: Mapping[str, str], *, tied: bool) -> Suite:
    """The suite that the variables describe. Raises SuiteError naming the variable that does not fit."""
    return Suite(
        replicas={name: int(_number(environ, name.upper())) for name in SERVICES},
        clock_origin=_origin(environ),
        clock_rate=_number(environ, "CLOCK_RATE"),
        keep=environ.get("KEEP") == "1",
        tied=tied,
        environ={name: value for name, value in environ.items() if name not in OURS},
    )


def _number(environ: Mapping[str, str], name: str) -> float:
    try:
        number = float(environ.get(name) or 1)
    except ValueError:
        number = 0.0
    if number <= 0:
        raise SuiteError(f"{name} must be a number above 0.")
    return number


def _origin(environ: Mapping[str, str]) -> datetime | None:
    given = environ.get("CLOCK_ORIGIN")
    if not given:
        return None
    try:
        origin = datetime.fromisoformat(given)
    except ValueError:
        origin = None
    if origin is None or origin.tzinfo is None:
        raise SuiteError("CLOCK_ORIGIN must be a time with its offset, such as 2026-11-23T09:00:00+08:00.")
    return origin


def main() -> None:
    try:
        suite = suite_from(os.environ, tied=False).start()
    except SuiteError as error:
        sys.exit(str(error))
    print(f"The suite is up. Addresses: {suite.folder.endpoints}  Stop it with: make down")


if __name__ == "__main__":
    main()
