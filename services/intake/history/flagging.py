"""What is said of a complaint apart from its handling: prohibitions (IN15), recharges (IN25), papers made (RP7)."""

from dataclasses import dataclass, replace

from services.intake.accused import Accused
from services.intake.history.moving import moved
from services.intake.model import Complaint
from services.intake.recharge import Recharge
from shared.aggregate import Stamp, private


@dataclass(frozen=True)
class ProhibitionFlagged:
    """Found to touch one of the five prohibitions (IN15). `released`: the handler was accused; another is needed."""

    prohibition: int
    reason: str = private()
    accused: Accused | None = None
    released: bool = False


@dataclass(frozen=True)
class RechargeCompleted:
    """What the statistic of recharges keeps was told, or told better (IN25)."""

    recharge: Recharge = private()


@dataclass(frozen=True)
class WrittenReplyMade:
    """The written reply was made from the reply as it stood then (RP7)."""


@moved.register
def _(event: ProhibitionFlagged, complaint: Complaint, _stamp: Stamp) -> Complaint:
    accused = tuple(dict.fromkeys((*complaint.accused, *((event.accused,) if event.accused else ()))))
    handler = None if event.released else complaint.handler
    return replace(complaint, prohibition=event.prohibition, accused=accused, handler=handler)


@moved.register
def _(event: RechargeCompleted, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(complaint, recharge=event.recharge)


@moved.register
def _(_event: WrittenReplyMade, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, written_reply_at=stamp.at)
