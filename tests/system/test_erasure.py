"""Erasure and key rotation on a running suite, by the operator's commands (PR1)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services import SERVICES
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers, Refused
from suite.play.script import Person
from suite.running import Suite
from tests.system.conftest import StartSuite

NAME, NUMBER = "欧阳若兰", "13912340077"
AGENT, PROVINCE = Person("E1001", "agent", "SZ"), Person("P1001", "province")
WHY = ("--reason", "本人来函", "--ground", "holder_asked", "--reference", "函-12")
TAKEN = {
    "ticket_type": "complaint",
    "channel": "hotline",
    "handling": "transfer",
    "category": "04.01.01",
    "branch": "SZ",
    "content": "话费争议",
    "customer": {"msisdn": NUMBER, "name": NAME, "brand": "ordinary"},
    "verification": {"method": "id_shown", "verified": True},
}
REPLY = {"process": "核对", "content": "已更正", "satisfaction": "satisfied"}
ARCHIVE = {"cause": "话单错误", "evidence": ["话单"], "lesson": "核对"}


@pytest.fixture(scope="module")
def suite(start_suite: StartSuite) -> Suite:
    return start_suite(dict.fromkeys(SERVICES, 1), MONDAY)


@pytest.fixture(scope="module")
def callers(suite: Suite) -> Iterator[Callers]:
    with Callers(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch)) as everybody:
        yield everybody


@pytest.fixture(scope="module")
def tousu(suite: Suite) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`tousu("erase", id, …)`, as an operator types it."""

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        typed = [sys.executable, "-m", "cli.main", *arguments]
        return subprocess.run(
            typed, env=os.environ | suite.environ, capture_output=True, text=True, check=False, timeout=100
        )

    return command


def test_PR1_keys_rotate_beside_running_services_then_a_complaint_is_erased_in_all_of_them(
    callers: Callers, tousu: Any
) -> None:
    def say(method: str, *target: str, **content: Any) -> Any:
        return callers.call(AGENT, "intake", method, *target, {"request_id": f"{method}-{time.monotonic()}"} | content)

    complaint = say("register", **TAKEN)["complaint_id"]
    made, rotated = tousu("keys", "new"), tousu("keys", "rotate")
    assert (made.returncode, rotated.returncode) == (0, 0), made.stderr + rotated.stderr
    assert "0 are not yet" in rotated.stdout
    assert callers.call(AGENT, "intake", "get", complaint)["customer"]["name"] == NAME
    running = tousu("erase", complaint, *WHY)
    assert (running.returncode, "not finished" in running.stderr) == (1, True)
    say("reply", complaint, **REPLY)
    say("archive", complaint, **ARCHIVE)
    early = tousu("erase", complaint, *WHY)
    assert (early.returncode, "time of keeping is not over" in early.stderr) == (1, True)
    assert tousu("clock", "advance", "26400h").returncode == 0

    until = time.monotonic() + 30
    while (erased := tousu("erase", complaint, *WHY)).returncode and time.monotonic() < until:
        time.sleep(1)  # what the years have brought, such as SMS, has to end first

    assert erased.returncode == 0, erased.stderr
    for line in ("intake", "escalation", "notify"):
        assert f"{line:12} 0 erased" not in erased.stdout, erased.stdout
    shown = callers.call(AGENT, "intake", "get", complaint)
    assert (shown["erased"], shown["status"]) == (True, "archived")
    assert NAME not in repr(shown)
    assert callers.call(PROVINCE, "escalation", "case", complaint)["erased"] is True
    with pytest.raises(Refused) as refused:
        say("reopen", complaint, reason="又来")
    assert refused.value.name == "Conflict"
    reads = callers.call(PROVINCE, "intake", "reads", complaint)["reads"]
    assert (reads[-1]["kind"], reads[-1]["ground"]) == ("erasure", "holder_asked")
    again = say("register", **TAKEN)
    assert (again["repeat_of"], again["urged"], again["complaint_id"] != complaint) == (None, False, True)
    assert tousu("audit", "verify").returncode == 0
