"""Who calls the suite in system tests, and how they wait for what happens in it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from suite.play.callers import Refused
from suite.play.script import Person
from suite.running import Suite

AGENT = Person("E1001", "agent", "SZ")
COLLEAGUE = Person("E1004", "agent", "SZ")
MANAGER = Person("M1001", "duty_manager", "SZ")
BRANCH = Person("B1001", "branch", "SZ")
PROVINCE = Person("P1001", "province")
SUPPORT = Person("S1001", "support")
LEGAL = Person("L1001", "legal")
FINANCE = Person("F1001", "finance")
SYSTEM = Person("service:gateway", "system")
ELSEWHERE = Person("E2001", "agent", "GZ")
OPERATOR = Person("O1001", "operator")
ESCALATION = Person("service:escalation", "system")

numbers = count(13_900_001_001)
requests = count(1)


def eventually(look: Callable[[], Any], seconds: float = 30) -> Any:
    """What the look finds once it finds something: events travel, clocks fire."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
    return found


def case_of(ask: Callable[..., Any], complaint_id: str) -> Callable[[], Any]:
    def look() -> Any:
        try:
            return ask(PROVINCE, "escalation.case", complaint_id)
        except Refused as refused:
            if refused.name != "NotFound":
                raise
            return None

    return look


def clock_now(suite: Suite, *arguments: str) -> str:
    """The command `tousu clock …`, as an operator types it."""
    return tousu(suite, "clock", *arguments)


def tousu(suite: Suite, *arguments: str) -> str:
    """What the command `tousu …` prints."""
    command = [sys.executable, "-m", "cli.main", *arguments]
    done = subprocess.run(
        command, env=os.environ | suite.environ, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
