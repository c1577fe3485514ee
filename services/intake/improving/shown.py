"""What callers see of measures, suggestions, lessons and hall scores. Texts are hidden from those who see none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.intake import history as h
from services.intake.causes import Causes
from services.intake.improving.measure import Measure
from services.intake.improving.sample import HallScore
from services.intake.improving.suggestion import Suggestion
from services.intake.model import Complaint
from services.intake.shown import hiding
from services.rights import sees_personal_data
from shared.aggregate import Actor, Stamp, private_fields
from shared.stored import Saved

ARCHIVED = ("complaint_id", "serial_no", "category", "category_name", "branch", "hall", "archived_at", "cause_kind")


def measure_shown(saved: Saved[Measure], by: Actor, now: datetime) -> dict[str, Any]:
    """A measure; `untold` counts the customers who have yet to hear of it."""
    measure = saved.state
    shown = _open(measure) | _texts(saved, by, ("what", "result", "for_customers"))
    return shown | {"state": measure.state(now), "untold": len(measure.untold)}


def suggestion_shown(saved: Saved[Suggestion], by: Actor, measures: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A suggestion, with the measures that follow from it (KP6)."""
    return _open(saved.state) | _texts(saved, by, ("text",)) | {"measures": list(measures.get(saved.id, ()))}


def lesson_shown(
    saved: Saved[Complaint], history: Sequence[tuple[Any, Stamp]], by: Actor, causes: Causes
) -> dict[str, Any]:
    """An archived complaint with its cause and its lesson (RP5)."""
    complaint, hide = saved.state, hiding(saved, by)
    told = [event for event, _ in history if isinstance(event, h.ComplaintArchived)][-1]
    shown = {name: getattr(complaint, name) for name in ARCHIVED}
    kind = causes.name_of(complaint.cause_kind) if complaint.cause_kind else None
    return shown | {"cause_name": kind, "cause": hide(told.cause), "lesson": hide(told.lesson)}


def score_shown(score: HallScore) -> dict[str, Any]:
    """A hall's score (KP4)."""
    return {**vars(score), "score": score.score}


def _open(state: Any) -> dict[str, Any]:
    hidden = private_fields(type(state))
    return {name: value for name, value in vars(state).items() if name not in hidden}


def _texts(saved: Saved[Any], by: Actor, names: Sequence[str]) -> dict[str, Any]:
    """The texts, without graver data (PR6); nothing for those who see no personal data (PR1)."""
    if not sees_personal_data(by):
        return {}
    texts = {name: getattr(saved.state, name) for name in names}
    return {name: saved.graver.masked(text) if text else None for name, text in texts.items()}
