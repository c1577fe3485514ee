"""The intake service's door to what is flagged (IN15), counted apart (IN25) and printed (IN12, RP7)."""

from abc import ABC, abstractmethod
from typing import Any

from services.intake.desk import Desk
from services.intake.policies import rules_of
from services.intake.reading_room import ReadingRoom
from services.intake.receipts import receipt, written_reply
from services.intake.registers import every_page, hall_register, of_recharges, of_the_day, recharge_statistic
from services.intake.registers_schema import HallRegisterSchema, RechargeStatisticSchema
from services.intake.store import visible_to
from shared.bus.rpc import rpc

HALL_DAY, RECHARGES = HallRegisterSchema(), RechargeStatisticSchema()
Answer = dict[str, Any]


class Printing(ABC):
    """Part of IntakeService, which gives it these."""

    complaints: Any
    caller: Any
    policies: Any
    clock: Any

    @abstractmethod
    def _desk(self) -> Desk: ...

    @abstractmethod
    def _reading_room(self) -> ReadingRoom: ...

    @abstractmethod
    def _carried_out(self, method: str, id: Any, command: Any) -> Answer: ...

    @rpc
    def flag_prohibition(self, id: Any, command: Any) -> Answer:
        """One of the five prohibitions; an accused handler is relieved at once and kept away (IN15)."""
        return self._carried_out("flag_prohibition", id, command)

    @rpc
    def complete_recharge(self, id: Any, command: Any) -> Answer:
        """What the statistic of recharges and passwords keeps, told later or better (IN25)."""
        return self._carried_out("complete_recharge", id, command)

    @rpc(long=True)
    def hall_register(self, filter: Any) -> Answer:
        """A hall's tickets of a day with their time points (IN20): {hall, hall_name, day, items, totals, html?}."""
        by, asked = self.caller.may("intake.hall_register"), HALL_DAY.load(filter)
        tickets = every_page(self.complaints.search, of_the_day(asked), visible_to(by))
        return hall_register(asked, tickets, self.clock.now(), self.policies["organisation"])

    @rpc
    def recharge_statistic(self, filter: Any) -> Answer:
        """Recharge and password complaints of a time (IN25), a page with its own totals: {items, totals, after}."""
        by, asked = self.caller.may("intake.recharge_statistic"), RECHARGES.load(filter)
        found, after = self.complaints.search(of_recharges(asked), visible_to(by))
        return recharge_statistic((saved.state for saved in found), after)

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
