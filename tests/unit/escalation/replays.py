"""Whether a case lived again from its record is the case as it was lived."""

from typing import Any

from services.escalation.model import Case
from services.escalation.replaying import replayed
from services.escalation.rules import Rules
from tests.unit.escalation.makers import Story, rules


def outcome(case: Case) -> dict[str, Any]:
    """Everything that clocks and ladder say of a case, texts left out."""
    clocks = [vars(clock) for clock in case.clocks]
    reopening = case.reopening and (case.reopening.cause, case.reopening.since)
    ladder = (case.level, case.awaiting, case.explaining, case.closed, case.moves, case.worked)
    return {"clocks": clocks, "ladder": ladder, "reopening": reopening}


def under(clocks_version: str, calendar_version: str) -> Rules:
    return rules()


def replay_of(story: Story) -> Case:
    return replayed(story.now.record, under)
