"""A measure against a cause (KP3): somebody does something until a day; it may follow from handlers' suggestions (KP6).

The customers of the complaints in `tell` hear of it when it is done (CR2). Pure; times UTC."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake import vocabulary as v
from services.intake.improving.errors import MeasureIsDone
from shared.aggregate import Kind, Stamp, private


@dataclass(frozen=True, kw_only=True)
class AddMeasure:
    """`leaf` or `cause` (a class of causes.yml) is what it is against; `branch` None: the whole province."""

    kind: v.MeasureKind
    owner: str
    due_at: datetime
    what: str = private()
    branch: str | None = None
    leaf: str | None = None
    cause: str | None = None
    suggestions: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MeasureAdded(AddMeasure):
    """Decided, with owner and day."""

    measure_id: str


@dataclass(frozen=True)
class MeasureDone:
    """Carried out; `for_customers` is what those who complained are told."""

    result: str = private()
    for_customers: str | None = private(default=None)


@dataclass(frozen=True)
class CustomerTold:
    """This complaint's customer was told, or is not to be told any more (withdrawn)."""

    complaint_id: str


@dataclass(frozen=True, kw_only=True)
class Measure(MeasureAdded):
    """As it stands; `untold` are the complaints whose customers have yet to hear of it."""

    added_at: datetime
    added_by: str
    done_at: datetime | None = None
    done_by: str | None = None
    result: str | None = private(default=None)
    for_customers: str | None = private(default=None)
    untold: tuple[str, ...] = ()

    def state(self, now: datetime) -> v.MeasureState:
        """open, overdue or done."""
        return "done" if self.done_at else "overdue" if self.due_at < now else "open"


def apply(measure: Measure | None, event: Any, stamp: Stamp) -> Measure:
    """The measure after the event."""
    if isinstance(event, MeasureAdded):
        return Measure(**vars(event), added_at=stamp.at, added_by=stamp.by.sub)
    assert measure is not None, "a measure begins with being added"
    if isinstance(event, CustomerTold):
        return replace(measure, untold=tuple(each for each in measure.untold if each != event.complaint_id))
    done: dict[str, Any] = {"done_at": stamp.at, "done_by": stamp.by.sub, "untold": measure.tell}
    return replace(measure, **done, result=event.result, for_customers=event.for_customers or event.result)


def done(measure: Measure, event: MeasureDone) -> list[Any]:
    """Done once (KP3)."""
    if measure.done_at:
        raise MeasureIsDone(measure.measure_id)
    return [event]


MEASURES = Kind("measures", Measure, (MeasureAdded, MeasureDone, CustomerTold), apply)
