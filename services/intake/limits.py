"""A complaint's own view of its clocks: the due times that each moment starts, by kind (CL1 to CL11). Pure.

The same function and the same facts as escalation's, so that both say the same."""

from datetime import datetime
from typing import Any

from services.intake.history import Limits
from services.intake.model import LIVE, Complaint, Particulars
from services.intake.rules import Rules
from shared.timelimit import started_by

ACTS = {
    "answered": "answered_at",
    "contacted": "answered_at",
    "called_back": "called_back_at",
    "remarked": "remarked_at",
    "replied": "replied_at",
    "followed_up": "follow_up",
}
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

    Only what still runs, also after the reply (a repair); never a clock that is met or broken, and none starts any more
    once the complaint is answered. A handling limit that people extended stays as they decided (CL3)."""
    if before.status not in LIVE:
        return {}, ()
    old, new = _begun(before, rules), _begun(after, rules)
    kept = {kind for kind, due_at in old.items() if due_at <= now or met(kind, before, rules)}
    kept |= {"handling"} if before.extended_to else set()
    kept |= {"waiting_call"} if before.called_while_waiting else set()  # met, and what runs now the customer was told
    changed = {kind: due_at for kind, due_at in new.items() if due_at != old.get(kind) and kind not in kept}
    if before.status != "open":
        changed = {kind: due_at for kind, due_at in changed.items() if kind in old}
    return changed, tuple(kind for kind in old if kind not in new and kind not in kept)


def owed_no_more(complaint: Complaint, now: datetime, rules: Rules) -> tuple[str, ...]:
    """The clocks that only a major complaint has, as far as they still run."""
    if complaint.major is None:
        return ()
    begun = started("declared_major", complaint, complaint.major.at, rules)
    return tuple(kind for kind, due_at in begun.items() if due_at > now and not met(kind, complaint, rules))


def asked_no_more(complaint: Complaint, now: datetime, rules: Rules) -> tuple[str, ...]:
    """The clocks that its reply has started, as far as they run: a reopened one is followed up after its next reply."""
    if complaint.replied_at is None:
        return ()
    begun = started("replied", complaint, complaint.replied_at, rules)
    return tuple(kind for kind, due_at in begun.items() if due_at >= now and not met(kind, complaint, rules))


def met(kind: str, complaint: Complaint, rules: Rules) -> bool:
    """Whether an act that meets this kind of clock has come, as far as the complaint itself knows."""
    clocks = rules.clocks_of(complaint.policy_version).clocks
    acts = frozenset(act for clock in clocks if clock.kind == kind for act in clock.met_by)
    done = {act for act, field in ACTS.items() if getattr(complaint, field)}
    done |= {f"{opinion}_opinion" for opinion in complaint.opinions}
    done |= {"fulfilled"} if any(each.clock_id.rpartition("-")[0] == kind for each in complaint.fulfilled) else set()
    return bool(acts & done)


def _begun(complaint: Complaint, rules: Rules) -> Limits:
    first = started("registered", complaint, complaint.registered_at, rules)
    again = started("reopened", complaint, complaint.reopened_at, rules) if complaint.reopened_at else {}
    return first | again
