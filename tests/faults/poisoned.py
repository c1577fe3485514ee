"""`python -m tests.faults.poisoned refund`: a service as it is, but for events whose data asks for worse (F15, F16).

`kill`: the process that takes such an event dies of SIGKILL, each time. `fail`: its handler raises, each time.
A supervisor follows each that is killed with another one, says so, and ends with any that ends otherwise."""

import cli.patched  # noqa: F401, I001  before anything else

import ctypes
import gc
import os
import signal
import sys
from importlib import import_module
from typing import Any

from eventlet.patcher import original

from chaos.forking import TELL_ME_WHEN_MY_PARENT_DIES
from cli.serve import app
from shared.bus.inbox import Ended, OnEvent
from tests.faults.messages import KILLED

run = OnEvent.run


def poisoned(self: OnEvent, event: dict[str, Any], ended: Ended) -> None:
    """As OnEvent.run, but for what is poison."""
    if event["data"].get("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    elif event["data"].get("fail"):
        ended(ArithmeticError("as the test asks"))
    else:
        run(self, event, ended)


def supervised(service: str) -> None:
    """Returns in each process that is to serve; the supervisor itself waits unpatched, as a hub must not be shared."""
    import_module("shared.bus.drain")
    import_module(f"services.{service}.service")
    gc.freeze()
    while child := os.fork():
        signal.signal(signal.SIGTERM, lambda *_, child=child: os.kill(child, signal.SIGTERM))
        _, status = original("os").waitpid(child, 0)
        if (code := os.waitstatus_to_exitcode(status)) != -signal.SIGKILL:
            sys.exit(code)
        print(KILLED, flush=True)
    ctypes.CDLL(None).prctl(TELL_ME_WHEN_MY_PARENT_DIES, signal.SIGTERM)


if __name__ == "__main__":
    OnEvent.run = poisoned  # type: ignore[method-assign]
    supervised(sys.argv[1])
    app([sys.argv[1]])
