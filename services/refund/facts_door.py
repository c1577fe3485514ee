"""The refund service's door to what other services may know of a refund: whether a pre-refund is verified (CL5)."""

from typing import Any

from services.refund.events import pre_refund_told
from services.refund.store import Refunds, visible
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.fields import an_id

Answer = dict[str, Any]


class FactsDoor:
    """Part of RefundService, which gives it refunds and caller."""

    refunds: Refunds
    caller: Caller

    @rpc
    def facts(self, id: Any) -> Answer:
        """Service tokens only. How a refund stands now, as its newest event would tell it; no personal data."""
        by = self.caller.may("refund.facts")
        saved = self.refunds.get(an_id(id), visible(by))
        refund = saved.state
        about = {"refund_id": saved.id, "seq": saved.n, "complaint_id": refund.claim.complaint_id}
        return about | {"status": refund.status, "pre_refund": pre_refund_told(refund)}
