"""The contract's table of roles, method by method and role by role, and what each role sees."""

import pytest

from services import SERVICES
from services.rights import (
    METHODS,
    ROLES,
    allowed,
    may_opine,
    own_level,
    seen_by,
    sees,
    sees_branch,
    sees_only_majors,
    sees_personal_data,
    signs_for,
)
from shared.aggregate import Actor

INTAKE_COMMANDS = (
    "register record_contact propose judge assign transfer promise urge reclassify correct_customer reply follow_up "
    "reopen withdraw archive finish_task want_written_reply flag_prohibition complete_recharge suggest lessons"
).split()

# The contract's rows: what a role may besides reading. A role of the ladder may all that those before it may.
MAY = {
    "agent": [
        *(f"intake.{name}" for name in INTAKE_COMMANDS),
        *("escalation.escalate", "escalation.record_disturbance", "escalation.record_media"),
        *("escalation.report_unreachable", "escalation.acknowledge"),
        *("refund.request", "refund.quote", "refund.waive_late_fee", "refund.correct"),
        *("refund.withdraw", "refund.pre_refund", "refund.verify"),
    ],
    "duty_manager": [
        *("escalation.accept", "escalation.hand_back", "escalation.give_opinion", "escalation.declare_major"),
        *("refund.approve", "refund.reject", "intake.remark", "intake.recharge_statistic", "notify.send"),
        *("intake.add_measure", "intake.measure_done", "intake.key_cases"),
        *("refund.daily_sheet", "refund.sign_daily_sheet", "refund.month_package", "refund.totals", "refund.unknown"),
        *("notify.unknown", "notify.settle"),
    ],
    "branch": [
        *("escalation.extend", "escalation.revoke_major", "escalation.close_incident"),
        *("intake.written_reply", "intake.audit_sample"),
    ],
    "province": ["escalation.arbitrate"],
    "support": ["escalation.acknowledge", "escalation.give_opinion"],
    "legal": ["escalation.acknowledge", "escalation.give_opinion"],
    "finance": [
        *("refund.settle", "refund.reconcile", "refund.daily_sheet", "refund.sign_daily_sheet"),
        *("refund.month_package", "refund.totals", "refund.unknown", "refund.ask"),
    ],
    "operator": [
        *(f"{service}.{name}_letter" for service in SERVICES for name in ("dead", "replay", "edit", "release")),
        *(f"{service}.dead_letters" for service in SERVICES),
        *("escalation.cancel_clock", "escalation.move_clock"),
        *("refund.unknown", "refund.ask", "notify.unknown", "notify.settle"),
        "escalation.simulate",
        "escalation.calendar_effect",
        "escalation.apply_calendar",
        *("intake.pulse", "escalation.pulse", "refund.pulse", "notify.pulse"),
        *(f"{service}.announce_again" for service in SERVICES),
    ],
    "system": [
        *("intake.mark_major", "intake.clear_major", "intake.record_opinion", "intake.reopen_from_ladder"),
        *("intake.facts", "refund.facts", "notify.receive", "notify.send"),
        *("intake.pulse", "escalation.pulse", "refund.pulse", "notify.pulse"),
        *(f"{service}.announce_again" for service in SERVICES),
    ],
}
FOR_ALL = ["intake.catalogue", "intake.advise", "intake.check_words", "notify.templates"]
CASES = [
    *("intake.get", "intake.search", "intake.figures", "intake.tasks"),
    *("escalation.case", "escalation.explain", "escalation.due", "escalation.incidents", "escalation.incident"),
    "escalation.firing",
]
REFUNDS, MESSAGES = ["refund.get", "refund.search", "refund.ledger"], ["notify.get", "notify.search"]
IMPROVING = ["intake.measures", "intake.suggestions", "intake.hall_scores"]
LADDER = ["agent", "duty_manager", "branch", "province"]
READS = {
    **{
        level: [
            *(*CASES, *REFUNDS, *MESSAGES, *IMPROVING),
            *("intake.receipt", "intake.get_written_reply", "intake.hall_register"),
        ]
        for level in LADDER
    },
    "support": CASES,
    "legal": CASES,
    "finance": REFUNDS,
    "operator": [*CASES, *REFUNDS, *MESSAGES, *IMPROVING],
    "system": [],
}
# Personal data and its record (PR2 to PR5): not cumulative.
EXPORTS = ("intake.export", "intake.regulator_export")
PRIVACY = {
    **dict.fromkeys(("agent", "duty_manager", "support"), ("intake.read_personal",)),
    **dict.fromkeys(("branch", "legal"), ("intake.read_personal", *EXPORTS)),
    "province": ("intake.read_personal", "intake.reads", *EXPORTS),
    "operator": ("intake.reads", *(f"{service}.erase" for service in SERVICES)),
}


def rights_of(role: str) -> set[str]:
    """By the rows above: cumulative on the ladder."""
    below = LADDER[: LADDER.index(role)] if role in LADDER else []
    may = {method for each in (*below, role) for method in MAY[each]}
    return may | {*READS[role], *FOR_ALL, *PRIVACY.get(role, ())}


CALLERS = [Actor("E1", role, branch) for role in ROLES for branch in ("SZ", None)]
NEEDS_A_BRANCH = ("agent", "duty_manager", "branch")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_exactly_the_roles_of_the_contract_may_call_a_method(method: str) -> None:
    """Method × role × branch: a role bound to a branch may nothing without one."""
    expected = [
        caller
        for caller in CALLERS
        if method in rights_of(caller.role)
        and (caller.branch or caller.role not in ("agent", "duty_manager", "branch"))
    ]

    assert [caller for caller in CALLERS if allowed(caller, method)] == expected


def test_the_rows_name_no_method_that_the_table_lacks() -> None:
    assert {method for role in ROLES for method in rights_of(role)} == set(METHODS)


@pytest.mark.parametrize("method", ["intake.delete", "register", "", "intake.", "intake.get ", "INTAKE.GET"])
def test_an_unknown_method_is_refused_to_all(method: str) -> None:
    assert not any(allowed(caller, method) for caller in CALLERS)


@pytest.mark.parametrize("role", ["", "admin", "Agent", "duty manager"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert not any(allowed(Actor("E1", role, "SZ"), method) for method in METHODS)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        *((role, "SZ") for role in ("agent", "duty_manager", "branch")),
        *((role, None) for role in ("province", "support", "legal", "finance", "operator", "system")),
    ],
)
def test_PR4_a_role_bound_to_a_branch_sees_that_branch_only(role: str, sees: str | None) -> None:
    assert sees_branch(Actor("E1", role, "SZ")) == sees


@pytest.mark.parametrize("role", ROLES)
def test_support_and_legal_see_majors_only(role: str) -> None:
    assert sees_only_majors(Actor("E1", role, "SZ")) == (role in ("support", "legal"))


@pytest.mark.parametrize("role", ROLES)
def test_PR1_the_operator_sees_no_personal_data(role: str) -> None:
    assert sees_personal_data(Actor("E1", role, "SZ")) == (role != "operator")


@pytest.mark.parametrize("role", ROLES)
def test_ES2_each_level_acts_only_for_itself_on_the_ladder(role: str) -> None:
    assert own_level(Actor("E1", role, "SZ")) == (role if role in LADDER else None)


@pytest.mark.parametrize("role", ROLES)
def test_RF12_a_higher_level_signs_for_a_lower_one_and_never_the_other_way(role: str) -> None:
    expected = tuple(LADDER[: LADDER.index(role) + 1]) if role in LADDER else ()

    assert signs_for(Actor("E1", role, "SZ")) == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["supervisor", "support", "legal", "other"])
def test_MJ1_an_opinion_is_given_by_those_who_are_asked_for_it(kind: str, role: str) -> None:
    givers = {"supervisor": ["duty_manager", "branch", "province"], "support": ["support"], "legal": ["legal"]}

    assert may_opine(Actor("E1", role, "SZ"), kind) == (role in givers.get(kind, []))


# What the staff of partners may (PR4), of what their role may: their own hall's complaints and claims.
PARTNERS_MAY = {
    *(f"intake.{name}" for name in "register record_contact propose judge assign transfer promise urge".split()),
    *(f"intake.{name}" for name in "reclassify reply follow_up reopen withdraw archive want_written_reply".split()),
    *(f"intake.{name}" for name in "get search tasks finish_task".split()),
    *("intake.receipt", "intake.catalogue", "intake.advise", "intake.check_words", "notify.templates"),
    *("escalation.case", "escalation.explain", "escalation.due", "escalation.escalate"),
    *("refund.request", "refund.quote", "refund.withdraw", "refund.get", "refund.search"),
}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_PR4_method_by_role_by_branch_by_partner(method: str) -> None:
    """A partner's staff may what its role may, of this list; a role that sees all branches is no partner's."""
    partners = [Actor("E1005", role, branch, "SZ-NS") for role in ROLES for branch in ("SZ", None)]
    own = {(caller.role, caller.branch) for caller in CALLERS if allowed(caller, method)}

    for caller in partners:
        expected = method in PARTNERS_MAY and caller.role in NEEDS_A_BRANCH and (caller.role, caller.branch) in own
        assert allowed(caller, method) == expected, caller


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("hall", ["SZ-NS", None])
def test_PR4_every_query_carries_branch_and_hall(role: str, hall: str | None) -> None:
    actor = Actor("E1", role, "SZ", hall)
    bound = {"branch": "SZ"} if role in NEEDS_A_BRANCH else {}

    assert seen_by(actor) == bound | ({"hall": hall} if hall else {})
    assert sees(actor, "SZ", "SZ-FT") == (hall is None)
    assert sees(actor, "GZ", hall) == (role not in NEEDS_A_BRANCH)
