"""What complaints change: a suggestion, a measure that follows from it and is told, a sample, a week's key cases."""

from typing import Any

from suite.rehearsal.acting import ask, live
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, OTHER_AGENT, WORDS
from suite.rehearsal.requests import WEEK
from suite.rehearsal.stage import Stage

MEASURE: dict[str, Any] = {
    "kind": "training",
    "owner": "M1001",
    "due_at": "2026-12-31T18:00:00+08:00",
    "what": WORDS,
    "leaf": "04.01.01",
    "cause": "billing_system",
}
FINDINGS = [{"item": WORDS, "solved": True, "recorded": recorded} for recorded in (True, False)]
LOOKS: dict[str, dict[str, Any]] = {
    "intake.measures": {},
    "intake.suggestions": {},
    "intake.lessons": WEEK,
    "intake.hall_scores": WEEK,
    "intake.key_cases": {"week": "2026-W48"},
}


def all_ways(stage: Stage, complaint: str) -> None:
    """In order; the customer of the complaint is told what it has changed (CR2)."""
    live(stage, complaint, (89, OTHER_AGENT, "intake.follow_up", {"satisfaction": "satisfied"}))
    made = ask(stage, "intake.suggest", {"text": WORDS, "complaint_id": complaint, "leaf": "04.01.01"}, AGENT, 90)
    follows = MEASURE | {"suggestions": [made["suggestion_id"]], "tell": [complaint]}
    measure = ask(stage, "intake.add_measure", follows, DUTY_MANAGER, 91)
    live(stage, measure["measure_id"], (92, DUTY_MANAGER, "intake.measure_done", {"result": WORDS}))
    stage.services["intake"].tell_improvements()
    stage.deliver()
    ask(stage, "intake.audit_sample", {"hall": "SZ-FT", "findings": FINDINGS}, BRANCH, 93)
