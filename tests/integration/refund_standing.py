"""`python -m tests.integration.refund_standing`: a refund process that stands still at its first payment (SIGSTOP).

It does so at the worst instant: after its last look at the clock, before the entry leaves."""

import os
import signal
from http.client import HTTPConnection
from typing import Any

import cli.patched  # noqa: F401  before anything else
from cli.serve import configuration
from services.refund import punctual
from services.refund.service import RefundService
from shared.bus.drain import serve
from shared.settings import Settings


class Standing(HTTPConnection):
    """The connection to BOSS, and the end of the process's time before the body of a request."""

    stood = False

    def send(self, data: Any) -> None:
        if not Standing.stood and data.startswith(b"{"):
            Standing.stood = True
            os.kill(os.getpid(), signal.SIGSTOP)
        super().send(data)


if __name__ == "__main__":
    punctual.HTTPConnection = Standing  # type: ignore[misc]
    serve(RefundService, configuration(Settings.load(os.environ)))
