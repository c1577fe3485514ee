"""The counterparts of the default run, each a process of its own: BOSS and the message centre (SMSC)."""

import json
import sys
from collections.abc import Mapping

from shared.settings import PROJECT
from suite.folder import RunFolder
from suite.ports import LOOPBACK
from suite.processes import Process, Processes
from suite.waiting import wait_until

SIMULATORS = ("boss", "smsc")
SYSTEM_ID = "tousu"
READY_SECONDS = 30.0


def start_simulators(folder: RunFolder, processes: Processes, environ: Mapping[str, str]) -> dict[str, str]:
    """Start them, wait until both listen, and return the variables that lead refund and notify to them."""
    folder.ready("any").parent.mkdir(parents=True, exist_ok=True)
    started = {name: _start(name, folder, processes, environ) for name in SIMULATORS}
    ports = {name: _port(name, folder, process) for name, process in started.items()}
    return {
        "BOSS_URL": f"http://{LOOPBACK}:{ports['boss']}",
        "SMSC_HOST": LOOPBACK,
        "SMSC_PORT": str(ports["smsc"]),
        "SMSC_SYSTEM_ID": SYSTEM_ID,
    }


def _start(name: str, folder: RunFolder, processes: Processes, environ: Mapping[str, str]) -> Process:
    folder.ready(name).unlink(missing_ok=True)
    ports = ("--port", "0", "--control-port", "0")
    files = ("--journal", folder.journal(name), "--ready", folder.ready(name), "--clock", folder.clock)
    return processes.start(name, [sys.executable, "-m", f"simulators.{name}", *ports, *files], environ, PROJECT)


def _port(name: str, folder: RunFolder, process: Process) -> int:
    ready = folder.ready(name)
    wait_until(f"the {name} simulator listens", ready.exists, process, within=READY_SECONDS)
    port: int = json.loads(ready.read_text())["port"]
    return port
