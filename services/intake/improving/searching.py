"""What is looked for among measures, suggestions, samples, lessons and key cases. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.intake import vocabulary as v
from shared.fields import USUAL_PAGE


@dataclass(frozen=True)
class MeasureSearch:
    """Soonest due first."""

    branch: str | None = None
    kind: v.MeasureKind | None = None
    owner: str | None = None
    leaf: str | None = None
    cause: str | None = None
    state: v.MeasureState | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class SuggestionSearch:
    """Newest first."""

    branch: str | None = None
    leaf: str | None = None
    complaint_id: str | None = None
    made_by: str | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class ScoreSearch:
    """From (inclusive) to (exclusive)."""

    start: datetime
    end: datetime
    branch: str | None = None


@dataclass(frozen=True)
class LessonSearch:
    """Of complaints archived in that time, newest first."""

    start: datetime
    end: datetime
    leaf: str | None = None
    branch: str | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class Week:
    """A week in Shanghai, Monday to Sunday, as people call it: `2026-W48`. `days`: first and last, since 1970."""

    name: str
    days: tuple[int, int]


@dataclass(frozen=True)
class KeyCaseSearch:
    """`account_manager`: the code of the hall or branch whose account manager it is, or `province`."""

    week: Week
    account_manager: str | None = None
    limit: int = USUAL_PAGE
    after: str | None = None
