"""Dead letters in memory, and what an operator does with some: looks, sends again, edits with a second person."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from services import SERVICES
from shared.aggregate import Actor
from shared.letters.letter import Death, Letter, LetterDied
from shared.letters.store import OPEN, Letters
from shared.stored import Saved
from suite.rehearsal.memory import Memory
from suite.rehearsal.people import OPERATOR

ANOTHER = Actor("O1002", "operator")
WHY = {"reason": "模板已补"}
PROPOSED = {"request_id": "edit-1", "changes": {"data": {"category": "04.01.03"}}, **WHY}


class RememberedLetters(Memory, Letters):
    def page(self, asked: Mapping[str, Any]) -> tuple[list[Saved[Letter]], str | None]:
        """All on one page."""
        found = [saved for saved in self.known.values() if asked["all"] or saved.state.state in OPEN]
        return found, None

    def about(self, document_id: str, limit: int) -> list[str]:
        named = (saved for saved in self.known.values() if saved.state.complaint_id == document_id)
        return [saved.id for saved in named][:limit]


def died(letters: RememberedLetters, letter_id: str, service: str) -> None:
    """An event that this service could not handle."""
    event: dict[str, Any] = {
        "event_id": letter_id,
        "type": "complaint_replied",
        "schema": 1,
        "at": "2026-11-23T01:00:00.000+00:00",
        "seq": 3,
    }
    event["data"] = {"category": "04"}
    at = letters._clock.now() - timedelta(seconds=1)
    body = base64.b64encode(orjson.dumps(event)).decode()
    death = LetterDied(Death(at, "no template"), "intake", event["type"], 1, at.isoformat(), "c1", body)
    letters.keep(letter_id, death, Actor(f"service:{service}", "system"))


def all_ways(stage: Any) -> None:
    """In each service: one is sent again, twice asked; one is edited and released; one edit is dropped."""
    for service in SERVICES:
        for number in (1, 2, 3):
            died(stage.letters[service], f"c1:{number}", service)
        for click in ("click-1", "click-2"):
            stage.call(f"{service}.replay_letter", "c1:1", {"request_id": click, **WHY}, by=OPERATOR)
        for letter in ("c1:2", "c1:3"):
            edit = PROPOSED | {"request_id": f"edit-{letter}"}
            stage.call(f"{service}.edit_letter", letter, edit, by=OPERATOR)
            stage.call(f"{service}.dead_letter", letter, by=OPERATOR)
        stage.call(f"{service}.release_letter", "c1:2", {"request_id": "yes", **WHY}, by=ANOTHER)
        stage.call(f"{service}.release_letter", "c1:3", {"request_id": "no", "accept": False, **WHY}, by=ANOTHER)
        stage.call(f"{service}.dead_letter", "c1:2", by=OPERATOR)
        stage.call(f"{service}.dead_letters", {"all": True}, by=OPERATOR)
