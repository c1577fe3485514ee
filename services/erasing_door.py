"""Every service's door to erasure (PR1): for operators, with reason and ground, recorded."""

from abc import ABC, abstractmethod
from typing import Any

from services.erasing import Erasing
from services.letters_door import LettersDoor
from shared.bus.rpc import rpc


class ErasingDoor(LettersDoor, ABC):
    """Part of each service, which gives it these; what is erased goes from the dead letters too."""

    name: str
    caller: Any

    @abstractmethod
    def _erasing(self) -> Erasing: ...

    @rpc(long=True)
    def erase(self, request: Any) -> Any:
        """Deletes the keys of a finished complaint's or number's documents here: {found, erased, kept} (PR1)."""
        by = self.caller.may(f"{self.name}.erase")
        return self._erasing().erase(request, by)
