"""One process that has imported everything forks each life that is asked for."""

import os
import subprocess
import sys
from pathlib import Path

from chaos.forking import Forked
from shared.settings import PROJECT
from suite.waiting import wait_until


def test_each_life_has_variables_of_its_own_and_its_end_is_told(tmp_path: Path) -> None:
    path, log = tmp_path / "forks", tmp_path / "log"
    command = [sys.executable, "-W", "ignore", "-m", "chaos.serving", "intake"]
    environ = {"PATH": os.environ["PATH"], "FORKS": str(path)}
    with log.open("wb") as output, subprocess.Popen(command, cwd=PROJECT, env=environ, stderr=output) as forking:
        try:
            wait_until("it can be asked", path.exists, within=60)
            lives = [ended(path, name) for name in ("boss_called", "submit_sent")]
        finally:
            forking.kill()
    assert [life.returncode for life in lives] == [1, 1]
    assert len({life.pid for life in lives} | {forking.pid}) == 3
    for name in ("boss_called", "submit_sent"):
        assert f"intake has no crash point '{name}'" in log.read_text()


def ended(path: Path, name: str) -> Forked:
    """A life that asks for a point that is not there, and ends at once."""
    life = Forked(path, {"CRASH_AT": name})
    wait_until("it ends", lambda: not life.alive(), within=60)
    life.stop()
    return life
