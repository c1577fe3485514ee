"""A complaint is taken, refused, or asked for again."""

from dataclasses import dataclass, field, fields, replace

from services.intake import vocabulary as v
from services.intake.history.moving import Limits, moved
from services.intake.model import Complaint, Particulars
from shared.aggregate import Stamp, private

PARTICULARS = tuple(each.name for each in fields(Particulars))


@dataclass(frozen=True, kw_only=True)
class ComplaintRegistered(Particulars):
    """Taken and recorded (IN1, IN6). `limits`, here as in other events: the clocks it starts, kind and due time."""

    limits: Limits = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ComplaintRefused(Particulars):
    """Recorded as refused (IN5); `lacks` names what was missing."""

    lacks: str


@dataclass(frozen=True)
class ComplaintUrged:
    """The customer asked again; with channel, triggers and amount (fen) where a second registration did it (IN8)."""

    said: str | None = private(default=None)
    channel: v.Channel | None = None
    triggers: tuple[str, ...] = ()
    disputed_amount_fen: int | None = None


def begun(event: ComplaintRegistered | ComplaintRefused, stamp: Stamp) -> Complaint:
    """The complaint that its first event makes."""
    told = {name: getattr(event, name) for name in PARTICULARS}
    if isinstance(event, ComplaintRefused):
        return Complaint(**told, seq=stamp.n, status="refused", registered_at=stamp.at)
    return Complaint(**told, seq=stamp.n, status="open", registered_at=stamp.at, limits=event.limits)


@moved.register
def _(event: ComplaintUrged, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(
        complaint,
        urged_count=complaint.urged_count + 1,
        urged_at=stamp.at,
        triggers=tuple(dict.fromkeys((*complaint.triggers, *event.triggers))),
        disputed_amount_fen=event.disputed_amount_fen or complaint.disputed_amount_fen,
    )
