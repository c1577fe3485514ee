"""How a line gets paid at most once: what to do next, and what each outcome means (RF1). Pure; times are machine time.

Unknown is asked by its key before anything is repeated; the same key is repeated only where BOSS honours keys or has
proved absence; where neither helps, a person settles it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.refund.doubts import asking
from services.refund.doubts.happened import RefundNotSent
from services.refund.doubts.under_way import arrived_by
from services.refund.history import (
    RefundAsking,
    RefundFailed,
    RefundLinePaid,
    RefundPaid,
    RefundPaying,
    RefundUnknown,
)
from services.refund.lines import Line, key_of
from services.refund.model import Refund
from services.refund.outcomes import EXPIRED, Absent, Asked, Entered, Late, NoAnswer, NotSent, Paid, Refused
from services.refund.rules import BillingRules
from shared.lease import must_hold

INTERRUPTED = "interrupted"
ANOTHER_ENTRY = "another_entry"
REFUSED_WHEN_REPEATED = "refused_when_repeated"
HISTORY_FULL = "history_full"


def take_up(refund: Refund, now: datetime, rules: BillingRules) -> list[Any]:
    """What is to be done with a refund that wakes: send, ask, leave to a person; nothing while another one is at it."""
    if refund.wake_at is None or now < refund.wake_at:
        return []
    if asking.wanted(refund):
        return asking.taken(refund, now, rules)
    line = refund.present_line
    if line.state == "planned":
        return [_paying(refund, line, now, rules)]
    if line.state == "paying":
        return _interrupted(refund, line, now, rules)
    return _find_out(refund, line, now, rules, refund.doubt.why if refund.doubt else "")


def _interrupted(refund: Refund, line: Line, now: datetime, rules: BillingRules) -> list[Any]:
    """Whoever sent it did not come back: whether BOSS has it is unknown."""
    following = _find_out(refund, line, now, rules, INTERRUPTED)
    left_to_a_person = isinstance(following[0], RefundUnknown)
    return following if left_to_a_person else [_in_doubt(line, INTERRUPTED, rules, now), *following]


def without_boss(refund: Refund, now: datetime, rules: BillingRules) -> list[Any]:
    """Of what is to be done what needs no call: a sending that nobody came back from is a doubt from now on."""
    return [event for event in take_up(refund, now, rules) if isinstance(event, RefundUnknown)]


def left_to_a_person(refund: Refund, now: datetime, rules: BillingRules) -> list[Any]:
    """What wakes and has no room for another sending or asking has an owner all the same."""
    if refund.wake_at is None or now < refund.wake_at:
        return []
    return [_in_doubt(refund.present_line, HISTORY_FULL, rules)]


def _find_out(refund: Refund, line: Line, now: datetime, rules: BillingRules, why: str) -> list[Any]:
    if refund.attempts >= rules.attempts or not _can_find_out(line, rules):
        return [_in_doubt(line, why, rules)]
    if rules.can_be_asked:
        until = now + max(rules.lease, waiting_time(refund.attempts, rules))
        return [RefundAsking(line.kind, key_of(refund.refund_id, line), until)]
    return [_paying(refund, line, now, rules)]


def _can_find_out(line: Line, rules: BillingRules) -> bool:
    """Whether a machine can: by asking, or by repeating a key that BOSS honours and has not refused meanwhile."""
    return rules.can_be_asked or (rules.honours_keys and line.refusal is None)


def _paying(refund: Refund, line: Line, now: datetime, rules: BillingRules) -> RefundPaying:
    return RefundPaying(line.kind, key_of(refund.refund_id, line), now + rules.lease, now)


def waiting_time(attempts: int, rules: BillingRules) -> timedelta:
    """The pause before the next attempt: twice as long each time, up to the longest."""
    doublings = min(max(attempts - 1, 0), 30)
    return min(rules.first_wait * (1 << doublings), rules.longest_wait)


def paid(refund: Refund, fence: int, outcome: Paid, now: datetime, rules: BillingRules) -> list[Any]:
    """What follows from BOSS's answer to a sending; raises FencedOut where another process has taken over."""
    must_hold(refund.lease, fence)
    line = refund.present_line
    said = outcome.said if isinstance(outcome, Late) else outcome
    match said:
        case Entered():
            return _entered(refund, line, said, now, rules)
        case Refused() if said.why == EXPIRED:
            return [_unknown(refund, line, EXPIRED, now, rules)]
        case Refused() if line.sendings > 1:
            return [_unknown(refund, line, REFUSED_WHEN_REPEATED, now, rules, said.why)]
        case Refused():
            return [RefundFailed(line.kind, said.why)]
        case NoAnswer():
            return [_unknown(refund, line, said.why, now, rules, gone_by=now if outcome is not said else None)]
        case NotSent():
            return [RefundNotSent(line.kind, now + waiting_time(refund.attempts, rules))]


def asked(
    refund: Refund, fence: int, outcome: Asked, put_at: datetime, now: datetime, rules: BillingRules
) -> list[Any]:
    """What follows from BOSS's answer to the question of `put_at`; without one the lease runs out."""
    must_hold(refund.lease, fence)
    line = refund.present_line
    match outcome:
        case Entered():
            return _entered(refund, line, outcome, now, rules)
        case Absent() | NoAnswer() if asking.wanted(refund):
            return asking.answered(refund, outcome)
        case Absent():
            return _absent(refund, line, put_at, now, rules)
        case NoAnswer():
            return []


def _entered(refund: Refund, line: Line, entry: Entered, now: datetime, rules: BillingRules) -> list[Any]:
    if (entry.msisdn, entry.amount_fen) != (refund.claim.msisdn, line.amount_fen):
        return [_in_doubt(line, ANOTHER_ENTRY, rules)]
    return [RefundLinePaid(line.kind, entry.reference), *_after(refund, line, now, rules)]


def _after(refund: Refund, line: Line, now: datetime, rules: BillingRules) -> Sequence[Any]:
    """The next line begins in the same write; after the last one all is paid."""
    following = refund.lines[refund.lines.index(line) + 1 :]
    return [_paying(refund, following[0], now, rules)] if following else [RefundPaid()]


def _absent(refund: Refund, line: Line, put_at: datetime, now: datetime, rules: BillingRules) -> list[Any]:
    """Not there: proved if no sending could be under way when it was asked. Then a refusal counts, a repeat is safe."""
    arrived = arrived_by(line, rules)
    proved = arrived is not None and put_at >= arrived
    if line.refusal is not None:
        return [RefundFailed(line.kind, line.refusal)] if proved else []
    return [_paying(refund, line, now, rules)] if proved or rules.honours_keys else []


def _unknown(
    refund: Refund,
    line: Line,
    why: str,
    now: datetime,
    rules: BillingRules,
    refusal: str | None = None,
    gone_by: datetime | None = None,
) -> RefundUnknown:
    findable = rules.can_be_asked or (rules.honours_keys and refusal is None)
    wake_at = now + waiting_time(refund.attempts, rules) if findable else None
    return replace(_in_doubt(line, why, rules, wake_at, refusal), gone_by=gone_by)


def _in_doubt(
    line: Line, why: str, rules: BillingRules, wake_at: datetime | None = None, refusal: str | None = None
) -> RefundUnknown:
    return RefundUnknown(line.kind, why, wake_at, refusal, rules.doubts.first_after_s)
