"""One step carried out: written down before it is made, tried until it is answered, written down again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chaos.load.callers import Caller, NoAnswer
from chaos.load.steps import PHONE
from chaos.told import Call, Told
from shared.clock import Clock
from suite.play.callers import Refused
from suite.play.script import Person

Phone = Callable[[str, str], None]


@dataclass(frozen=True)
class Acting:
    """What every caller shares. patience: machine seconds until a call without an answer is given up.

    phone: `phone(msisdn, text)` lets a customer's SMS go; raises where the centre does not take it."""

    told: Told
    clock: Clock
    phone: Phone
    patience: float = 60.0

    def act(self, caller: Caller, by: Person, call: Call) -> Any:
        """The answer, or None where there is none."""
        self.told.attempted(call, self.clock.now())
        if by == PHONE:
            return self._text(call)
        try:
            answer = self._tried(caller, by, call)
        except Refused as refused:
            self.told.refused(call, self.clock.now(), refused.name, refused.details.get("rule"))
        except NoAnswer:
            self.told.given_up(call)
        else:
            self.told.acknowledged(call, self.clock.now(), answer)
            return answer
        return None

    def again(self, caller: Caller, by: Person, call: Call) -> None:
        """A double click: the same request once more."""
        try:
            answer = self._tried(caller, by, call)
        except Refused as refused:
            self.told.repeat_refused(call, refused.name, refused.details.get("rule"))
        except NoAnswer:
            self.told.given_up(call)
        else:
            self.told.repeated(call, answer)

    def _tried(self, caller: Caller, by: Person, call: Call) -> Any:
        arguments = (call.target, dict(call.request)) if call.target else (dict(call.request),)
        return caller.patiently(
            by,
            call.service,
            call.method,
            *arguments,
            until=time.monotonic() + self.patience,
            told=lambda why: self.told.no_answer(call, why),
        )

    def _text(self, call: Call) -> None:
        """A customer's SMS goes once; the centre keeps what it has taken until the suite takes it."""
        try:
            self.phone(call.request["msisdn"], call.request["text"])
        except Exception as fault:  # noqa: BLE001  the centre may be away
            self.told.no_answer(call, type(fault).__name__)
            self.told.given_up(call)
        else:
            self.told.acknowledged(call, self.clock.now(), {})
