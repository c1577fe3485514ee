"""Measures, suggestions and samples in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.intake.improving.searching import MeasureSearch, ScoreSearch, SuggestionSearch
from services.intake.improving.store import Measures, Samples, Suggestions
from suite.rehearsal.memory import Memory


class RememberedMeasures(Memory, Measures):
    def search(self, asked: MeasureSearch, _now: datetime, _place: Mapping[str, Any]) -> tuple[list[Any], None]:
        return list(self.known.values())[: asked.limit], None

    def following(self, suggestions: Sequence[str]) -> dict[str, list[str]]:
        known = self.known.values()
        return {each: [saved.id for saved in known if each in saved.state.suggestions] for each in suggestions}


class RememberedSuggestions(Memory, Suggestions):
    def search(self, asked: SuggestionSearch, _place: Mapping[str, Any]) -> tuple[list[Any], None]:
        return list(self.known.values())[: asked.limit], None

    def on(self, complaint_ids: Sequence[str]) -> dict[str, list[Any]]:
        known = self.known.values()
        return {each: [saved for saved in known if saved.state.complaint_id == each] for each in complaint_ids}


class RememberedSamples(Memory, Samples):
    def between(self, _asked: ScoreSearch, _place: Mapping[str, Any]) -> list[Any]:
        return [saved.state for saved in self.known.values()]
