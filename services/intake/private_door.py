"""The intake service's door to personal data: shown for a reason (PR2), passed on by name (PR3, PR5)."""

from abc import ABC, abstractmethod
from typing import Any

from services.intake.reading_room import ReadingRoom
from shared.bus.rpc import rpc

Answer = dict[str, Any]


class PrivateDoor(ABC):
    """Part of IntakeService, which gives it these."""

    caller: Any

    @abstractmethod
    def _desk(self) -> Any: ...

    @abstractmethod
    def _reading_room(self) -> ReadingRoom: ...

    @rpc
    def read_personal(self, id: Any, command: Any) -> Answer:
        """As get, with name and number in clear; the reason stays in the record of reads (PR2)."""
        by = self.caller.may("intake.read_personal")
        return self._reading_room().read_personal(id, command, by)

    @rpc
    def reads(self, id: Any) -> Answer:
        """Who has seen its personal data, when, which and why (PR2), and which entries hold graver data (PR6)."""
        by = self.caller.may("intake.reads")
        return self._reading_room().reads(self._desk().found(id, by), by)

    @rpc
    def export(self, id: Any, command: Any) -> Answer:
        """The named fields in clear, for somebody outside, on one of four lawful grounds (PR5)."""
        by = self.caller.may("intake.export")
        return self._reading_room().export(id, command, by)

    @rpc
    def regulator_export(self, id: Any, command: Any) -> Answer:
        """The named fields and nothing else, for a regulator or a consumer association (PR3)."""
        by = self.caller.may("intake.regulator_export")
        return self._reading_room().regulator_export(id, command, by)
