"""The escalation service's door to clocks: what fires next if nobody acts, and operators' repairs of single clocks."""

from datetime import timedelta
from typing import Any

from services.escalation import schemas
from services.escalation.door import Answer, Doors
from services.escalation.firing import firing
from services.escalation.repairing import cancel_clock, move_clock
from services.escalation.shown import firing_shown
from shared.bus.rpc import rpc

a_look, a_cancellation, a_move = schemas.FiringSchema(), schemas.CancelClockSchema(), schemas.MoveClockSchema()


class ClockDoor(Doors):
    """Part of EscalationService."""

    caller: Any

    @rpc
    def firing(self, filter: Any) -> Answer:
        """What warns and breaks within the next hours if nobody acts, and what then follows; cases, soonest first."""
        by = self.caller.may("escalation.firing")
        asked, desk = a_look.load(filter), self.desk()
        until = self.clock.now() + timedelta(hours=asked["hours"])
        found, after = self.cases.firing_by(until, asked, by)
        items = [firing_shown(saved, firing(saved.state, until, desk.rules(saved.state))) for saved in found]
        return {"items": items, "until": until, "after": after}

    @rpc
    def cancel_clock(self, id: Any, command: Any) -> Answer:
        """Calls a running clock off, with a reason (CL3): an operator's repair, told to those who wait for it."""
        by = self.caller.may("escalation.cancel_clock")
        told = a_cancellation.load(command)
        return self.changed(by, "cancel_clock", id, command, cancel_clock, told["clock"], told["reason"])

    @rpc
    def move_clock(self, id: Any, command: Any) -> Answer:
        """Gives a running clock another due time, with a reason (CL3): an operator's repair, told to whom it binds."""
        by = self.caller.may("escalation.move_clock")
        told = a_move.load(command)
        what = (told["clock"], told["due_at"], told["reason"])
        return self.changed(by, "move_clock", id, command, move_clock, *what)
