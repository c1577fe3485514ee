"""The escalation service's door to drafts of policies and late notices of the calendar (CL10)."""

from typing import Any

from services.escalation import calendars
from services.escalation.door import Answer, Doors
from services.escalation.schemas import ApplyCalendarSchema, CalendarEffectSchema, SimulateSchema
from services.escalation.simulation import simulation
from shared.bus.rpc import rpc

a_simulation, a_draft_calendar, an_application = SimulateSchema(), CalendarEffectSchema(), ApplyCalendarSchema()


class DraftDoor(Doors):
    """Part of EscalationService."""

    caller: Any

    @rpc(long=True)
    def simulate(self, request: Any) -> Answer:
        """Drafts of policies played over the cases that were lived: partial sums, page by page."""
        self.caller.may("escalation.simulate")
        return simulation(self.cases, self.policies, a_simulation.load(request), self.clock.now())

    @rpc(long=True)
    def calendar_effect(self, filter: Any) -> Answer:
        """Which running limits in working days another calendar would move, from what to what."""
        self.caller.may("escalation.calendar_effect")
        return calendars.effect(self.cases, self.policies, a_draft_calendar.load(filter))

    @rpc(long=True)
    def apply_calendar(self, request: Any) -> Answer:
        """Moves running limits in working days to the calendar in force, after a late official notice."""
        by = self.caller.may("escalation.apply_calendar")
        return calendars.apply(self.cases, self.desk(), self.policies, an_application.load(request), by)
