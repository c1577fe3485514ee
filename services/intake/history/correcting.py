"""A complaint's leaf or customer was wrong: the old value stays in history (CL10)."""

from dataclasses import dataclass, field, replace

from services.intake import vocabulary as v
from services.intake.history.moving import Limits, moved, started
from services.intake.model import Complaint
from services.intake.values import Customer, Place
from shared.aggregate import Stamp, private


@dataclass(frozen=True)
class ComplaintReclassified:
    """Filed under another leaf; `ended` are clocks that only the old leaf starts."""

    category: str
    category_name: str
    category_path: str
    self_service_fault: bool
    place: Place
    reason: str = private()
    limits: Limits = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    recharge_leaf: bool = False


@dataclass(frozen=True)
class CustomerCorrected:
    """Only what was corrected is set; a new number has a new place."""

    reason: str = private()
    customer: Customer | None = private(default=None)
    brand: v.Brand | None = None
    place: Place | None = None
    limits: Limits = field(default_factory=dict)


@moved.register
def _(event: ComplaintReclassified, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(
        started(complaint, event.limits, event.ended),
        category=event.category,
        category_name=event.category_name,
        category_path=event.category_path,
        self_service_fault=event.self_service_fault,
        recharge_leaf=event.recharge_leaf,
        place=event.place,
    )


@moved.register
def _(event: CustomerCorrected, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(
        started(complaint, event.limits),
        customer=event.customer or complaint.customer,
        brand=event.brand or complaint.brand,
        place=event.place or complaint.place,
    )
