"""What BOSS said to a process that another one has overtaken meanwhile: an entry that is known of is never forgotten.

The database was away for longer than its lease, or a person or another process was quicker. What it learned holds:
it ends a doubt that nobody has ended, and it is told where the line was called unpaid. Pure; now: machine time."""

from datetime import datetime, timedelta
from typing import Any

from services.refund.doubts.late import SENT_LATE, Sending, line_of, sent_late
from services.refund.history import RefundLinePaid, RefundPaid
from services.refund.lines import Line
from services.refund.model import Refund
from services.refund.outcomes import Asked, Entered, Late, Paid
from services.refund.rules import BillingRules


def overtaken(refund: Refund, sending: Sending, outcome: Paid | Asked, now: datetime, rules: BillingRules) -> list[Any]:
    """What follows from its word on the line; nothing where no entry can come of it, or where it is known already."""
    match outcome:
        case Late():
            return sent_late(refund, sending, outcome, now, rules)
        case Entered():
            return _entered(refund, sending, outcome, now, rules)
        case _:
            return []


def _entered(refund: Refund, sending: Sending, entry: Entered, now: datetime, rules: BillingRules) -> list[Any]:
    line = line_of(refund, sending)
    if line.state == "paid" and line.boss_reference is None:
        return []  # a person has seen this very entry
    if not _still_unknown(refund, line, sending):
        return sent_late(refund, sending, Late(entry, timedelta()), now, rules)
    if (entry.msisdn, entry.amount_fen) != (refund.claim.msisdn, line.amount_fen):
        return []  # whoever asks finds that it is another one
    paid = RefundLinePaid(line.kind, entry.reference)
    return [paid, RefundPaid()] if line == refund.lines[-1] else [paid]  # the next line waits for the next look


def _still_unknown(refund: Refund, line: Line, sending: Sending) -> bool:
    """Whether nobody has sent the line again, and nothing says that it may stand there twice."""
    unknown = refund.status == "unknown" and line == refund.present_line and line.sendings == sending.sendings
    return unknown and refund.doubt is not None and refund.doubt.why != SENT_LATE
