"""Explanations as callers get them (JSON), and the separate program that counts them again."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from services.escalation.explaining import explain
from shared.bus.answers import result_body
from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from tests.unit.escalation.makers import Story, whole_rules

CHECKER = Path(__file__).resolve().parents[2] / "check_explanation.py"


def explained(story: Story, clock_id: str, texts: bool = True, **versions: Calendar) -> dict[str, Any]:
    """The answer of `explain` for a clock of the story; `versions`: calendars by version, others are as shipped."""

    def clocks(_version: str) -> ClockPolicy:
        return whole_rules().clocks

    def calendar(version: str) -> Calendar:
        return versions.get(version, whole_rules().calendar)

    answer = explain(story.told, clock_id, (clocks, calendar), texts)
    said: dict[str, Any] = orjson.loads(result_body(answer))["result"]
    return said


def checked(said: dict[str, Any]) -> tuple[int, str]:
    """Exit code and words of the program for this explanation."""
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER)], input=orjson.dumps(said), capture_output=True, check=False, timeout=30
    )
    return done.returncode, done.stdout.decode()
