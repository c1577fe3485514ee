"""The escalation service's door to group incidents (MJ4)."""

from typing import Any

from services.escalation.door import Answer, Doors
from services.escalation.schemas import IncidentsSchema, ReasonSchema
from services.escalation.shown import incident_line
from services.escalation.store import visible_to
from shared.bus.rpc import rpc
from shared.fields import an_id

a_search, a_reason = IncidentsSchema(), ReasonSchema()


class IncidentDoor(Doors):
    """Part of EscalationService."""

    caller: Any

    @rpc
    def incidents(self, filter: Any) -> Answer:
        """Group incidents, newest first (MJ4)."""
        by = self.caller.may("escalation.incidents")
        items, after = self.groups.page(a_search.load(filter), by)
        return {"items": [incident_line(saved) for saved in items], "after": after}

    @rpc
    def incident(self, id: Any) -> Answer:
        """One group incident with its complaints (MJ4)."""
        by = self.caller.may("escalation.incident")
        return self.incident_told(self.groups.get(an_id(id), visible_to(by)), by)

    @rpc
    def close_incident(self, id: Any, command: Any) -> Answer:
        """The problem is solved: later complaints there count anew; the members stay what they are (MJ4)."""
        by = self.caller.may("escalation.close_incident")
        return self.incident_closed(an_id(id), command, a_reason.load(command)["reason"], by)
