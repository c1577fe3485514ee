"""A dead letter: an event that could not be handled, and what people did about it, as one chained document. Pure.

Bodies are base64 of what came. Times of deaths and leases are machine time; who, when and why stand in the history.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from shared.aggregate import Kind, Stamp, private
from shared.lease import Lease

LetterState = Literal["waiting", "replaying", "replayed"]


@dataclass(frozen=True)
class Death:
    """Why it could not be handled, and when that was found."""

    at: datetime
    cause: str


@dataclass(frozen=True)
class Proposal:
    """An edited body that waits for a second person."""

    version: int
    by: str
    at: datetime
    body: str = private("")
    reason: str = private("")


@dataclass(frozen=True)
class Letter:
    """`version` of the body: 1 is what came, each released edit is the next. `attempts`: failed runs before it died.

    `lease`: of whoever is sending it again. `not_taken`: the broker did not take the last sending."""

    source: str
    type: str
    attempts: int
    first_at: str
    deaths: tuple[Death, ...]
    complaint_id: str | None = None
    state: LetterState = "waiting"
    version: int = 1
    lease: Lease | None = None
    not_taken: bool = False
    proposed: Proposal | None = None
    body: str = private("")
    headers: dict[str, str] = private(default_factory=dict)

    @property
    def died_at(self) -> datetime:
        return self.deaths[-1].at

    @property
    def cause(self) -> str:
        return self.deaths[-1].cause


@dataclass(frozen=True)
class LetterDied:
    """It came to the dead letters, for the first time or once more; `body` only where it is another than before."""

    death: Death
    source: str
    type: str
    attempts: int
    first_at: str
    complaint_id: str | None = None
    body: str = private("")
    headers: dict[str, str] = private(default_factory=dict)


@dataclass(frozen=True)
class ReplayBegun:
    """Somebody takes the right to send it again, until `until`."""

    version: int
    until: datetime
    reason: str = private("")


@dataclass(frozen=True)
class ReplayEnded:
    """`outcome`: sent (the broker has it) or not_taken."""

    outcome: Literal["sent", "not_taken"]


@dataclass(frozen=True)
class EditProposed:
    """Another body, for a second person to release."""

    version: int
    body: str = private("")
    reason: str = private("")


@dataclass(frozen=True)
class EditReleased:
    """A second person let the proposed body take the place of the one before, which stays in the history."""

    version: int
    reason: str = private("")


@dataclass(frozen=True)
class EditDropped:
    """The proposal was refused, or taken back."""

    version: int
    reason: str = private("")


def apply(letter: Letter | None, event: Any, stamp: Stamp) -> Letter:
    """The letter after the event."""
    if isinstance(event, LetterDied):
        return _died(letter, event)
    assert letter is not None, "a letter begins with its death"
    match event:
        case ReplayBegun():
            return replace(letter, state="replaying", lease=Lease(stamp.n, event.until), not_taken=False)
        case ReplayEnded():
            sent = event.outcome == "sent"
            return replace(letter, state="replayed" if sent else "waiting", lease=None, not_taken=not sent)
        case EditProposed():
            proposal = Proposal(event.version, stamp.by.sub, stamp.at, event.body, event.reason)
            return replace(letter, proposed=proposal)
        case EditReleased():
            assert letter.proposed is not None, "released only where proposed"
            return replace(letter, version=event.version, body=letter.proposed.body, proposed=None)
        case EditDropped():
            return replace(letter, proposed=None)
    raise TypeError(f"no letter is moved by {type(event).__name__}")


def _died(letter: Letter | None, event: LetterDied) -> Letter:
    known = (event.source, event.type, event.attempts, event.first_at)
    if letter is None:
        return Letter(*known, (event.death,), event.complaint_id, body=event.body, headers=event.headers)
    again = replace(letter, state="waiting", lease=None, not_taken=False, deaths=(*letter.deaths, event.death))
    again = replace(again, source=event.source, type=event.type, attempts=event.attempts, first_at=event.first_at)
    return replace(again, version=letter.version + 1, body=event.body) if event.body else again


EVENTS = (LetterDied, ReplayBegun, ReplayEnded, EditProposed, EditReleased, EditDropped)
LETTERS = Kind("letters", Letter, EVENTS, apply, ending=frozenset({LetterDied, ReplayEnded, EditDropped}))
