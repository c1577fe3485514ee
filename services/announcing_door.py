"""Every service's door for a reader whose inbox was lost with the broker: what it missed is sent to it again."""

from abc import ABC
from typing import Any

from services.announcing_schema import AnnounceAgainSchema
from shared.bus.announcing import SendsAgain
from shared.bus.rpc import rpc

a_reader = AnnounceAgainSchema()


class AnnouncingDoor(ABC):
    """Part of each service."""

    name: str
    caller: Any
    again = SendsAgain()

    @rpc(long=True)
    def announce_again(self, request: Any) -> Any:
        """Sends a reader once more what changed since then; with `after` in the next request it goes on."""
        self.caller.may(f"{self.name}.announce_again")
        asked = a_reader.load(request)
        return self.again.send(asked["reader"], asked["types"], asked["since"], asked["after"])
