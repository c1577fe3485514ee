"""What each method answers: a sort of answer that the reference shows, or a small one in words."""

from services import SERVICES

_METHODS = {
    "complaint": (
        *("intake.register", "intake.record_contact", "intake.propose", "intake.judge", "intake.assign"),
        *("intake.transfer", "intake.promise", "intake.urge", "intake.reclassify", "intake.correct_customer"),
        *("intake.reply", "intake.follow_up", "intake.reopen", "intake.withdraw", "intake.archive", "intake.remark"),
        *("intake.flag_prohibition", "intake.complete_recharge"),
        *("intake.want_written_reply", "intake.finish_task"),
    ),
    "complaint, whole": ("intake.get", "intake.read_personal"),
    "`{found, erased, kept: [{id, why, …}]}`": ("intake.erase", "escalation.erase", "refund.erase", "notify.erase"),
    "page of dead letters": tuple(f"{service}.dead_letters" for service in SERVICES),
    "dead letter": tuple(f"{service}.dead_letter" for service in SERVICES),
    "dead letter, in one line; `sent`: by this call": tuple(
        f"{service}.{name}_letter" for service in SERVICES for name in ("replay", "release")
    ),
    "dead letter, in one line": tuple(f"{service}.edit_letter" for service in SERVICES),
    "the named fields": ("intake.export", "intake.regulator_export"),
    "`{complaint_id, reads: [{at, by, role, fields, kind, ground, …}], graver: [{n, event, at, by, found}]}`": (
        "intake.reads",
    ),
    "page of complaints": ("intake.search",),
    "page of tasks": ("intake.tasks",),
    "`{hall, hall_name, day, items, totals, html?}`": ("intake.hall_register",),
    "`{items, totals, after}`": ("intake.recharge_statistic",),
    "`{customer_copy, hall_copy}`": ("intake.receipt",),
    "`{complaint_id, serial_no, made_at, made_by, html}`": ("intake.written_reply", "intake.get_written_reply"),
    "`{classes, version}`": ("intake.catalogue",),
    "`{customer, scene, knowledge, customer_kinds, scenes, avoid, use}`": ("intake.advise",),
    "`{hits: [{kind, word, begin, end, why, instead}]}`": ("intake.check_words",),
    "figures": ("intake.figures",),
    "measure": ("intake.add_measure", "intake.measure_done"),
    "page of measures": ("intake.measures",),
    "suggestion": ("intake.suggest",),
    "page of suggestions": ("intake.suggestions",),
    "page of lessons": ("intake.lessons",),
    "page of key cases": ("intake.key_cases",),
    "hall score": ("intake.audit_sample",),
    "`{items}` of hall scores": ("intake.hall_scores",),
    "facts": (
        *("intake.mark_major", "intake.clear_major", "intake.record_opinion", "intake.reopen_from_ladder"),
        "intake.facts",
    ),
    "case": (
        *("escalation.case", "escalation.declare_major", "escalation.revoke_major", "escalation.give_opinion"),
        *("escalation.escalate", "escalation.accept", "escalation.hand_back", "escalation.extend"),
        *("escalation.arbitrate", "escalation.record_disturbance", "escalation.record_media"),
        *("escalation.acknowledge", "escalation.report_unreachable"),
        *("escalation.cancel_clock", "escalation.move_clock"),
    ),
    "incident": ("escalation.incident", "escalation.close_incident"),
    "page of incidents, without their members": ("escalation.incidents",),
    "explanation": ("escalation.explain",),
    "simulation": ("escalation.simulate",),
    "`{moves: [{complaint_id, clock_id, kind, branch, was, due_at}], calendar_version, after}`": (
        *("escalation.calendar_effect", "escalation.apply_calendar"),
    ),
    "page of cases, each with its soonest clock": ("escalation.due",),
    "page of what fires, and `until`": ("escalation.firing",),
    "refund": (
        *("refund.request", "refund.approve", "refund.reject", "refund.withdraw", "refund.settle", "refund.get"),
        *("refund.pre_refund", "refund.verify", "refund.waive_late_fee", "refund.correct"),
        "refund.ask",
    ),
    "`{refund_id, seq, complaint_id, status, pre_refund}`, as in [messages](messages.md#refund)": ("refund.facts",),
    "page of what is unknown": ("refund.unknown",),
    "quote": ("refund.quote",),
    "ledger": ("refund.ledger",),
    "page of refunds": ("refund.search",),
    "daily sheet": ("refund.daily_sheet",),
    "`{branch, hall, day, digest, refunds, total_fen, signatures, missing, version}`": ("refund.sign_daily_sheet",),
    "month package": ("refund.month_package",),
    "reconciliation": ("refund.reconcile",),
    "totals of refunds": ("refund.totals",),
    "message": ("notify.get",),
    "page of messages": ("notify.search",),
    "page of messages without an outcome": ("notify.unknown",),
    "message, without its text": ("notify.settle",),
    "`{message_id, status, why, hold_until?}`": ("notify.send",),
    "`{sms_id}`": ("notify.receive",),
    "list of `{name, class, variables, text}`": ("notify.templates",),
    "`{sent, after}`": (
        *("intake.announce_again", "escalation.announce_again", "refund.announce_again", "notify.announce_again"),
    ),
    "pulse": ("intake.pulse", "escalation.pulse", "refund.pulse", "notify.pulse"),
}
ANSWERS = {method: answer for answer, methods in _METHODS.items() for method in methods}


def methods_answering(sort: str) -> tuple[str, ...]:
    """The methods with this sort of answer."""
    return _METHODS[sort]
