"""Showing a complaint's personal data (PR2): the entry in the record of reads first, then the data."""

from collections.abc import Callable
from typing import Any

from services.grounds import must_be_lawful
from services.intake.exporting import chosen, exported
from services.intake.model import Complaint
from services.intake.privacy_commands import Export, RegulatorExport
from services.intake.privacy_schema import ExportSchema, ReadPersonalSchema, RegulatorExportSchema
from services.intake.shown import clear_fields, reads_texts, whole_shown, works_on
from services.intake.store import Complaints
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.audit.reads import ReasonKind, Shown
from shared.audit.showing import Reads
from shared.erasing import RecordErased
from shared.errors import Forbidden
from shared.privacy import Export as ExportRule
from shared.privacy import Privacy
from shared.requests import Request, request_of
from shared.stored import Saved

READ_PERSONAL, EXPORT, REGULATOR_EXPORT = ReadPersonalSchema(), ExportSchema(), RegulatorExportSchema()
Found = Callable[[Any, Actor], Saved[Complaint]]


class ReadingRoom:
    """Looks at complaints, each clear one recorded. `found(id, by)` is the complaint as far as the caller sees any."""

    def __init__(self, complaints: Complaints, seen: Reads, rules: Privacy, found: Found) -> None:
        self._complaints, self._seen, self._rules, self._found = complaints, seen, rules, found

    def look(self, saved: Saved[Complaint], by: Actor, reason: ReasonKind = "duty") -> dict[str, Any]:
        """The whole complaint: in clear for whoever works on it, whose duty is the reason; masked for others."""
        clear = saved.erased_at is None and works_on(saved.state, by)
        if clear:
            self._seen.record(saved.id, Shown(clear_fields(saved.state, by), reason), by)
        return whole_shown(saved, self._complaints.history(saved.id), by, clear)

    def read_personal(self, id: Any, command: Any, by: Actor) -> dict[str, Any]:
        """The whole complaint with its customer in clear, for a reason. Forbidden to who may not read its texts."""
        reason, saved = READ_PERSONAL.load(command).reason, self._found(id, by)
        request = self._asked("read_personal", saved, command, by)
        if not reads_texts(saved.state, by):
            raise Forbidden("the customer's data is not shown to this caller", id=saved.id)
        self._seen.record(saved.id, Shown(clear_fields(saved.state, by), "asked", reason), by, request)
        return whole_shown(saved, self._complaints.history(saved.id), by, clear=True)

    def export(self, id: Any, command: Any, by: Actor) -> dict[str, Any]:
        """Named fields for somebody outside, on a lawful ground (PR5)."""
        asked: Export = EXPORT.load(command)
        rule, saved = self._rules.exports[asked.ground.kind], self._found(id, by)
        ground = must_be_lawful(asked.ground, saved.state.verified)
        fields = chosen(asked.fields, rule, "PR5")
        why = f"{ground.consent or ''} {ground.service or ''}".strip()
        shown = Shown(fields, "export", why, ground.kind, ground.body or "", ground.reference)
        return self._passed_on(saved, shown, rule, self._asked("export", saved, command, by), by)

    def regulator_export(self, id: Any, command: Any, by: Actor) -> dict[str, Any]:
        """Only what is named out of the list for regulators and consumer associations (PR3)."""
        asked: RegulatorExport = REGULATOR_EXPORT.load(command)
        rule, saved = self._rules.regulator, self._found(id, by)
        fields = chosen(asked.fields, rule, "PR3")
        shown = Shown(fields, "regulator", "", "authority", asked.body, asked.reference)
        return self._passed_on(saved, shown, rule, self._asked("regulator_export", saved, command, by), by)

    def _passed_on(
        self, saved: Saved[Complaint], shown: Shown, rule: ExportRule, request: Request, by: Actor
    ) -> dict[str, Any]:
        if not reads_texts(saved.state, by):
            raise Forbidden("the customer's data is not shown to this caller", id=saved.id)
        self._seen.record(saved.id, shown, by, request)
        return exported(shown.fields, saved.state, self._complaints.history(saved.id), rule, saved.graver)

    def _asked(self, method: str, saved: Saved[Complaint], command: Any, by: Actor) -> Request:
        """The request; Conflict where its id meant another command, or there is nothing left to be seen."""
        if saved.erased_at:
            raise RecordErased(saved.id)
        request = request_of(self._complaints.keys, "intake", by, method, saved.id, command)
        self._complaints.answer_of(request)
        return request

    def printed(self, saved: Saved[Complaint], by: Actor) -> None:
        """A letter to the customer is about to be shown, with name and reply."""
        self._seen.record(saved.id, Shown(("name", "reply"), "paper"), by)

    def reads(self, saved: Saved[Complaint], by: Actor) -> dict[str, Any]:
        """The record of reads, and the entries of the complaint's history that hold graver data."""
        return {
            "complaint_id": saved.id,
            "reads": self._seen.of(saved.id, texts=sees_personal_data(by)),
            "graver": self._complaints.flags(saved.id),
        }
