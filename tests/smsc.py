"""The message centre as a real process, for tests: started on free ports, killed and started again on the same ones."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

PATIENCE_S = 20.0


class SmscProcess:
    """`folder` takes the journal; `port` is where SMPP listens; `environ` holds SMSC_PASSWORD or SMSC_PASSWORD_FILE."""

    PASSWORD = "pass1234"

    def __init__(self, folder: Path, clock: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        self._environ = environ or {"SMSC_PASSWORD": self.PASSWORD}
        self.journal_path, self._ready = folder / "smsc-journal.jsonl", folder / "smsc-ready.json"
        self._clock = clock
        self.port = self._control_port = 0
        self.start()

    def start(self) -> None:
        self._ready.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "simulators.smsc",
            "--journal",
            str(self.journal_path),
            "--ready",
            str(self._ready),
        ]
        command += ["--port", str(self.port), "--control-port", str(self._control_port)]
        command += ["--clock", str(self._clock)] if self._clock else []
        self._process = subprocess.Popen(command, env={**os.environ, **self._environ})
        eventually(self._ready.exists)
        ports = json.loads(self._ready.read_text())
        self.port, self._control_port = ports["port"], ports["control_port"]

    def kill(self) -> None:
        """As a crash would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        assert self._process.wait(PATIENCE_S) == 0

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal_path.read_text().splitlines()]

    def modes(self, **changes: Any) -> None:
        self._post("modes", changes)

    def drop_connections(self) -> None:
        self._post("drop", {})

    def sms_from_phone(self, sender: str, text: str) -> None:
        assert self._post("sms", {"from": sender, "text": text})["parts"] >= 1

    def state(self) -> dict[str, Any]:
        answer = requests.get(f"http://127.0.0.1:{self._control_port}/", timeout=PATIENCE_S)
        return dict(answer.json())

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"http://127.0.0.1:{self._control_port}/{path}", json=body, timeout=PATIENCE_S)
        answer.raise_for_status()
        return dict(answer.json())


def eventually(holds: Any, within: float = PATIENCE_S) -> None:
    """Waits until `holds()`; fails after `within` seconds."""
    limit = time.monotonic() + within
    while not holds():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)
