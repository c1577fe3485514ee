"""A handler's suggestion to the duty manager (KP6). Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.aggregate import Kind, Stamp, private


@dataclass(frozen=True, kw_only=True)
class Suggest:
    """What could be better; on which complaint or leaf it was noticed."""

    text: str = private()
    complaint_id: str | None = None
    leaf: str | None = None


@dataclass(frozen=True, kw_only=True)
class SuggestionMade(Suggest):
    """`branch` is the one whose duty managers read it; None: the province's."""

    suggestion_id: str
    branch: str | None = None


@dataclass(frozen=True, kw_only=True)
class Suggestion(SuggestionMade):
    """Nothing changes it; the measures that follow from it name it."""

    made_at: datetime
    made_by: str


def apply(_suggestion: Suggestion | None, event: Any, stamp: Stamp) -> Suggestion:
    """The suggestion that its only event makes."""
    return Suggestion(**vars(event), made_at=stamp.at, made_by=stamp.by.sub)


SUGGESTIONS = Kind("suggestions", Suggestion, (SuggestionMade,), apply)
