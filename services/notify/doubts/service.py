"""Notify's door to the messages of which nobody knows what became."""

from typing import Any

from services.notify.doubts.deciding import settle
from services.notify.doubts.shown import Looking
from services.notify.doubts.unknown_schema import SettleSchema, UnknownFilterSchema
from services.notify.shown import shown
from services.notify.store import Messages, visible
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.clock import Clock
from shared.fields import an_id
from shared.providers import InForce
from shared.requests import request_of

Answer = dict[str, Any]
a_filter, a_settlement = UnknownFilterSchema(), SettleSchema()


class DoubtDoors:
    """Part of NotifyService, which gives it messages, caller, clock and policies."""

    name: str
    messages: Messages
    caller: Caller
    clock: Clock
    policies: InForce

    @rpc
    def unknown(self, filter: Any) -> Answer:
        """Messages of which nobody knows what became, oldest first."""
        by, now, policy = self.caller.may("notify.unknown"), self.clock.now(), self.policies["notify"]
        late = now - policy.doubts.receipt_late_after
        page, after = self.messages.in_doubt(a_filter.load(filter), late, by)
        looking = Looking(now, policy, self.policies["organisation"])
        return {"items": [looking.shown(saved.state) for saved in page], "after": after}

    @rpc
    def settle(self, id: Any, command: Any) -> Answer:
        """A person says whether the customer has the message: nobody can ask a carrier."""
        by, told = self.caller.may("notify.settle"), a_settlement.load(command)
        asked = request_of(self.messages.keys, self.name, by, "settle", an_id(id), command)
        saved = self.messages.change(an_id(id), lambda old, _: settle(old, **told), by, asked, visible(by))
        return shown(saved.state)

    def in_doubt(self) -> Answer:
        """How many messages are without an outcome, and since when."""
        late = self.clock.now() - self.policies["notify"].doubts.receipt_late_after
        count, since = self.messages.doubts_in_short(late)
        return {"count": count, "since": since}
