"""From what a caller sends to a record; who and when are added where it is decided."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from services.escalation.events import iso
from services.escalation.facts import LONG_AGO
from services.escalation.history import Disturbance, MediaVisit

FREE = ("note", "questions", "reporter", "contact")


def disturbance_of(loaded: dict[str, Any]) -> tuple[Disturbance, bool]:
    """The record, and whether security touched somebody (DisturbanceSchema)."""
    told = {name: value for name, value in loaded.items() if name not in ("request_id", "security")}
    return Disturbance("", LONG_AGO, loaded["security"]["called"], **told), loaded["security"]["touched"]


def media_visit_of(loaded: dict[str, Any]) -> MediaVisit:
    """The record (MediaSchema)."""
    return MediaVisit("", LONG_AGO, **{name: value for name, value in loaded.items() if name != "request_id"})


def records_shown(records: Sequence[Disturbance | MediaVisit], texts: bool, hide: Callable[[str], str]) -> list[Any]:
    """The records as callers see them; who sees no personal data sees who made them and when."""
    return [_shown(asdict(each), texts, hide) for each in records]


def _shown(record: dict[str, Any], texts: bool, hide: Callable[[str], str]) -> dict[str, Any]:
    free = {name: hide(value) for name, value in record.items() if name in FREE and isinstance(value, str)}
    known = record | free if texts else {name: record[name] for name in ("by", "at")}
    return {name: iso(value) for name, value in known.items()}
