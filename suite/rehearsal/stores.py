"""The stores of intake and escalation in memory; the few questions that are MongoDB's own are answered here by hand."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.escalation.grouping import Sighting, waits_at
from services.escalation.incident import Incident
from services.escalation.incidents.store import Incidents
from services.escalation.model import Case
from services.escalation.rules import GroupPolicy
from services.escalation.simulating import Recorded, recorded_of
from services.escalation.store import Cases
from services.intake.figures.scope import Scope
from services.intake.improving.searching import KeyCaseSearch, LessonSearch
from services.intake.repeats import Standing
from services.intake.store import Complaints, Listed
from services.intake.task_requests_schema import TaskSearch
from services.intake.vocabulary import Status
from shared.aggregate import Actor
from shared.audit.reads import ReadsPage
from shared.audit.showing import Reads
from shared.codec import split
from shared.stored import Saved
from suite.rehearsal.memory import Memory


class RememberedComplaints(Memory, Complaints):
    def earlier(self, msisdn: str, category: str) -> list[Standing]:
        wanted = (msisdn, category)
        found = (saved.state for saved in self.known.values())
        return [
            Standing(each.complaint_id, each.place.nth, each.live, each.archived_at, each.place.repeat_count)
            for each in found
            if each.place.nth and (each.customer.msisdn, each.category) == wanted
        ]

    def traces(self, scope: Scope) -> Iterator[tuple[int, str]]:
        found = []
        for state in (saved.state for saved in self.known.values()):
            days = [day for day in state.trace.days if scope.since <= day <= scope.last_day]
            here = all(getattr(state, name) == value for name, value in scope.place.items())
            if here and days and days[0] >= scope.first_day:
                found.append((days[0], state.trace.text))
        yield from sorted(found)

    def of_number(self, msisdn: str, *statuses: Status) -> list[Any]:
        newest = reversed([saved.state for saved in self.known.values()])
        return [each for each in newest if each.customer.msisdn == msisdn and each.status in statuses]

    def tasks(self, asked: TaskSearch, visible: Mapping[str, Any]) -> tuple[list[Listed], str | None]:
        """All on one page."""
        where = {name: value for name in ("branch", "hall") if (value := getattr(asked, name))} | dict(visible)
        seen = [saved for saved in self.known.values() if where.items() <= self.index(saved.state).items()]
        found = [(saved, task) for saved in seen for task in self.index(saved.state)[_listed(asked)] or ()]
        wanted = {name: value for name in ("kind", "for_whom") if (value := getattr(asked, name))}
        found = [each for each in found if wanted.items() <= each[1].items()]
        return [(saved, task["task_id"]) for saved, task in sorted(found, key=lambda each: each[1]["due_at"])], None

    def lessons(self, asked: LessonSearch, _place: Mapping[str, Any]) -> tuple[list[Any], str | None]:
        archived = [saved for saved in self.known.values() if saved.state.archived_at][: asked.limit]
        return [(saved, self.history(saved.id)) for saved in archived], None

    def key_cases(self, asked: KeyCaseSearch, _place: Mapping[str, Any]) -> tuple[list[Any], str | None]:
        found = [saved for saved in self.known.values() if self.index(saved.state)["key_case"]]
        return found[: asked.limit], None


def _listed(asked: TaskSearch) -> str:
    return "open_tasks" if asked.open else "done_tasks"


class RememberedReads(Memory, Reads):
    def latest(self, about: str) -> Saved[ReadsPage] | None:
        pages = [saved for saved in self.known.values() if saved.state.about == about]
        return max(pages, key=lambda saved: saved.state.page, default=None)


class RememberedCases(Memory, Cases):
    def total(self) -> int:
        return len(self.known)

    def counting_days(self, limit: int, after: str | None) -> tuple[list[Saved[Case]], str | None]:
        counting = sorted(each for each, saved in self.known.items() if self._looked_up(saved)["counting"])
        found = [self.known[each] for each in counting if not after or each > after]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def firing_by(self, until: datetime, _asked: Mapping[str, Any], _by: Actor) -> tuple[list[Saved[Case]], str | None]:
        """All on one page."""
        times = [(saved.state.next_instant, saved) for saved in self.known.values()]
        come = [(at, saved) for at, saved in times if at and at <= until]
        return [saved for _, saved in sorted(come, key=lambda each: each[0])], None

    def recorded(self, after: str | None, limit: int) -> list[Recorded]:
        ids = sorted(each for each in self.known if not after or each > after)[:limit]
        return [recorded_of(each, split(self.known[each].state)[0]) for each in ids]

    def knows(self, complaint_id: str) -> bool:
        return complaint_id in self.known

    def breaking(self, complaint_ids: Sequence[str]) -> list[str]:
        now = self._clock.now()
        return [each for each in complaint_ids if (at := self.index(self.known[each].state)["breaks_at"]) and at <= now]

    def verifying(self, complaint_ids: Sequence[str]) -> list[str]:
        return [each for each in complaint_ids if self.known[each].state.pre_refunds]

    def waiting_near(self, place: str, at: datetime, policy: GroupPolicy) -> list[Sighting]:
        there = (each for each in self._states() if waits_at(each) == place)
        return [self._sighting(each) for each in there if abs(each.facts.registered_at - at) <= policy.within]

    def waiting_since(self, place: str, since: datetime) -> list[str]:
        there = (each for each in self._states() if waits_at(each) == place)
        return [each.complaint_id for each in there if each.facts.registered_at >= since]

    def left_out(self, _place: str, _since: datetime) -> bool:
        return False

    def members_of(self, incident_id: str) -> list[Saved[Case]]:
        return [saved for saved in self.known.values() if saved.state.incident_id == incident_id]

    def count_members(self, incident_id: str) -> int:
        return len(self.members_of(incident_id))

    def has_told(self, complaint_id: str, incident_id: str) -> bool:
        return incident_id in self.known[complaint_id].state.alerted

    def _states(self) -> list[Case]:
        return [saved.state for saved in self.known.values()]


class RememberedIncidents(Memory, Incidents):
    def open_at(self, place: str) -> str | None:
        found = (saved.id for saved in self.known.values() if self.index(saved.state)["open_place"] == place)
        return next(found, None)

    def page(self, _asked: Mapping[str, Any], _by: Actor) -> tuple[list[Saved[Incident]], str | None]:
        return list(self.known.values()), None
