"""Measures, suggestions and samples in MongoDB: every query on them, and the indexes they use."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.intake.improving.measure import MEASURES, Measure
from services.intake.improving.sample import SAMPLES, Sample
from services.intake.improving.searching import MeasureSearch, ScoreSearch, SuggestionSearch
from services.intake.improving.suggestion import SUGGESTIONS, Suggestion
from shared.documents import Documents
from shared.instants import EPOCH
from shared.stored import Saved

MOST_SAMPLES = 2_000  # a period with more is asked for in parts
MOST_SUGGESTIONS = 1_000  # on the complaints of one page
Place = Mapping[str, Any]


class Measures(Documents[Measure]):
    """One document a measure. Nobody is told of them on the bus."""

    kind = MEASURES
    indexes = (
        IndexModel([("branch", ASCENDING), ("due_on", ASCENDING), ("_id", ASCENDING)], name="branch"),
        IndexModel([("due_on", ASCENDING), ("_id", ASCENDING)], name="due_on"),
        IndexModel("suggestions", name="suggestions", sparse=True),
    )

    def index(self, state: Measure) -> Mapping[str, Any]:
        """`due_on` is the measure's day; it is awake until each customer who should hear of it has (CR2)."""
        return {
            "branch": state.branch,
            "due_on": state.due_at,
            "open": None if state.done_at else True,
            "kind": state.kind,
            "owner": state.owner,
            "leaf": state.leaf,
            "cause": state.cause,
            "suggestions": list(state.suggestions) or None,
            "wake_at": EPOCH
            if state.untold
            else None,  # awake at once; the same each time it is asked, as every field here
        }

    def search(self, asked: MeasureSearch, now: datetime, place: Place) -> tuple[list[Saved[Measure]], str | None]:
        """One page, soonest due first, and the cursor of the next one."""
        given = {name: value for name in ("kind", "owner", "leaf", "cause") if (value := getattr(asked, name))}
        states: dict[str | None, dict[str, Any]] = {
            "open": {"open": True, "due_on": {"$gte": now}},
            "overdue": {"open": True, "due_on": {"$lt": now}},
            "done": {"open": {"$exists": False}},
        }
        query = {"$and": [given, dict(place), states.get(asked.state, {}), _beyond("due_on", "$gt", asked.after)]}
        return self.listed(query, [("due_on", ASCENDING), ("_id", ASCENDING)], asked.limit)

    def following(self, suggestions: Sequence[str]) -> dict[str, list[str]]:
        """For each of these suggestions the measures that follow from it (KP6)."""
        found = self.collection.find({"suggestions": {"$in": list(suggestions)}}, {"suggestions": 1})
        told: dict[str, list[str]] = {each: [] for each in suggestions}
        for document in found:
            for each in told.keys() & set(document["suggestions"]):
                told[each].append(document["_id"])
        return told


class Suggestions(Documents[Suggestion]):
    """One document a suggestion."""

    kind = SUGGESTIONS
    indexes = (
        IndexModel([("branch", ASCENDING), ("made_at", DESCENDING), ("_id", DESCENDING)], name="branch"),
        IndexModel([("made_at", DESCENDING), ("_id", DESCENDING)], name="made_at"),
        IndexModel("complaint_id", name="complaint_id", sparse=True),
    )

    def index(self, state: Suggestion) -> Mapping[str, Any]:
        return {
            "branch": state.branch,
            "made_at": state.made_at,
            "made_by": state.made_by,
            "leaf": state.leaf,
            "complaint_id": state.complaint_id,
        }

    def search(self, asked: SuggestionSearch, place: Place) -> tuple[list[Saved[Suggestion]], str | None]:
        """One page, newest first, and the cursor of the next one."""
        names = ("made_by", "leaf", "complaint_id")
        given = {name: value for name in names if (value := getattr(asked, name))}
        query = {"$and": [given, dict(place), _beyond("made_at", "$lt", asked.after)]}
        return self.listed(query, [("made_at", DESCENDING), ("_id", DESCENDING)], asked.limit)

    def on(self, complaint_ids: Sequence[str]) -> dict[str, list[Saved[Suggestion]]]:
        """For each of these complaints what handlers suggested on it, oldest first."""
        told: dict[str, list[Saved[Suggestion]]] = {each: [] for each in complaint_ids}
        query = {"complaint_id": {"$in": list(complaint_ids)}}
        for saved in self.find(query, [("made_at", ASCENDING)], MOST_SUGGESTIONS):
            told[str(saved.state.complaint_id)].append(saved)
        return told


class Samples(Documents[Sample]):
    """One document a sample."""

    kind = SAMPLES
    indexes = (IndexModel([("audited_at", ASCENDING), ("branch", ASCENDING)], name="audited_at"),)

    def index(self, state: Sample) -> Mapping[str, Any]:
        return {"branch": state.branch, "hall": state.hall, "audited_at": state.audited_at}

    def between(self, asked: ScoreSearch, place: Place) -> list[Sample]:
        """The samples of a period, at most MOST_SAMPLES."""
        query = {"audited_at": {"$gte": asked.start, "$lt": asked.end}, **place}
        return [saved.state for saved in self.find(query, [("audited_at", ASCENDING)], MOST_SAMPLES)]


def _beyond(field: str, way: str, end: tuple[datetime, str] | None) -> dict[str, Any]:
    if end is None:
        return {}
    moment, last_id = end
    return {"$or": [{field: {way: moment}}, {field: moment, "_id": {way: last_id}}]}
