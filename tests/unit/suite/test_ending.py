"""A run that is told to stop takes down what it has started."""

import signal
import subprocess
import sys

PROGRAM = """
import contextlib, signal
from suite.ending import end_in_order

end_in_order()
with contextlib.closing(type("Server", (), {"close": lambda self: print("taken down")})()):
    print("up", flush=True)
    signal.pause()
"""


def test_SIGTERM_takes_down_what_was_started() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        running.send_signal(signal.SIGTERM)
        assert running.stdout.read() == "taken down\n"
        assert running.wait(10) == 143
