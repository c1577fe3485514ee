"""The counterparts of the default run, each a process of its own: BOSS and the message centre (SMSC)."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import requests

from shared.settings import PROJECT
from suite.errors import SuiteError
from suite.folder import RunFolder
from suite.ports import LOOPBACK, free_ports
from suite.processes import Process, Processes
from suite.waiting import wait_until

SIMULATORS = ("boss", "smsc")
SYSTEM_ID = "tousu"
PORTS = ("port", "control_port")
READY_SECONDS = 30.0
ANSWER_SECONDS = 10.0


def start_simulators(folder: RunFolder, processes: Processes, environ: Mapping[str, str]) -> dict[str, str]:
    """Start them, wait until both listen, and return the variables that lead refund and notify to them."""
    folder.ready("any").parent.mkdir(parents=True, exist_ok=True)
    free = iter(free_ports(len(PORTS) * len(SIMULATORS)))
    places = {name: dict(zip(PORTS, free, strict=False)) for name in SIMULATORS}
    started = {name: _start(name, folder, processes, environ, places[name]) for name in SIMULATORS}
    ports = {name: _port(name, folder, process) for name, process in started.items()}
    return {
        "BOSS_URL": f"http://{LOOPBACK}:{ports['boss']}",
        "SMSC_HOST": LOOPBACK,
        "SMSC_PORT": str(ports["smsc"]),
        "SMSC_SYSTEM_ID": SYSTEM_ID,
    }


def start_again(name: str, folder: RunFolder, processes: Processes, environ: Mapping[str, str]) -> None:
    """Start one that has ended where it listened before, on what it had written down; returns once it listens."""
    _port(name, folder, _start(name, folder, processes, environ, json.loads(folder.ready(name).read_text())))


def text_from_phone(ready: Path, sender: str, text: str) -> None:
    """A customer's SMS to the account, over the simulator whose ready file this is; returns once it is taken."""
    port = json.loads(ready.read_text())["control_port"]
    url = f"http://{LOOPBACK}:{port}"
    requests.post(f"{url}/sms", json={"from": sender, "text": text}, timeout=ANSWER_SECONDS).raise_for_status()
    until = time.monotonic() + ANSWER_SECONDS
    while requests.get(url, timeout=ANSWER_SECONDS).json()["from_phones"]["pending"]:
        if time.monotonic() > until:
            raise SuiteError(f"the SMS was not taken within {ANSWER_SECONDS:.0f} s")
        time.sleep(0.05)


def _start(
    name: str, folder: RunFolder, processes: Processes, environ: Mapping[str, str], at: Mapping[str, int]
) -> Process:
    folder.ready(name).unlink(missing_ok=True)
    ports = ("--port", str(at["port"]), "--control-port", str(at["control_port"]))
    files = ("--journal", folder.journal(name), "--ready", folder.ready(name), "--clock", folder.clock)
    return processes.start(name, [sys.executable, "-m", f"simulators.{name}", *ports, *files], environ, PROJECT)


def _port(name: str, folder: RunFolder, process: Process) -> int:
    ready = folder.ready(name)
    wait_until(f"the {name} simulator listens", ready.exists, process, within=READY_SECONDS)
    port: int = json.loads(ready.read_text())["port"]
    return port
