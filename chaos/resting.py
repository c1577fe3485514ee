"""After the faults: all servers and processes are back, and nothing moves any more."""

import time
from datetime import timedelta
from typing import Any

from chaos.faults.breakage import state_of
from chaos.herd import Herd
from chaos.load.callers import Caller
from chaos.load.people import AUDITOR
from suite.play.__main__ import OPERATOR
from suite.play.quiet import NeverQuiet, Quiet, connect
from suite.play.script import Person
from suite.running import Suite
from suite.waiting import wait_until

QUIET_S, WAKES_WITHIN = 120.0, timedelta(seconds=40)
SERVERS_BACK_S, PATIENCE_S = 60.0, 30.0
PAUSE_S = 0.2
ON_THE_WAY = ("queued", "submitting")  # SMS


class Resting:
    """One suite on its way to rest. Raises NeverQuiet where it does not come to it, SuiteError where it does not come
    back at all."""

    def __init__(self, suite: Suite, herd: Herd, caller: Caller) -> None:
        self._suite, self._herd, self._caller = suite, herd, caller

    def until_quiet(self) -> None:
        """Returns once all servers and processes are back and nothing moves any more."""
        wait_until("the servers are back", self._servers_answer, within=SERVERS_BACK_S)
        self._herd.await_all()
        with connect(self._suite.amqp_uri) as connection:
            self._until_quiet(Quiet(connection, self._pulse, QUIET_S, WAKES_WITHIN))

    def _pulse(self, service: str) -> dict[str, Any]:
        pulse: dict[str, Any] = self._ask(OPERATOR, service, "pulse")
        return pulse

    def _until_quiet(self, quiet: Quiet) -> None:
        """Quiet, and no SMS or receipt on its way: those wait in documents of notify and at the centre."""
        until = time.monotonic() + QUIET_S
        while True:
            quiet.wait()
            if not (busy := self._under_way()):
                return
            if time.monotonic() > until:
                raise NeverQuiet(f"after {QUIET_S:.0f} s there are still on their way: {', '.join(busy)}")
            time.sleep(PAUSE_S)

    def _under_way(self) -> list[str]:
        found = [f"SMS {status}" for status in ON_THE_WAY if self._sms(status)]
        owed = state_of(self._suite, "smsc")
        return found + [name for name in ("receipts", "from_phones") if owed[name]["pending"]]

    def _sms(self, status: str) -> list[Any]:
        page: dict[str, list[Any]] = self._ask(AUDITOR, "notify", "search", {"status": status, "limit": 1})
        return page["items"]

    def _servers_answer(self) -> bool:
        return self._suite.broker.answers() and self._suite.mongo.takes_writes()

    def _ask(self, who: Person, service: str, method: str, *arguments: Any) -> Any:
        return self._caller.patiently(who, service, method, *arguments, until=time.monotonic() + PATIENCE_S)
