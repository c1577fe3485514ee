"""The work on measures, suggestions and samples between door and store: accepts, decides, saves."""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from services.intake.correcting import leaf_for
from services.intake.desk import Desk
from services.intake.errors import OtherBranch, WrongField
from services.intake.improving import measure as m
from services.intake.improving.sample import Sample, audited
from services.intake.improving.store import Measures, Samples, Suggestions
from services.intake.improving.suggestion import Suggest, Suggestion, SuggestionMade
from services.intake.improving_schema import (
    AddMeasureSchema,
    AuditSampleSchema,
    MeasureDoneSchema,
    SuggestSchema,
)
from services.intake.rules import Rules
from services.rights import sees_branch
from shared.aggregate import Actor, State
from shared.bus.answers import outage
from shared.clock import Clock, machine_now
from shared.documents import Clash, Documents
from shared.errors import NotFound, TousuError, Unavailable
from shared.fields import an_id
from shared.requests import Request, request_of
from shared.stored import Saved

ADD, DONE, SUGGEST, AUDIT = AddMeasureSchema(), MeasureDoneSchema(), SuggestSchema(), AuditSampleSchema()
TOLD_AT_ONCE = 20
ITSELF = Actor("service:intake", "system")

log = logging.getLogger(__name__)


class SomebodyUntold(Exception):
    """A complaint could not be told: its measure is looked at once more, later."""


class Stores(NamedTuple):
    """Where measures, suggestions and samples lie."""

    measures: Measures
    suggestions: Suggestions
    samples: Samples


class ImprovingDesk:
    """Raises the contract's errors; `complaints` is intake's own desk."""

    def __init__(self, stores: Stores, complaints: Desk, rules: Rules, clock: Clock) -> None:
        self._stores, self._complaints, self._rules, self._clock = stores, complaints, rules, clock

    def add_measure(self, request: Any, by: Actor) -> Saved[m.Measure]:
        """A measure against a leaf or cause (KP3); suggestions and complaints it names must be there."""
        command: m.AddMeasure = ADD.load(request)
        asked = self._asked(self._stores.measures, by, "add_measure", "", request)
        if answered := self._stores.measures.answer_of(asked):
            return answered
        branch = branch_of(by, command.branch)
        self._sound(command, by)
        event = m.MeasureAdded(**vars(command) | {"branch": branch}, measure_id=asked.id)
        return self._inserted(self._stores.measures, asked, event, by)

    def measure_done(self, id: Any, command: Any, by: Actor) -> Saved[m.Measure]:
        """Carried out, with its result; from now on the customers who should hear of it are told (CR2)."""
        told, measure_id = DONE.load(command), an_id(id)
        asked = self._asked(self._stores.measures, by, "measure_done", measure_id, command)
        place = place_for(by)
        return self._stores.measures.change(measure_id, lambda known, _: m.done(known, told), by, asked, place)

    def suggest(self, request: Any, by: Actor) -> Saved[Suggestion]:
        """A suggestion to the duty manager (KP6)."""
        command: Suggest = SUGGEST.load(request)
        if command.leaf:
            leaf_for(command.leaf, None, self._rules)
        if command.complaint_id:
            self._complaints.found(command.complaint_id, by)
        asked = self._asked(self._stores.suggestions, by, "suggest", "", request)
        event = SuggestionMade(**vars(command), suggestion_id=asked.id, branch=sees_branch(by))
        return self._inserted(self._stores.suggestions, asked, event, by)

    def audit_sample(self, request: Any, by: Actor) -> Saved[Sample]:
        """What was found in a hall (KP4)."""
        command = AUDIT.load(request)
        branch, hall = branch_of(by, command.get("branch")), command["hall"]
        unit = self._rules.organisation.unit(branch, hall) if branch else None
        if branch is None or unit is None or unit.kind != "hall" or unit.code != hall:
            raise WrongField("hall", "the code of a hall of the branch (KP4)")
        asked = self._asked(self._stores.samples, by, "audit_sample", "", request)
        return self._inserted(self._stores.samples, asked, audited(asked.id, branch, hall, command["findings"]), by)

    def tell_improvements(self) -> None:
        """Tells the customers of measures that are done, each complaint's exactly once (CR2).

        Telling twice does nothing; what fails while a server is away is told at the next look."""
        waking = self._stores.measures.waking(machine_now(), TOLD_AT_ONCE)
        self._stores.measures.wake_aside.each(waking, self._tell_all)

    def _tell_all(self, measure_id: str) -> None:
        """Each on its own: a complaint that cannot be read keeps nobody behind it untold."""
        measure, left = self._stores.measures.get(measure_id).state, list[str]()
        for complaint_id in measure.untold:
            try:
                self._tell(measure, complaint_id)
            except Exception as fault:
                if outage(fault):
                    raise
                log.exception("measure %s cannot be told to %s; the others are told", measure_id, complaint_id)
                left.append(complaint_id)
        if left:
            raise SomebodyUntold(f"{len(left)} of {len(measure.untold)}")

    def _tell(self, measure: m.Measure, complaint_id: str) -> None:
        try:
            what = measure.for_customers or measure.result or ""
            self._complaints.tell_improvement(complaint_id, what, measure.measure_id, ITSELF)
        except Unavailable:
            raise
        except TousuError as refused:
            log.warning("measure %s is not told to %s: %s", measure.measure_id, complaint_id, refused.wire_name)
        told = m.CustomerTold(complaint_id)
        self._stores.measures.change(
            measure.measure_id, lambda known, _: [told] if complaint_id in known.untold else [], ITSELF
        )

    def _sound(self, command: m.AddMeasure, by: Actor) -> None:
        """Raises what is wrong with a measure: its day, leaf, cause, suggestions or complaints."""
        if command.due_at <= self._clock.now():
            raise WrongField("due_at", "a measure's day lies in the future (KP3)")
        if command.leaf:
            leaf_for(command.leaf, None, self._rules)
        if command.cause and command.cause not in self._rules.causes.known:
            raise WrongField("cause", f"one of: {', '.join(self._rules.causes.known)} (IN14)")
        for suggestion_id in command.suggestions:
            _there("suggestions", self._stores.suggestions.load(suggestion_id, place_for(by)))
        for complaint_id in command.tell:
            try:
                self._complaints.found(complaint_id, by)
            except NotFound:
                _there("tell", None)

    def _inserted(self, store: Documents[State], asked: Request, event: Any, by: Actor) -> Saved[State]:
        try:
            return store.insert(asked.id, [event], by, self._clock.now(), asked)
        except Clash:
            if answered := store.answer_of(asked):
                return answered
            raise

    def _asked(self, store: Documents[Any], by: Actor, method: str, id: str, content: Mapping[str, Any]) -> Request:
        return request_of(store.keys, "intake", by, method, id, dict(content))


def _there(field: str, found: Saved[Any] | None) -> None:
    if found is None:
        raise WrongField(field, "there is no such id, or it is not visible to you")


def branch_of(by: Actor, asked: str | None) -> str | None:
    """The branch that is meant: the caller's own, or for those who see all whichever they name.

    Raises OtherBranch where the token is bound to another branch."""
    own = sees_branch(by)
    if own and asked not in (None, own):
        raise OtherBranch(str(asked))
    return own or asked


def place_for(by: Actor, branch: str | None = None) -> dict[str, Any]:
    """The condition that each query of this caller carries (PR4)."""
    wanted = branch_of(by, branch)
    return {"branch": wanted} if wanted else {}
