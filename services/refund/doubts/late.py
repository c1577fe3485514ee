"""A process that stood still between its last look at the clock and its sending, and goes on. Pure.

No program can look at the clock and send in one instant. So it looks again after the sending: who sees that it was late
says so. Overtaken, a person makes sure, instead of an entry that nobody expects being doubled in silence; else the line
is `gone_by` that later time, and absence is proved from there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund.doubts.happened import RefundLateChecked, RefundLeftLate, RefundSentLate
from services.refund.errors import NotNow
from services.refund.history import RefundPaid, RefundSettled, RefundUnknown, Settlement
from services.refund.lines import Line, key_of
from services.refund.model import Refund
from services.refund.outcomes import Entered, Late, NoAnswer
from services.refund.rules import BillingRules

SENT_LATE = "sent_late"


@dataclass(frozen=True)
class Sending:
    """What a process was about when it was stopped: the line of this key, which had been sent so often by then."""

    key: str
    sendings: int = 0


def line_of(refund: Refund, sending: Sending) -> Line:
    """The line as it stands now."""
    return next(line for line in refund.lines if key_of(refund.refund_id, line) == sending.key)


def sent_late(refund: Refund, sending: Sending, outcome: Late, now: datetime, rules: BillingRules) -> list[Any]:
    """What follows where somebody else has taken over meanwhile; nothing where no entry can come of it.

    now: machine time, after the sending had left."""
    line = line_of(refund, sending)
    if not isinstance(outcome.said, Entered | NoAnswer) or _known(line, outcome):
        return []
    gone_by = now if isinstance(outcome.said, NoAnswer) else None
    if rules.honours_keys and line.state != "refused":  # no second one; but what is called unpaid has one then
        return [RefundLeftLate(line.kind, sending.key, gone_by)] if gone_by and _open(refund, line) else []
    told = _told(line, sending, outcome, rules, gone_by, settled=not _open(refund, line))
    if told.settled:
        return [told]
    return [told, RefundUnknown(line.kind, SENT_LATE, rises_after_s=rules.doubts.first_after_s)]


def _known(line: Line, outcome: Late) -> bool:
    """The very entry that the line was found paid by."""
    return isinstance(outcome.said, Entered) and line.boss_reference == outcome.said.reference


def _open(refund: Refund, line: Line) -> bool:
    return refund.status in ("paying", "unknown") and line == refund.present_line


def _told(
    line: Line, sending: Sending, outcome: Late, rules: BillingRules, gone_by: datetime | None, settled: bool
) -> RefundSentLate:
    late_ms, after = round(outcome.by.total_seconds() * 1000), rules.doubts.first_after_s
    if isinstance(outcome.said, Entered):
        return RefundSentLate(line.kind, sending.key, late_ms, "entered", outcome.said.reference, settled, after)
    said = outcome.said.why if isinstance(outcome.said, NoAnswer) else "refused"
    return RefundSentLate(line.kind, sending.key, late_ms, said, None, settled, after, gone_by)


def checked(refund: Refund, line: Line, outcome: Settlement, evidence: tuple[str, ...]) -> list[Any]:
    """A person has looked up a line that was over when a sending of it left: BOSS has its entry (`paid`) or none.

    A line that is paid stands there once; a refused one not at all, or it is paid by what came late. Raises NotNow
    where BOSS has to be put right first."""
    made_sure = RefundLateChecked(line.kind, evidence, key_of(refund.refund_id, line))
    if outcome == ("paid" if line.state == "paid" else "not_paid"):
        return [made_sure]
    if outcome != "paid" or refund.status != "failed":
        raise NotNow(refund.refund_id, refund.status, f"settled as {outcome} for {made_sure.key}", _put_right(line))
    paid = [RefundSettled(line.kind, "paid", evidence), made_sure]
    return [*paid, RefundPaid()] if line == refund.lines[-1] else paid


def _put_right(line: Line) -> str:
    """What BOSS has to look like before it can be settled."""
    if line.state == "paid":
        return "this line is paid: see that BOSS has its entry once, then settle it as paid (refund.settle)"
    return "this line is not paid: have its entry reversed in BOSS, then settle it as not_paid (refund.settle)"
