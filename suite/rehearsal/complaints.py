"""What can happen to a complaint, and to the case that follows it."""

from contextlib import suppress

from services.intake.errors import NotTheHolder
from suite.rehearsal import requests as r
from suite.rehearsal.acting import ask, live, registered
from suite.rehearsal.people import (
    AGENT,
    BRANCH,
    DUTY_MANAGER,
    LEGAL,
    NEW_NUMBER,
    OPERATOR,
    OTHER_AGENT,
    PROVINCE,
    SUPPORT,
    WORDS,
)
from suite.rehearsal.stage import Stage, hour


def whole_way(stage: Stage) -> str:
    """Taken with everything a registration can say, worked on, corrected, replied, reopened by the ladder, archived."""
    complaint = registered(stage, r.REGISTRATION | {"triggers": [], "category": r.FAULT_LEAF})
    live(
        stage,
        complaint,
        (0.2, AGENT, "intake.record_contact", r.CONTACT),
        (0.3, AGENT, "intake.propose", r.PROPOSAL),
        (0.4, AGENT, "intake.judge", r.JUDGEMENT),
        (0.5, AGENT, "intake.transfer", r.TRANSFER),
        (0.6, OTHER_AGENT, "intake.assign", {"handler": OTHER_AGENT.sub}),
        (0.7, OTHER_AGENT, "intake.promise", r.PROMISE),
        (0.8, OTHER_AGENT, "intake.record_contact", r.CONTACT | {"fulfils": "promise-2"}),
        (0.9, AGENT, "intake.urge", {"said": WORDS}),
        (1.0, OTHER_AGENT, "intake.reclassify", r.LEAF),
        (1.1, OTHER_AGENT, "intake.correct_customer", r.CORRECTION),
        (1.2, DUTY_MANAGER, "intake.remark", {"text": WORDS}),
        (1.3, BRANCH, "escalation.extend", {"clock": "handling", "due_at": "2026-11-26T09:00:00+08:00", **r.REASON}),
        (1.4, AGENT, "intake.want_written_reply", {"address": WORDS, "by_when": "2026-11-30T12:00:00+08:00"}),
        (2.0, OTHER_AGENT, "intake.reply", r.REPLY),
        (3.0, AGENT, "intake.follow_up", r.ANGRY | {"closing": {"all_right": False, "other_problem": WORDS}}),
        (3.1, AGENT, "intake.finish_task", {"task": "task-3", "said": WORDS}),
        (4.0, AGENT, "intake.follow_up", r.ANGRY | {"will_complain_further": True}),
        (5.0, OTHER_AGENT, "intake.reply", r.REPLY | {"satisfaction": "satisfied"}),
        (5.1, OTHER_AGENT, "intake.flag_prohibition", r.FLAG),
        (5.2, OTHER_AGENT, "intake.complete_recharge", r.RECHARGE),
        (5.3, BRANCH, "intake.written_reply", {}),
        (6.0, OTHER_AGENT, "intake.archive", r.ARCHIVE),
    )
    stage.services["intake"]._desk().tell_improvement(complaint, WORDS, "measure-1", BRANCH)
    stage.deliver()
    return complaint


def major(stage: Stage) -> str:
    """Major by what it says; revoked, declared again, its opinions given, replied, archived."""
    complaint = registered(stage, r.REGISTRATION | {"category": "01.01.01", "promise": None})
    opinions = (("supervisor", DUTY_MANAGER), ("support", SUPPORT), ("legal", LEGAL))
    live(
        stage,
        complaint,
        (6.1, AGENT, "escalation.record_disturbance", r.DISTURBANCE),
        (6.1, AGENT, "escalation.record_media", r.MEDIA),
        (6.2, BRANCH, "escalation.revoke_major", r.REASON),
        (6.3, DUTY_MANAGER, "escalation.declare_major", r.MAJOR),
        *((6.4, by, "escalation.give_opinion", {"kind": kind, "text": WORDS}) for kind, by in opinions),
        (6.5, AGENT, "intake.reply", r.REPLY),
        (6.6, AGENT, "intake.archive", r.ARCHIVE),
    )
    return complaint


def ladder(stage: Stage) -> str:
    """Its clocks warn and break, it climbs by itself and by people, comes back once, ends before an outside body."""
    complaint = registered(stage, r.PLAIN | {"category": "01.01.02"}, at=7)
    earlier = {"clock": "first_reply", "due_at": hour(54).isoformat(), **r.REASON}
    stage.call("escalation.firing", {"hours": 72}, by=OPERATOR, at=hour(7.01))
    live(
        stage,
        complaint,
        (7.02, OPERATOR, "escalation.move_clock", earlier),
        (7.03, OPERATOR, "escalation.cancel_clock", {"clock": "waiting_call", **r.REASON}),
    )
    stage.call("escalation.firing", {"hours": 72}, by=OPERATOR, at=hour(55.5))
    live(
        stage,
        complaint,
        (56, DUTY_MANAGER, "escalation.accept", {}),
        (57, DUTY_MANAGER, "escalation.hand_back", {"instruction": WORDS}),
        (58, AGENT, "escalation.escalate", r.REASON),
        (59, DUTY_MANAGER, "escalation.accept", {}),
        (60, DUTY_MANAGER, "escalation.escalate", r.REASON),
        (66, PROVINCE, "escalation.accept", {}),
        (67, PROVINCE, "escalation.arbitrate", {"body": WORDS, "case_no": "A-1"}),
    )
    return complaint


def group(stage: Stage) -> str:
    """Two customers in one area with one problem; the id of their incident, which is closed at last."""
    first = r.PLAIN | {"category": r.GROUP_LEAF, "hall": None}
    registered(stage, first, at=7.1)
    another = registered(stage, first | {"customer": r.PLAIN["customer"] | {"msisdn": NEW_NUMBER}}, at=7.2)
    incident_id = str(stage.call("escalation.case", another, by=AGENT)["incident_id"])
    stage.call("escalation.incidents", {"state": "open"}, by=AGENT)
    live(stage, incident_id, (7.3, BRANCH, "escalation.close_incident", r.REASON))
    stage.call("escalation.incident", incident_id, by=AGENT)
    return incident_id


def others(stage: Stage) -> None:
    """Withdrawn, answered on the spot, repeated, asked for a second time after its reply, refused."""
    withdrawn = registered(stage, r.PLAIN | {"category": "01.01.03"}, at=70)
    live(stage, withdrawn, (70.1, AGENT, "intake.withdraw", r.REASON))
    registered(stage, r.PLAIN | r.FORWARDED, at=70.1)
    registered(stage, r.DIRECT, at=70.2)
    repeated = registered(stage, r.BARE | {"category": r.DIRECT["category"]}, at=70.3)
    live(stage, repeated, (70.4, AGENT, "intake.reply", r.REPLY), (70.5, AGENT, "intake.reopen", r.REASON))
    live(stage, repeated, (70.6, AGENT, "intake.reply", r.REPLY))
    again = r.REGISTRATION | {"category": r.DIRECT["category"], "promise": None}
    ask(stage, "intake.register", again, AGENT, 70.7)
    with suppress(NotTheHolder):
        ask(stage, "intake.register", r.REGISTRATION | {"verification": None}, AGENT, 70.8)
    stage.deliver()
