"""One process of a service that has imported everything and forks another for each trial: starts cost no imports.

FORKS names the socket it listens at. A connection is one life: the variables go in as a line of JSON, out come the pid
and, at its end, the return code as subprocess gives it. One life at a time."""

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

TELL_ME_WHEN_MY_PARENT_DIES = 1  # prctl(2), PR_SET_PDEATHSIG
ASKED_SECONDS = 20.0


class Forked:
    """A life that was asked for at a forking process's socket."""

    def __init__(self, path: Path, variables: Mapping[str, str]) -> None:
        self.returncode: int | None = None
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(path))
        self._said = self._line.makefile("r")
        self._line.sendall(json.dumps(dict(variables)).encode() + b"\n")
        self.pid = int(self._said.readline())

    def alive(self) -> bool:
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.returncode = int(self._said.readline())
        return self.returncode is None

    def stop(self) -> None:
        """It is asked to end, then made to."""
        for number, seconds in ((signal.SIGTERM, ASKED_SECONDS), (signal.SIGKILL, ASKED_SECONDS)):
            until = time.monotonic() + seconds
            if self.alive():
                os.kill(self.pid, number)
            while self.alive() and time.monotonic() < until:
                time.sleep(0.05)
        self._said.close()
        self._line.close()


def fork_for_ever(service: str, path: Path, lives: Callable[[], None]) -> None:
    """Returns never in the process that forks; in each that it made it runs `lives` and ends.

    What it uses itself is not patched: a hub must not be shared between processes."""
    real = _original("socket")
    import_module("shared.bus.drain")
    import_module(f"services.{service}.service")
    gc.freeze()
    with real.socket(real.AF_UNIX) as listening:
        listening.bind(f"{path}.new")
        listening.listen()
        Path(f"{path}.new").rename(path)  # whoever sees it is heard
        while True:
            line, _ = listening.accept()
            with line:
                if not _one_life(line):
                    break
    lives()
    sys.exit(0)


def _original(name: str) -> Any:
    return import_module("eventlet.patcher").original(name)


def _one_life(line: Any) -> bool:
    """Forks; False in the child."""
    variables = json.loads(line.makefile("r").readline())
    if not (pid := os.fork()):
        ctypes.CDLL(None).prctl(TELL_ME_WHEN_MY_PARENT_DIES, signal.SIGTERM)
        os.environ.update(variables)
        return False
    line.sendall(f"{pid}\n".encode())
    _, status = _original("os").waitpid(pid, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return True
