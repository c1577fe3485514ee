"""What may be done with a dead letter: sent again by one at a time, edited by two. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.aggregate import Actor
from shared.errors import Conflict, Forbidden
from shared.letters.letter import (
    EditDropped,
    EditProposed,
    EditReleased,
    Letter,
    LetterDied,
    ReplayBegun,
    ReplayEnded,
)

LEASE = timedelta(seconds=15)  # longer than a broker may take to confirm


class EditWaits(Conflict):
    """Two bodies would be in play: which one is meant?"""

    def __init__(self, by: str) -> None:
        super().__init__("an edited version waits to be released or dropped by a second person", proposed_by=by)


class NothingProposed(Conflict):
    """There is no edit to be released or dropped."""

    def __init__(self) -> None:
        super().__init__("no edited version waits for a second person")


class NotWaiting(Conflict):
    """Only what waits is edited, or released: what was sent again is with its reader."""

    def __init__(self, state: str) -> None:
        super().__init__("only a letter that waits can be edited, or its edited version be released", state=state)


class AnotherPerson(Forbidden):
    """Who edits does not release."""

    def __init__(self, by: str) -> None:
        super().__init__("an edited version is released by a second person", proposed_by=by)


def died(letter: Letter | None, event: LetterDied) -> list[Any]:
    """The death, unless it is known; its body only where that is news."""
    if letter is None:
        return [event]
    if event.death in letter.deaths:
        return []
    return [replace(event, body="") if event.body == letter.body else event]


def waits(letter: Letter, machine_now: datetime) -> bool:
    """Whether it may be sent again: nobody has, since it died, or whoever began has not ended it in time."""
    abandoned = letter.state == "replaying" and not (letter.lease and letter.lease.runs(machine_now))
    return letter.state == "waiting" or abandoned


def begun(letter: Letter, reason: str, machine_now: datetime) -> list[Any]:
    """Takes the right to send it again; [] where somebody has it, or used it since the letter's death.

    Raises EditWaits."""
    if not waits(letter, machine_now):
        return []
    if letter.proposed:
        raise EditWaits(letter.proposed.by)
    return [ReplayBegun(letter.version, machine_now + LEASE, reason)]


def taken_up(letter: Letter, reason: str, machine_now: datetime) -> list[Any]:
    """As begun, but only what somebody began and did not end, or what the broker did not take: a repeated request
    finishes it, and starts nothing."""
    return begun(letter, reason, machine_now) if letter.state == "replaying" or letter.not_taken else []


def may_send(letter: Letter, fence: int, machine_now: datetime) -> bool:
    """Asked right before the sending: who stood still past his lease leaves it to whoever has edited it since."""
    return letter.lease is not None and letter.lease.fence == fence and letter.lease.runs(machine_now)


def ended(letter: Letter, fence: int, sent: bool) -> list[Any]:
    """How the sending ended; [] where the letter has died once more, or was taken over, meanwhile."""
    mine = letter.lease is not None and letter.lease.fence == fence
    return [ReplayEnded("sent" if sent else "not_taken")] if mine else []


def proposed(letter: Letter, body: str, reason: str, machine_now: datetime) -> list[Any]:
    """Another body for a second person to look at; a later proposal takes the place of an earlier one."""
    if not waits(letter, machine_now):
        raise NotWaiting(letter.state)
    return [EditProposed(letter.version + 1, body, reason)]


def released(letter: Letter, by: Actor, reason: str, machine_now: datetime) -> list[Any]:
    """The proposed body takes its place and is sent. Raises NothingProposed, AnotherPerson, NotWaiting.

    Not waiting: the body before was sent after all, by somebody who had stood still."""
    if letter.proposed is None:
        raise NothingProposed
    if letter.proposed.by == by.sub:
        raise AnotherPerson(by.sub)
    if not waits(letter, machine_now):
        raise NotWaiting(letter.state)
    version = letter.proposed.version
    return [EditReleased(version, reason), ReplayBegun(version, machine_now + LEASE, reason)]


def dropped(letter: Letter, reason: str) -> list[Any]:
    """The proposal is gone, the letter waits as it was. Raises NothingProposed."""
    if letter.proposed is None:
        raise NothingProposed
    return [EditDropped(letter.proposed.version, reason)]
