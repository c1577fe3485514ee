"""Critical windows in a file: readable after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from chaos.windows import WINDOWS, Windows, held, inside
from shared.settings import PROJECT

DYING = """
import os, signal, sys
from pathlib import Path
from chaos.windows import Windows
windows = Windows(Path(sys.argv[1]))
windows.enter("submit", ["one", "two", "two"])
windows.enter("boss", ["key"])
windows.leave("boss", ["key"])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_is_in_hand_counts_once_and_leaves_once(tmp_path: Path) -> None:
    windows = Windows(tmp_path / "windows")
    windows.enter("outbox", ["a", "b"])
    windows.enter("outbox", ["b", "c"])
    assert held(tmp_path / "windows") == {"outbox": 3}
    windows.leave("outbox", ["b", "never entered"])
    assert held(tmp_path / "windows") == {"outbox": 2}
    windows.leave("outbox", ["a", "b", "c"])
    assert inside(tmp_path / "windows") == []


def test_after_a_kill_the_file_still_tells(tmp_path: Path) -> None:
    file = tmp_path / "windows"
    died = subprocess.run([sys.executable, "-c", DYING, file], cwd=PROJECT, env=dict(os.environ), check=False)
    assert died.returncode == -signal.SIGKILL
    assert held(file) == {"submit": 2}
    assert inside(file) == ["submit"]


def test_each_window_has_a_counter_of_its_own(tmp_path: Path) -> None:
    windows = Windows(tmp_path / "windows")
    for number, name in enumerate(WINDOWS, 1):
        windows.enter(name, range(number))
    assert held(tmp_path / "windows") == {name: number for number, name in enumerate(WINDOWS, 1)}


def test_a_process_that_died_before_it_served_was_inside_none(tmp_path: Path) -> None:
    assert inside(tmp_path / "never made") == []
    (tmp_path / "cut off").write_bytes(b"\0")
    assert inside(tmp_path / "cut off") == []
