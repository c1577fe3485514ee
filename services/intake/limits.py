"""A complaint's own view of its clocks: the due times that each moment starts, by kind (CL1 to CL11). Pure.

The same function and the same facts as escalation's, so that both say the same."""

from datetime import datetime
from typing import Any

from services.intake.history import Limits
from services.intake.model import Complaint, Particulars
from services.intake.rules import Rules
from shared.timelimit import started_by

FACTS = ("ticket_type", "channel", "brand", "handling", "self_service_fault", "inbound")


def started(moment: str, complaint: Particulars, at: datetime, rules: Rules, **more: Any) -> Limits:
    """The clocks that the moment starts, under the policy it was opened under; only complaints have any (IN3).

    But for the contact that the answer to a fee reminder asks for, whatever the ticket's type (IN16)."""
    if complaint.ticket_type != "complaint" and not (complaint.inbound and moment == "registered"):
        return {}
    facts = {name: getattr(complaint, name) for name in FACTS} | more
    clocks = rules.clocks_of(complaint.policy_version)
    return {limit.kind: limit.due_at for limit in started_by(moment, facts, at, clocks, rules.calendar)}


def recomputed(before: Complaint, after: Complaint, now: datetime, rules: Rules) -> tuple[Limits, tuple[str, ...]]:
    """What a changed brand or leaf makes of the clocks (CL10): new due times, and the kinds that are gone.

    Only what still runs: nothing once the complaint is answered, and never a clock that is already broken.
    A handling limit that people extended stays as they decided (CL3)."""
    if before.status != "open":
        return {}, ()
    old, new = _running(before, rules), _running(after, rules)
    kept = {kind for kind, due_at in old.items() if due_at <= now} | ({"handling"} if before.extended_to else set())
    changed = {kind: due_at for kind, due_at in new.items() if due_at != old.get(kind) and kind not in kept}
    return changed, tuple(kind for kind in old if kind not in new and kind not in kept)


def _running(complaint: Complaint, rules: Rules) -> Limits:
    first = started("registered", complaint, complaint.registered_at, rules)
    again = started("reopened", complaint, complaint.reopened_at, rules) if complaint.reopened_at else {}
    return first | again
