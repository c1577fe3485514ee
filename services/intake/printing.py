"""The intake service's door to what is flagged (IN15), counted apart (IN25) and printed (IN12, RP7)."""

from typing import Any

from services.intake.desk import Desk
from services.intake.policies import rules_of
from services.intake.reading_room import ReadingRoom
from services.intake.receipts import receipt, written_reply
from shared.bus.rpc import rpc

Answer = dict[str, Any]


class Printing:
    """Part of IntakeService, which gives it these."""

    complaints: Any
    caller: Any
    policies: Any

    def _desk(self) -> Desk:
        raise NotImplementedError

    def _reading_room(self) -> ReadingRoom:
        raise NotImplementedError

    def _carried_out(self, method: str, id: Any, command: Any) -> Answer:
        raise NotImplementedError

    @rpc
    def flag_prohibition(self, id: Any, command: Any) -> Answer:
        """One of the five prohibitions; an accused handler is relieved at once and kept away (IN15)."""
        return self._carried_out("flag_prohibition", id, command)

    @rpc
    def complete_recharge(self, id: Any, command: Any) -> Answer:
        """What the statistic of recharges and passwords keeps, told later or better (IN25)."""
        return self._carried_out("complete_recharge", id, command)

    @rpc
    def receipt(self, id: Any) -> Answer:
        """Both copies of the reception sheet as HTML: {customer_copy, hall_copy} (IN12)."""
        by = self.caller.may("intake.receipt")
        return receipt(self._reading_room().look(self._desk().found(id, by), by, "paper"), rules_of(self.policies))

    @rpc
    def written_reply(self, id: Any, command: Any) -> Answer:
        """Makes the written reply from the reply (RP7)."""
        by = self.caller.may("intake.written_reply")
        saved = self._desk().carry_out("written_reply", id, command, by)
        self._reading_room().printed(saved, by)
        return written_reply(self.complaints.history(saved.id)[: saved.n], by, rules_of(self.policies))

    @rpc
    def get_written_reply(self, id: Any) -> Answer:
        """The written reply that was made last, once more (RP7)."""
        by = self.caller.may("intake.get_written_reply")
        saved = self._desk().found(id, by)
        self._reading_room().printed(saved, by)
        return written_reply(self.complaints.history(saved.id), by, rules_of(self.policies))
