"""Dead letters as operators see them: numbers masked, free text hidden; causes are worded by the services. Pure."""

import base64
from collections.abc import Iterable
from typing import Any

import orjson

from shared.aggregate import Stamp, event_name
from shared.letters.letter import Letter, Proposal
from shared.logs import masked
from shared.stored import Saved


def letter_line(saved: Saved[Letter]) -> dict[str, Any]:
    """One line of the list."""
    letter = saved.state
    return {
        "letter_id": saved.id,
        "state": "erased" if saved.erased_at else letter.state,
        "source": letter.source,
        "type": letter.type,
        "complaint_id": letter.complaint_id,
        "cause": masked(letter.cause),
        "attempts": letter.attempts,
        "first_at": letter.first_at,
        "died_at": letter.died_at,
        "deaths": len(letter.deaths),
        "body_version": letter.version,
        "edited_by": letter.proposed.by if letter.proposed else None,
        "version": saved.v,
    }


def letter_shown(saved: Saved[Letter], told: Iterable[tuple[Any, Stamp]]) -> dict[str, Any]:
    """The whole letter; `history`: each death and act with who, when and why."""
    letter = saved.state
    return letter_line(saved) | {
        "body": readable(letter.body),
        "headers": masked(letter.headers),
        "edit": _edit(letter.proposed),
        "history": [_entry(event, stamp) for event, stamp in told],
    }


def readable(body: str) -> Any:
    """A body without personal data: as JSON where it is that, else as text."""
    raw = base64.b64decode(body)
    try:
        return masked(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return masked(raw.decode(errors="replace"))


def _edit(proposed: Proposal | None) -> dict[str, Any] | None:
    if proposed is None:
        return None
    said = {"body_version": proposed.version, "by": proposed.by, "at": proposed.at}
    return said | {"why": masked(proposed.reason), "body": readable(proposed.body)}


def _entry(event: Any, stamp: Stamp) -> dict[str, Any]:
    said: dict[str, Any] = {"what": event_name(type(event)), "at": stamp.at, "by": stamp.by.sub}
    if death := getattr(event, "death", None):
        said |= {"died_at": death.at, "cause": masked(death.cause)}
    if reason := getattr(event, "reason", ""):
        said["why"] = masked(reason)
    for name in ("version", "outcome"):
        if value := getattr(event, name, None):
            said[name] = value
    return said
