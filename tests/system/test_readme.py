"""The README's example, run as it stands by a client process of its own against the suite."""

import os
import subprocess
import sys
from pathlib import Path

from services import SERVICES
from suite.play.__main__ import MONDAY
from tests.system.conftest import StartSuite
from tests.unit.docs.markdown import README, blocks


def test_the_readmes_example_registers_replies_and_shows_the_clocks(start_suite: StartSuite, tmp_path: Path) -> None:
    suite = start_suite(dict.fromkeys(SERVICES, 1), MONDAY)
    (tmp_path / ".run").symlink_to(suite.folder.path)
    (example,) = blocks(README.read_text(encoding="utf-8"), "python")
    environ = os.environ | {"TOUSU_TOKEN": suite.token("E1001", "agent", "SZ"), "PYTHONIOENCODING": "utf-8"}

    command = [sys.executable, "-c", example]
    client = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert client.returncode == 0, client.stderr
    assert client.stdout.startswith("流水号 261123")
    assert "handling" in client.stdout
