"""BOSS answers late, not at all, or with an error, before or after it has made the entry. Its abilities stay."""

from collections.abc import Mapping
from typing import Any

from chaos.faults.breakage import World
from chaos.plan import Fault

MODES: Mapping[str, Mapping[str, Any]] = {
    "silent_before": {"silent": "before"},
    "silent_after": {"silent": "after"},
    "fail_before": {"fail": "before"},
    "fail_after": {"fail": "after"},
    "slow": {"delay_s": 2.0},  # longer than refund waits
}


class BossMisbehaves:
    """how: one of MODES."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._mode, self._world = MODES[fault.how], world

    def begin(self) -> None:
        self._world.tell("boss", "modes", {**self._world.abilities, **self._mode})

    def end(self) -> None:
        self._world.tell("boss", "modes", self._world.abilities)
