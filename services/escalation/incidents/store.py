"""Group incidents in MongoDB (MJ4), and the indexes they use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel

from services.escalation.facts import LONG_AGO
from services.escalation.incident import INCIDENTS, Incident
from services.escalation.store import visible_to
from shared.aggregate import Actor
from shared.documents import Documents
from shared.stored import Saved

INCIDENT_INDEXES = [
    IndexModel("open_place", name="open_place", unique=True, sparse=True),  # one open incident a leaf and area (MJ4)
    IndexModel([("raised_at", DESCENDING), ("_id", DESCENDING)], name="raised"),
]
INCIDENT_FIELDS = {"branch": "branch", "category": "category", "state": "state_is"}


class Incidents(Documents[Incident]):
    """Group incidents, one document each; their members are cases."""

    kind = INCIDENTS
    indexes = INCIDENT_INDEXES

    def index(self, state: Incident) -> Mapping[str, Any]:
        """`wake_at` (machine time) as long as complaints have still to be gathered."""
        return {
            "open_place": state.place if state.state == "open" else None,
            "wake_at": LONG_AGO if state.gathering else None,
            "branch": state.branch,
            "category": state.category,
            "state_is": state.state,
            "raised_at": state.raised_at,
            "major": True,
        }

    def open_at(self, place: str) -> str | None:
        """The incident that is open at the place."""
        found = self.collection.find_one({"open_place": place}, {"_id": 1})
        return found["_id"] if found else None

    def page(self, asked: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Incident]], str | None]:
        """Newest first, and the `after` of the next page."""
        given = {INCIDENT_FIELDS[name]: asked[name] for name in INCIDENT_FIELDS if name in asked}
        query = {"$and": [given, visible_to(by), *_older(asked.get("after"))]}
        return self.listed(query, [("raised_at", DESCENDING), ("_id", DESCENDING)], asked["limit"])


def _older(end: tuple[datetime, str] | None) -> list[dict[str, Any]]:
    if end is None:
        return []
    moment, incident_id = end
    return [{"$or": [{"raised_at": {"$lt": moment}}, {"raised_at": moment, "_id": {"$lt": incident_id}}]}]
