"""Child processes: nothing of them stays, and nobody else's is ever touched."""

import os
import time
from pathlib import Path

import psutil
import pytest

from suite.errors import SuiteError
from suite.processes import Process, Processes
from suite.waiting import wait_until

ENVIRON = {"PATH": os.environ["PATH"]}
STUBBORN = "trap '' TERM; sleep 60 & echo ready; wait; wait"


def shell(processes: Processes, script: str, folder: Path) -> Process:
    return processes.start("it", ["sh", "-c", script], ENVIRON, folder)


def has_gone(process: psutil.Process) -> bool:
    """Ended, even where nobody has taken note yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def has_said(process: Process, word: str) -> None:
    wait_until(f"it says {word}", lambda: word in process.last_words(), process, within=10)


def test_a_process_that_hears_SIGTERM_ends_and_leaves_no_pid_file(tmp_path: Path) -> None:
    processes = Processes(tmp_path, tied=True)
    process = shell(processes, "echo ready; exec sleep 60", tmp_path)
    has_said(process, "ready")
    processes.stop("it")
    assert not process.alive()
    assert processes.names() == []


def test_one_that_does_not_hear_is_killed_with_all_it_started(tmp_path: Path) -> None:
    processes = Processes(tmp_path, tied=False)
    process = shell(processes, STUBBORN, tmp_path)
    has_said(process, "ready")
    family = psutil.Process(process.pid).children()
    assert family
    processes.stop("it", within=0.2)
    assert not process.alive()
    wait_until("its child has gone", lambda: all(map(has_gone, family)), within=10)


def test_one_of_its_children_that_ends_in_the_same_moment_spares_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = shell(Processes(tmp_path, tied=True), "sleep 60 & sleep 61 & echo ready; wait", tmp_path)
    has_said(process, "ready")
    whole, first, last = family = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
    first.kill()
    wait_until("its first child has gone", lambda: not psutil.pid_exists(first.pid), within=10)
    monkeypatch.setattr(process, "_family", lambda: family)  # as it was seen a moment before
    monkeypatch.setattr(psutil.Process, "is_running", lambda _: True)
    process.kill()
    wait_until("the others have gone", lambda: has_gone(whole) and has_gone(last), within=10)


def test_another_object_on_the_same_folder_finds_and_stops_it(tmp_path: Path) -> None:
    process = shell(Processes(tmp_path, tied=False), "exec sleep 60", tmp_path)
    later = Processes(tmp_path, tied=False)
    assert later.names() == ["it"]
    later.stop("it")
    assert not process.alive()


def test_a_pid_that_was_given_away_again_is_left_alone(tmp_path: Path) -> None:
    process = shell(Processes(tmp_path, tied=True), "exec sleep 60", tmp_path)
    earlier = Process("earlier", process.pid, process.created - 1, process.log)
    assert not earlier.alive()
    earlier.stop()
    earlier.kill()
    assert process.alive()
    process.kill()
    assert not process.alive()


def test_starting_again_stops_what_an_earlier_run_left(tmp_path: Path) -> None:
    first = shell(Processes(tmp_path, tied=False), "exec sleep 60", tmp_path)
    again = Processes(tmp_path, tied=False)
    second = shell(again, "exec sleep 60", tmp_path)
    assert (first.alive(), second.alive()) == (False, True)
    again.stop("it")


def test_a_wait_ends_at_its_limit_and_says_what_it_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(SuiteError, match="in vain until pigs fly"):
        wait_until("pigs fly", lambda: False, within=0.05)
    assert time.monotonic() - began < 5


def test_a_wait_ends_at_once_with_the_last_words_of_a_process_that_ends(tmp_path: Path) -> None:
    process = shell(Processes(tmp_path, tied=True), "echo no licence; exit 3", tmp_path)
    with pytest.raises(SuiteError, match=r"it ended while waiting until it answers[\s\S]*no licence"):
        wait_until("it answers", lambda: False, process, within=30)
