"""The intake service's door to figures, measures, suggestions, lessons, key cases and samples (KP2 to KP6)."""

from abc import ABC, abstractmethod
from typing import Any

from services.intake import improving_schema as forms
from services.intake.desk import Desk
from services.intake.improving.desk import ImprovingDesk, Stores, place_for
from services.intake.improving.key_cases import key_case_shown
from services.intake.improving.sample import scores
from services.intake.improving.shown import lesson_shown, measure_shown, score_shown, suggestion_shown
from services.intake.improving.store import Measures, Samples, Suggestions
from services.intake.policies import rules_of
from services.intake.store import Complaints
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.clock import Clock
from shared.providers import InForce, Stored

LOOK_EVERY = 1.0
MEASURES, SUGGESTIONS = forms.MeasureSearchSchema(), forms.SuggestionSearchSchema()
SCORES, LESSONS, KEY_CASES = forms.ScoreSearchSchema(), forms.LessonSearchSchema(), forms.KeyCaseSearchSchema()
Answer = dict[str, Any]


class ImprovingDoors(ABC):
    """Part of IntakeService, which gives it complaints, caller, clock and policies."""

    complaints: Complaints
    caller: Caller
    clock: Clock
    policies: InForce
    measure_store = Stored(Measures)
    suggestion_store = Stored(Suggestions)
    sample_store = Stored(Samples)

    @abstractmethod
    def _desk(self) -> Desk: ...

    @rpc(long=True)
    def figures(self, filter: Any) -> Answer:
        """A period's figures (KP2) of valid complaints (KP7): numerators, denominators, definitions."""
        by = self.caller.may("intake.figures")
        return self._desk().figures(filter, by)

    @rpc
    def add_measure(self, request: Any) -> Answer:
        """A measure against a leaf or cause: training, process, communication, network or equipment (KP3)."""
        by = self.caller.may("intake.add_measure")
        return measure_shown(self._improving().add_measure(request, by), by, self.clock.now())

    @rpc
    def measure_done(self, id: Any, command: Any) -> Answer:
        """Carried out, with its result; the customers of the complaints it names are told (CR2)."""
        by = self.caller.may("intake.measure_done")
        return measure_shown(self._improving().measure_done(id, command, by), by, self.clock.now())

    @rpc
    def measures(self, filter: Any) -> Answer:
        """A page of measures, soonest due first; `state` overdue lists those that are late (KP3)."""
        by, asked, now = self.caller.may("intake.measures"), MEASURES.load(filter), self.clock.now()
        found, after = self.measure_store.search(asked, now, place_for(by, asked.branch))
        return {"items": [measure_shown(saved, by, now) for saved in found], "after": after}

    @rpc
    def suggest(self, request: Any) -> Answer:
        """A handler's suggestion to the duty manager, on a complaint or a leaf (KP6)."""
        by = self.caller.may("intake.suggest")
        saved = self._improving().suggest(request, by)
        return suggestion_shown(saved, by, self.measure_store.following([saved.id]))

    @rpc
    def suggestions(self, filter: Any) -> Answer:
        """A page of suggestions, newest first, each with the measures that follow from it (KP6)."""
        by, asked = self.caller.may("intake.suggestions"), SUGGESTIONS.load(filter)
        found, after = self.suggestion_store.search(asked, place_for(by, asked.branch))
        following = self.measure_store.following([saved.id for saved in found])
        return {"items": [suggestion_shown(saved, by, following) for saved in found], "after": after}

    @rpc
    def lessons(self, filter: Any) -> Answer:
        """A page of lessons of archived complaints, by leaf, newest first (KP6, RP5)."""
        by, asked = self.caller.may("intake.lessons"), LESSONS.load(filter)
        found, after = self.complaints.lessons(asked, place_for(by, asked.branch))
        causes = self.policies["causes"]
        return {"items": [lesson_shown(saved, history, by, causes) for saved, history in found], "after": after}

    @rpc
    def key_cases(self, filter: Any) -> Answer:
        """A week's cases of high-value and group customers and majors, for each account manager, with advice (KP5)."""
        by, asked, now = self.caller.may("intake.key_cases"), KEY_CASES.load(filter), self.clock.now()
        found, after = self.complaints.key_cases(asked, place_for(by))
        made = self.suggestion_store.on([saved.id for saved in found])
        cases = [key_case_shown(saved, by, now, self.policies["organisation"], made[saved.id]) for saved in found]
        items = [case for case in cases if asked.account_manager in (None, case["account_manager"])]
        return {"week": asked.week.name, "items": items, "after": after}

    @rpc
    def audit_sample(self, request: Any) -> Answer:
        """What an auditor found in a hall; answers the score of this sample alone (KP4)."""
        by = self.caller.may("intake.audit_sample")
        saved = self._improving().audit_sample(request, by)
        return {"sample_id": saved.id} | score_shown(scores([saved.state])[0])

    @rpc(long=True)
    def hall_scores(self, filter: Any) -> Answer:
        """Each hall's score of ten in a period, from its audited samples, the lowest first (KP4)."""
        by, asked = self.caller.may("intake.hall_scores"), SCORES.load(filter)
        found = scores(self.sample_store.between(asked, place_for(by, asked.branch)))
        return {"items": [score_shown(each) for each in found]}

    @tick(LOOK_EVERY)
    def tell_improvements(self) -> None:
        self._improving().tell_improvements()

    def _improving(self) -> ImprovingDesk:
        stores = Stores(self.measure_store, self.suggestion_store, self.sample_store)
        return ImprovingDesk(stores, self._desk(), rules_of(self.policies), self.clock)
