"""How a doubt's events move the refund (services/refund/course.py calls them). Pure."""

from dataclasses import replace
from datetime import datetime

from services.refund.doubts import happened
from services.refund.doubts.doubt import Wanted, begun
from services.refund.doubts.late import SENT_LATE
from services.refund.doubts.standing import late_lines
from services.refund.lines import Line, key_of
from services.refund.model import AT_ONCE, Refund
from shared.aggregate import Stamp


def ask_wanted(_event: happened.RefundAskWanted, state: Refund, stamp: Stamp) -> Refund:
    """Whoever asks or waits now is overtaken: a question that is lost costs nothing."""
    assert state.doubt is not None, "only a doubt is asked for"
    doubt = replace(state.doubt, wanted=Wanted(stamp.by.sub, stamp.at, state.wake_at))
    return replace(state, doubt=doubt, lease=None, wake_at=AT_ONCE, asked_by_hand=state.asked_by_hand + 1)


def ask_answered(event: happened.RefundAskAnswered, state: Refund, _stamp: Stamp) -> Refund:
    assert state.doubt is not None, "only a doubt is asked for"
    return replace(state, doubt=replace(state.doubt, wanted=None), lease=None, wake_at=event.wake_at)


def rose(event: happened.RefundDoubtRose, state: Refund, stamp: Stamp) -> Refund:
    if event.late:
        return replace(state, late=state.late.rose(event, stamp.at)) if state.late else state
    return replace(state, doubt=state.doubt.rose(event, stamp.at)) if state.doubt else state


def rested(event: happened.RefundDoubtRested, state: Refund, _stamp: Stamp) -> Refund:
    name = "late" if event.late else "doubt"
    doubt = getattr(state, name)
    return replace(state, **{name: replace(doubt, rises_at=None)}) if doubt else state


def sent_late(event: happened.RefundSentLate, state: Refund, stamp: Stamp) -> Refund:
    """Of a line that is over, a doubt beside it; of one that is not, RefundUnknown follows."""
    if not event.settled:
        return _left_by(state, event.key, event.gone_by)
    late = begun(state.late, SENT_LATE, event.kind, stamp.at, event.rises_after_s)
    keys = tuple(dict.fromkeys((*_late_keys(state), event.key)))
    return replace(state, late=replace(late, gone_by=later(late.gone_by, event.gone_by), keys=keys))


def left_late(event: happened.RefundLeftLate, state: Refund, _stamp: Stamp) -> Refund:
    return _left_by(state, event.key, event.gone_by)


def _left_by(state: Refund, key: str, moment: datetime | None) -> Refund:
    def moved(line: Line) -> Line:
        of_this = key_of(state.refund_id, line) == key
        return replace(line, gone_by=later(line.gone_by, moment)) if of_this else line

    return replace(state, lines=tuple(moved(line) for line in state.lines))


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two moments that may both be unknown."""
    return max(filter(None, (one, other)), default=None)


def late_checked(event: happened.RefundLateChecked, state: Refund, _stamp: Stamp) -> Refund:
    """Of other lines the doubt stays, as old as it is."""
    left = tuple(key for key in _late_keys(state) if event.key and key != event.key)
    return replace(state, late=replace(state.late, keys=left) if state.late and left else None)


def _late_keys(state: Refund) -> tuple[str, ...]:
    return tuple(key_of(state.refund_id, line) for line in late_lines(state))
