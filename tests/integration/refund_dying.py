"""`python -m tests.integration.refund_dying`: a refund process that is killed at its first payment.

DIES says when: `before_sending`, with the lease stored and BOSS untold, or `before_storing`, with BOSS's answer
in hand.
"""

import os
import signal

import cli.patched  # noqa: F401  before anything else
from cli.serve import configuration
from services.refund import service
from services.refund.billing import Boss
from services.refund.lines import LineKind
from services.refund.outcomes import Paid
from shared.bus.drain import serve
from shared.settings import Settings


class LastPayment(Boss):
    """The door to BOSS, and the end of the process."""

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: LineKind) -> Paid:
        if os.environ["DIES"] == "before_storing":
            super().pay(key, msisdn, amount_fen, kind)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives SIGKILL")


if __name__ == "__main__":
    service.Boss = LastPayment  # type: ignore[misc]
    serve(service.RefundService, configuration(Settings.load(os.environ)))
