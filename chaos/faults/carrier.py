"""The message centre is silent, slow, throttles, or drops its connections."""

from collections.abc import Mapping
from typing import Any

from chaos.faults.breakage import World
from chaos.plan import Fault

MODES: Mapping[str, Mapping[str, Any]] = {
    "silent_before": {"silent": "before"},
    "silent_after": {"silent": "after"},
    "throttle": {"throttle": 20},
    "slow": {"answer_delay_s": 1.5},
}
WELL_BEHAVED: Mapping[str, Any] = {"silent": "", "throttle": 0, "answer_delay_s": 0.0}


class CentreMisbehaves:
    """how: one of MODES, or drop."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._how, self._world = fault.how, world

    def begin(self) -> None:
        if self._how == "drop":
            self._world.tell("smsc", "drop", {})
        else:
            self._world.tell("smsc", "modes", MODES[self._how])

    def end(self) -> None:
        self._world.tell("smsc", "modes", WELL_BEHAVED)
