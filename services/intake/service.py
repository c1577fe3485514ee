"""The intake service: takes complaints and keeps their record from registration to archive. Calls no other service."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake import climbing
from services.intake.course import Events, Occasion
from services.intake.errors import NotTheHolder, OtherBranch
from services.intake.events import facts_with_customer
from services.intake.fields import an_id
from services.intake.filing import change_alone, take
from services.intake.ladder_schema import LadderSchema
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.policies import POLICIES, rules_of
from services.intake.register_schema import RegisterSchema
from services.intake.search_schema import SearchSchema
from services.intake.serial import understood
from services.intake.shown import complaint_shown, whole_shown
from services.intake.store import Complaints, visible_to
from services.intake.taking import check, lacking
from services.rights import allowed, sees_branch
from shared.aggregate import Actor
from shared.auth import Caller
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.documents import HistoryFull
from shared.providers import Clock, Keys, Policies, Stored
from shared.requests import request_of
from shared.stored import Saved

REGISTER, SEARCH, LADDER = RegisterSchema(), SearchSchema(), LadderSchema()
ESCALATION = Actor("service:escalation", "system")


class IntakeService:
    """Complaints. Each command is idempotent by its request_id; each answer shows the complaint as it stands then."""

    name = "intake"
    complaints = Stored(Complaints)
    caller = Caller(allowed)
    clock = Clock()
    keys = Keys()
    policies = Policies(*POLICIES)

    @rpc
    def register(self, request: Any) -> Any:
        by = self.caller.may("intake.register")
        command, on = REGISTER.load(request), self._occasion(by)
        if sees_branch(by) not in (None, command.branch):
            raise OtherBranch(command.branch)
        check(command, on.rules)
        saved = take(self.complaints, command, request_of(self.keys, self.name, by, "register", "", request), on)
        if saved.state.status == "refused":
            raise NotTheHolder(lacking(command) or "", saved.id, saved.state.serial_no)
        return complaint_shown(saved, by)

    @rpc
    def get(self, id: Any) -> Any:
        by = self.caller.may("intake.get")
        saved = self._found(an_id(id), by)
        return whole_shown(saved, self.complaints.history(saved.id), by)

    @rpc
    def search(self, filter: Any) -> Any:
        by = self.caller.may("intake.search")
        found, after = self.complaints.search(SEARCH.load(filter), visible_to(by))
        return {"items": [complaint_shown(saved, by) for saved in found], "after": after and str(after)}

    @rpc
    def catalogue(self) -> Any:
        self.caller.may("intake.catalogue")
        return {"classes": self.policies["catalogue"].tree(), "version": self.policies.version("catalogue")}

    @rpc
    def record_contact(self, id: Any, command: Any) -> Any:
        return self._shown("record_contact", id, command)

    @rpc
    def propose(self, id: Any, command: Any) -> Any:
        return self._shown("propose", id, command)

    @rpc
    def judge(self, id: Any, command: Any) -> Any:
        return self._shown("judge", id, command)

    @rpc
    def assign(self, id: Any, command: Any) -> Any:
        return self._shown("assign", id, command)

    @rpc
    def transfer(self, id: Any, command: Any) -> Any:
        return self._shown("transfer", id, command)

    @rpc
    def promise(self, id: Any, command: Any) -> Any:
        return self._shown("promise", id, command)

    @rpc
    def urge(self, id: Any, command: Any) -> Any:
        return self._shown("urge", id, command)

    @rpc
    def reclassify(self, id: Any, command: Any) -> Any:
        return self._shown("reclassify", id, command)

    @rpc
    def correct_customer(self, id: Any, command: Any) -> Any:
        return self._shown("correct_customer", id, command)

    @rpc
    def reply(self, id: Any, command: Any) -> Any:
        return self._shown("reply", id, command)

    @rpc
    def follow_up(self, id: Any, command: Any) -> Any:
        return self._shown("follow_up", id, command)

    @rpc
    def reopen(self, id: Any, command: Any) -> Any:
        return self._shown("reopen", id, command)

    @rpc
    def withdraw(self, id: Any, command: Any) -> Any:
        return self._shown("withdraw", id, command)

    @rpc
    def archive(self, id: Any, command: Any) -> Any:
        return self._shown("archive", id, command)

    @rpc
    def remark(self, id: Any, command: Any) -> Any:
        return self._shown("remark", id, command)

    @rpc
    def mark_major(self, id: Any, command: Any) -> Any:
        return self._facts(self._changed("mark_major", id, command)[0])

    @rpc
    def clear_major(self, id: Any, command: Any) -> Any:
        return self._facts(self._changed("clear_major", id, command)[0])

    @rpc
    def record_opinion(self, id: Any, command: Any) -> Any:
        return self._facts(self._changed("record_opinion", id, command)[0])

    @rpc
    def reopen_from_ladder(self, id: Any, command: Any) -> Any:
        return self._facts(self._changed("reopen_from_ladder", id, command)[0])

    @rpc
    def facts(self, id: Any) -> Any:
        by = self.caller.may("intake.facts")
        return self._facts(self._found(an_id(id), by))

    @rpc
    def pulse(self) -> Any:
        self.caller.may("intake.pulse")
        return {"service": self.name, **self.complaints.pulse()}

    @on_event("escalation", "*")
    def follow_ladder(self, event: dict[str, Any]) -> None:
        """Keeps level and due times; the newest event counts, in whatever order they come."""
        complaint_id, told = LADDER.load(event["data"] | {"seq": event["seq"]})
        with suppress(HistoryFull):  # a copy only: what ends the complaint keeps its room
            self.complaints.change(complaint_id, lambda known, _: climbing.follow_ladder(known, told), ESCALATION)

    def _shown(self, method: str, id: Any, command: Any) -> Any:
        saved, by = self._changed(method, id, command)
        return complaint_shown(saved, by)

    def _changed(self, method: str, id: Any, command: Any) -> tuple[Saved[Complaint], Actor]:
        by = self.caller.may(f"intake.{method}")
        accepted, complaint_id, on = METHODS[method].schema.load(command), an_id(id), self._occasion(by)
        request = request_of(self.keys, self.name, by, method, complaint_id, command)

        def decide(complaint: Complaint, now: datetime) -> Events:
            return METHODS[method].decide(complaint, accepted, replace(on, now=now))

        return change_alone(self.complaints, complaint_id, decide, by=by, request=request, visible=visible_to(by)), by

    def _found(self, id: str, by: Actor) -> Saved[Complaint]:
        """By id, or by serial number as the customer quotes it."""
        serial_no, visible = understood(id), visible_to(by)
        found: Saved[Complaint] | None = self.complaints.by_serial_no(serial_no, visible) if serial_no else None
        return found or self.complaints.get(id, visible)

    def _facts(self, saved: Saved[Complaint]) -> Any:
        return facts_with_customer(saved.state, self.keys)

    def _occasion(self, by: Actor) -> Occasion:
        return Occasion(by, self.clock.now(), rules_of(self.policies), self.complaints.earlier)
