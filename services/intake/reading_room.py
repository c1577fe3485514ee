"""Showing a complaint's personal data (PR2): the entry in the record of reads first, then the data."""

from collections.abc import Callable
from typing import Any

from services.intake.model import Complaint
from services.intake.privacy_schema import ReadPersonalSchema
from services.intake.shown import clear_fields, reads_texts, whole_shown, works_on
from services.intake.store import Complaints
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.audit.reads import ReasonKind, Shown
from shared.audit.showing import Reads
from shared.errors import Forbidden
from shared.requests import request_of
from shared.stored import Saved

READ_PERSONAL = ReadPersonalSchema()
Found = Callable[[Any, Actor], Saved[Complaint]]


class ReadingRoom:
    """Looks at complaints, each clear one recorded. `found(id, by)` is the complaint as far as the caller sees any."""

    def __init__(self, complaints: Complaints, seen: Reads, found: Found) -> None:
        self._complaints, self._seen, self._found = complaints, seen, found

    def look(self, saved: Saved[Complaint], by: Actor, reason: ReasonKind = "duty") -> dict[str, Any]:
        """The whole complaint: in clear for whoever works on it, whose duty is the reason; masked for others."""
        clear = works_on(saved.state, by)
        if clear:
            self._seen.record(saved.id, Shown(clear_fields(saved.state, by), reason), by)
        return whole_shown(saved, self._complaints.history(saved.id), by, clear)

    def read_personal(self, id: Any, command: Any, by: Actor) -> dict[str, Any]:
        """The whole complaint with its customer in clear, for a reason. Forbidden to who may not read its texts."""
        reason, saved = READ_PERSONAL.load(command).reason, self._found(id, by)
        request = request_of(self._complaints.keys, "intake", by, "read_personal", saved.id, command)
        if not reads_texts(saved.state, by):
            raise Forbidden("the customer's data is not shown to this caller", id=saved.id)
        self._complaints.answer_of(request)  # raises where the request id meant something else
        self._seen.record(saved.id, Shown(clear_fields(saved.state, by), "asked", reason), by, request)
        return whole_shown(saved, self._complaints.history(saved.id), by, clear=True)

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
