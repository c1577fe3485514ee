"""`python -m chaos.serving`: what it refuses."""

import os
import subprocess
import sys

import pytest

from shared.settings import PROJECT


def said(**variables: str) -> tuple[int, str]:
    """Exit code and output of `python -m chaos.serving intake` under these variables."""
    command = [sys.executable, "-W", "ignore", "-m", "chaos.serving", "intake"]
    environ = {"PATH": os.environ["PATH"]} | variables
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("variables", [{}, {"CRASH_AT": "changed"}, {"FAIL_AT": "changed"}, {"CONTROL": "outbox"}])
def test_production_refuses_it_whatever_is_asked(variables: dict[str, str]) -> None:
    assert said(TOUSU_ENV="production", **variables) == (1, "Nothing is broken on purpose in production.\n")


def test_a_point_that_is_not_there_is_named() -> None:
    code, words = said(CRASH_AT="boss_called")
    assert code == 1
    assert "intake has no crash point 'boss_called'" in words
