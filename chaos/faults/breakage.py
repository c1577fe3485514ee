"""What every fault has in common: what it may touch, how it begins and ends."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests

from chaos.herd import Herd
from chaos.plan import Fault
from chaos.starter import Starter
from suite.ports import LOOPBACK
from suite.running import Suite

CONTROL_SECONDS = 10.0


@dataclass(frozen=True)
class World:
    """The suite under fire, its processes, what its BOSS is able to do, and the thread that starts processes."""

    suite: Suite
    herd: Herd
    abilities: Mapping[str, bool]
    starter: Starter

    def tell(self, simulator: str, what: str, said: Mapping[str, Any]) -> None:
        """Says something to a simulator's control port."""
        tell(self.suite, simulator, what, said)


def tell(suite: Suite, simulator: str, what: str, said: Mapping[str, Any]) -> None:
    """Says something to a simulator's control port; raises where it does not take it."""
    requests.post(f"{_control(suite, simulator)}/{what}", json=dict(said), timeout=CONTROL_SECONDS).raise_for_status()


def state_of(suite: Suite, simulator: str) -> dict[str, Any]:
    """What a simulator's control port shows."""
    shown: dict[str, Any] = requests.get(f"{_control(suite, simulator)}/", timeout=CONTROL_SECONDS).json()
    return shown


def _control(suite: Suite, simulator: str) -> str:
    port = json.loads(suite.folder.ready(simulator).read_text())["control_port"]
    return f"http://{LOOPBACK}:{port}"


class Breakage(Protocol):
    """One fault at work."""

    def begin(self) -> None:
        """Breaks it."""

    def end(self) -> None:
        """Mends it; does not wait until all is well again."""


Make = Callable[[Fault, World], Breakage]
