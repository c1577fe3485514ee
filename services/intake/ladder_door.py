"""The intake service's door to escalation, which decides what is major and what climbs: service tokens only."""

from abc import ABC, abstractmethod
from typing import Any

from services.intake.desk import Desk
from services.intake.events import facts_with_customer
from services.intake.store import Complaints
from shared.auth import Caller
from shared.bus.rpc import rpc

Answer = dict[str, Any]


class LadderDoor(ABC):
    """Part of IntakeService, which gives it these."""

    complaints: Complaints
    caller: Caller

    @abstractmethod
    def _desk(self) -> Desk: ...

    @rpc
    def mark_major(self, id: Any, command: Any) -> Answer:
        """Service tokens only, answers the facts. Declared major, unless its reply is stored already (MJ2)."""
        return self._facts_after("mark_major", id, command)

    @rpc
    def clear_major(self, id: Any, command: Any) -> Answer:
        """Service tokens only, answers the facts. No longer major."""
        return self._facts_after("clear_major", id, command)

    @rpc
    def record_opinion(self, id: Any, command: Any) -> Answer:
        """Service tokens only, answers the facts. An opinion on a major complaint (MJ2)."""
        return self._facts_after("record_opinion", id, command)

    @rpc
    def reopen_from_ladder(self, id: Any, command: Any) -> Answer:
        """Service tokens only, answers the facts. Reopened by a dissatisfied follow-up (ES6)."""
        return self._facts_after("reopen_from_ladder", id, command)

    @rpc
    def facts(self, id: Any) -> Answer:
        """Service tokens only: the complaint's whole facts, as its events carry them."""
        by = self.caller.may("intake.facts")
        return facts_with_customer(self._desk().found(id, by).state, self.complaints.keys)

    def _facts_after(self, method: str, id: Any, command: Any) -> Answer:
        by = self.caller.may(f"intake.{method}")
        return facts_with_customer(self._desk().carry_out(method, id, command, by).state, self.complaints.keys)
