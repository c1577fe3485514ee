"""BOSS twice, for tests: the simulator as a real process, and a small one in memory that keeps the same promises."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from services.refund.outcomes import Absent, Asked, Entered, NoAnswer, Paid, Refused
from services.refund.punctual import LeaveBy
from shared.settings import PROJECT
from tests.smsc import eventually

PATIENCE_S = 20.0
LINE = ("key", "msisdn", "amount_fen", "kind")


class BossProcess:
    """`folder` takes the journal; it can be killed and started again on the same port."""

    def __init__(self, folder: Path, clock: Path | None = None) -> None:
        self.journal_path, self._ready = folder / "boss-journal.jsonl", folder / "boss-ready.json"
        self._clock = clock
        self._port = self._control_port = 0
        self.start()

    def start(self) -> None:
        self._ready.unlink(missing_ok=True)
        files = ["--journal", str(self.journal_path), "--ready", str(self._ready)]
        ports = ["--port", str(self._port), "--control-port", str(self._control_port)]
        clock = ["--clock", str(self._clock)] if self._clock else []
        self._process = subprocess.Popen([sys.executable, "-m", "simulators.boss", *files, *ports, *clock], cwd=PROJECT)
        eventually(self._ready.exists)
        told = json.loads(self._ready.read_text())
        self._port, self._control_port = told["port"], told["control_port"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def kill(self) -> None:
        """As a crash would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(PATIENCE_S)

    def behave(self, **modes: Any) -> None:
        """Exactly these modes from now on; none: as it should."""
        answer = requests.post(f"http://127.0.0.1:{self._control_port}/modes", json=modes, timeout=PATIENCE_S)
        answer.raise_for_status()

    def state(self) -> dict[str, Any]:
        return dict(requests.get(f"http://127.0.0.1:{self._control_port}/", timeout=PATIENCE_S).json())

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal_path.read_text().splitlines()]

    def entries(self, msisdn: str) -> dict[str, int]:
        """Key and amount of each entry of a number; fails where a key stands twice."""
        found = [line for line in self.journal() if line["msisdn"] == msisdn]
        keys = [line["key"] for line in found]
        assert len(keys) == len(set(keys)), f"paid twice: {keys}"
        return {line["key"]: line["amount_fen"] for line in found}


@dataclass
class FakeBoss:
    """The same behaviour without a process or a wire; what would be waited for is answered at once."""

    modes: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    up: bool = True

    def behave(self, **modes: Any) -> None:
        self.modes = modes

    def kill(self) -> None:
        self.up = False

    def start(self) -> None:
        self.up = True

    def journal(self) -> list[dict[str, Any]]:
        return self.lines

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: str, _leave_by: LeaveBy | None = None) -> Paid:
        if not self.up:
            return NoAnswer("connection_lost")
        met = self._met()
        if lost := self._lost(met, "before"):
            return lost
        return self._entered(met, dict(zip(LINE, (key, msisdn, amount_fen, kind), strict=True)))

    def _entered(self, met: Mapping[str, Any], wanted: dict[str, Any]) -> Paid:
        known = self._find(wanted["key"]) if met.get("honours_keys", True) else None
        if met.get("refuse") and not known:
            return Refused(met["refuse"])
        if known and {**known, "at": ""} != {**wanted, "at": ""}:
            return NoAnswer("http_409")
        if not known:
            self.lines.append({"at": "2026-11-23T01:00:00.000+00:00", **wanted})
        return self._lost(met, "after") or _as_entry(wanted)

    def _met(self) -> dict[str, Any]:
        met = dict(self.modes)
        if times := met.get("times"):
            ability = {name: met[name] for name in ("honours_keys", "can_be_asked") if name in met}
            self.modes = met | {"times": times - 1} if times > 1 else ability
        return met

    @staticmethod
    def _lost(met: Mapping[str, Any], side: str) -> NoAnswer | None:
        if met.get("silent") == side:
            return NoAnswer("timeout")
        if met.get("delay_s") and side == "after":
            return NoAnswer("timeout")
        return NoAnswer("http_500") if met.get("fail") == side else None

    def ask(self, key: str) -> Asked:
        if not self.up:
            return NoAnswer("connection_lost")
        if not self.modes.get("can_be_asked", True):
            return NoAnswer("http_501")
        found = self._find(key)
        return _as_entry(found) if found else Absent()

    def _find(self, key: str) -> dict[str, Any] | None:
        return next((line for line in self.lines if line["key"] == key), None)


def _as_entry(line: Mapping[str, Any]) -> Entered:
    return Entered("B1", line["msisdn"], line["amount_fen"])
