"""Who may call what, and what a caller sees: one table for all services, refused by default.

After the contract's "Tokens and roles". Pure.
The token says role and branch; a role bound to a branch sees that branch only."""

from services import SERVICES
from shared.aggregate import Actor

LEVELS = ("agent", "duty_manager", "branch", "province", "arbitration")
ROLES = ("agent", "duty_manager", "branch", "province", "support", "legal", "finance", "operator", "system")
BOUND_TO_A_BRANCH = frozenset({"agent", "duty_manager", "branch"})
MAJORS_ONLY = frozenset({"support", "legal"})
WITHOUT_PERSONAL_DATA = frozenset({"operator"})

OF_LETTERS = ("dead_letters", "dead_letter", "replay_letter", "edit_letter", "release_letter")
_LADDER = frozenset({"agent", "duty_manager", "branch", "province"})
_MANAGERS = _LADDER - {"agent"}
_FROM_BRANCH = frozenset({"branch", "province"})
_OPINIONS = frozenset({"support", "legal"})
_OPERATOR = frozenset({"operator"})
_FINANCE = frozenset({"finance"})
_SYSTEM = frozenset({"system"})
_EVERYONE = frozenset(ROLES)
_READERS = _LADDER | _OPINIONS | _OPERATOR

_TABLE: dict[frozenset[str], tuple[str, ...]] = {
    _EVERYONE: ("intake.catalogue", "intake.advise", "intake.check_words", "notify.templates"),
    _READERS: (
        *("intake.get", "intake.search", "intake.figures", "intake.tasks"),
        *("escalation.case", "escalation.explain", "escalation.due", "escalation.incidents", "escalation.incident"),
        "escalation.firing",
    ),
    _LADDER: (
        *("intake.register", "intake.record_contact", "intake.propose", "intake.judge", "intake.assign"),
        *("intake.transfer", "intake.promise", "intake.urge", "intake.reclassify", "intake.correct_customer"),
        *("intake.reply", "intake.follow_up", "intake.reopen", "intake.withdraw", "intake.archive", "intake.receipt"),
        *("intake.finish_task", "intake.want_written_reply"),
        *("intake.flag_prohibition", "intake.complete_recharge", "intake.get_written_reply", "intake.hall_register"),
        *("intake.suggest", "intake.lessons"),
        *("escalation.escalate", "escalation.record_disturbance", "escalation.record_media"),
        "escalation.report_unreachable",
        *("refund.request", "refund.quote", "refund.waive_late_fee", "refund.correct"),
        *("refund.withdraw", "refund.pre_refund", "refund.verify"),
    ),
    _MANAGERS: (
        *("intake.remark", "intake.recharge_statistic"),
        *("intake.add_measure", "intake.measure_done", "intake.key_cases"),
        *("escalation.accept", "escalation.hand_back", "escalation.declare_major"),
        *("refund.approve", "refund.reject"),
    ),
    _MANAGERS | _OPINIONS: ("escalation.give_opinion",),
    _MANAGERS | _SYSTEM: ("notify.send",),
    _FROM_BRANCH: (
        "intake.audit_sample",
        *("intake.written_reply", "escalation.revoke_major", "escalation.extend", "escalation.close_incident"),
    ),
    frozenset({"province"}): ("escalation.arbitrate",),
    _LADDER | _FINANCE | _OPERATOR: ("refund.get", "refund.search", "refund.ledger"),
    _LADDER | _OPERATOR: (
        *("notify.get", "notify.search"),
        *("intake.measures", "intake.suggestions", "intake.hall_scores"),
    ),
    _FINANCE: ("refund.settle", "refund.reconcile"),
    _FINANCE | _OPERATOR: ("refund.ask",),
    _MANAGERS | _FINANCE | _OPERATOR: ("refund.unknown",),
    _MANAGERS | _OPERATOR: ("notify.unknown", "notify.settle"),
    _MANAGERS | _FINANCE: (
        *("refund.daily_sheet", "refund.sign_daily_sheet", "refund.month_package", "refund.totals"),
    ),
    _OPERATOR: (
        *("intake.erase", "escalation.erase", "refund.erase", "notify.erase"),
        *(f"{service}.{name}" for service in SERVICES for name in OF_LETTERS),
        *("escalation.simulate", "escalation.calendar_effect", "escalation.apply_calendar"),
        *("escalation.cancel_clock", "escalation.move_clock"),
    ),
    _SYSTEM: (
        *("intake.mark_major", "intake.clear_major", "intake.record_opinion", "intake.reopen_from_ladder"),
        *("intake.facts", "refund.facts", "notify.receive"),
    ),
    _LADDER | _OPINIONS: ("intake.read_personal", "escalation.acknowledge"),
    frozenset({"branch", "province", "legal"}): ("intake.export", "intake.regulator_export"),
    frozenset({"province", "operator"}): ("intake.reads",),
    _OPERATOR | _SYSTEM: (
        *("intake.pulse", "escalation.pulse", "refund.pulse", "notify.pulse"),
        *("intake.announce_again", "escalation.announce_again", "refund.announce_again", "notify.announce_again"),
    ),
}
# What the staff of partners may of all that their role may (PR4): their own hall's complaints, masked.
FOR_PARTNERS = frozenset(
    {
        *(f"intake.{name}" for name in ("catalogue", "advise", "check_words", "get", "search", "tasks", "finish_task")),
        *("intake.register", "intake.record_contact", "intake.propose", "intake.judge", "intake.assign"),
        *("intake.transfer", "intake.promise", "intake.urge", "intake.reclassify", "intake.reply", "intake.follow_up"),
        *("intake.reopen", "intake.withdraw", "intake.archive", "intake.want_written_reply", "intake.receipt"),
        *("escalation.case", "escalation.explain", "escalation.due", "escalation.escalate"),
        *("refund.request", "refund.quote", "refund.withdraw", "refund.get", "refund.search", "notify.templates"),
    }
)
METHODS: dict[str, frozenset[str]] = {method: roles for roles, methods in _TABLE.items() for method in methods}
OPINIONS: dict[str, frozenset[str]] = {
    "supervisor": _MANAGERS,
    "support": frozenset({"support"}),
    "legal": frozenset({"legal"}),
}


def allowed(actor: Actor, method: str) -> bool:
    """Whether the role may call `service.method`; unknown methods and roles, and a missing branch, are refused."""
    lacks_branch = actor.role in BOUND_TO_A_BRANCH and not actor.branch
    kept_from = actor.hall is not None and (method not in FOR_PARTNERS or actor.role not in BOUND_TO_A_BRANCH)
    return actor.role in METHODS.get(method, frozenset()) and not lacks_branch and not kept_from


def sees_branch(actor: Actor) -> str | None:
    """The one branch every query of this caller is limited to; None means all branches (PR4)."""
    return actor.branch if actor.role in BOUND_TO_A_BRANCH else None


def seen_by(actor: Actor) -> dict[str, str]:
    """The condition on branch and hall that every query for this caller carries (PR4)."""
    bound = {"branch": sees_branch(actor), "hall": actor.hall}
    return {name: value for name, value in bound.items() if value is not None}


def sees(actor: Actor, branch: str | None, hall: str | None) -> bool:
    """Whether the caller sees what belongs to this branch and hall."""
    return all({"branch": branch, "hall": hall}[name] == value for name, value in seen_by(actor).items())


def sees_only_majors(actor: Actor) -> bool:
    """Support and legal see major complaints and what they are asked."""
    return actor.role in MAJORS_ONLY


def sees_personal_data(actor: Actor) -> bool:
    """The operator sees all, without personal data."""
    return actor.role not in WITHOUT_PERSONAL_DATA


def own_level(actor: Actor) -> str | None:
    """The level the role acts for on the ladder, where each level acts only for itself (ES2)."""
    return actor.role if actor.role in _LADDER else None


def signs_for(actor: Actor) -> tuple[str, ...]:
    """The levels whose refund approvals the role may sign: its own and those below (RF12)."""
    level = own_level(actor)
    return LEVELS[: LEVELS.index(level) + 1] if level else ()


def may_opine(actor: Actor, kind: str) -> bool:
    """Whether the role may give this opinion: supervisor, support or legal (MJ1, MJ2)."""
    return actor.role in OPINIONS.get(kind, frozenset())
