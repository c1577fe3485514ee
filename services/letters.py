"""One service's dead letters: shown, sent again once, edited by one person and released by another (F26)."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from services.letters_schema import SCHEMAS
from shared.aggregate import Actor
from shared.clock import machine_now
from shared.errors import InvalidRequest, Unavailable
from shared.fields import an_id
from shared.letters import deciding
from shared.letters.letter import Letter
from shared.letters.patching import patched
from shared.letters.shown import letter_line, letter_shown
from shared.letters.store import Letters
from shared.requests import Request, request_of
from shared.stored import Saved

A_FILTER, A_REPLAY, AN_EDIT, A_RELEASE = SCHEMAS.values()
KEPT = ("event_id", "type")  # an edited event is the same event

Answer = dict[str, Any]


@dataclass(frozen=True)
class LetterDesk:
    """`send(letter_id, letter)` returns once the broker has the event, or raises Unavailable."""

    service: str
    letters: Letters
    send: Callable[[str, Letter], None]

    def page(self, filter: Any) -> Answer:
        """Latest deaths first."""
        items, after = self.letters.page(A_FILTER.load(filter))
        return {"items": [letter_line(saved) for saved in items], "after": after}

    def shown(self, id: Any) -> Answer:
        """One letter with its body, deaths, and who did what with it."""
        return letter_shown(self.letters.get(an_id(id)), self.letters.history(an_id(id)))

    def replay(self, id: Any, command: Any, by: Actor) -> Answer:
        """Sends it again. `sent`: by this call; else somebody else does, or has since its death."""
        reason, letter_id = A_REPLAY.load(command)["reason"], an_id(id)
        request = self._asked(by, "replay_letter", letter_id, command)
        take = partial(deciding.begun, reason=reason)
        return self._sent(letter_id, self._taken(letter_id, take, by, request, reason))

    def edit(self, id: Any, command: Any, by: Actor) -> Answer:
        """Keeps an edited version for a second person. Raises NotWaiting, or InvalidRequest for another event."""
        asked, letter_id = AN_EDIT.load(command), an_id(id)
        request = self._asked(by, "edit_letter", letter_id, command)

        def decide(letter: Letter, _now: Any) -> list[Any]:
            body = orjson.dumps(_edited(letter_id, letter, asked))
            return deciding.proposed(letter, base64.b64encode(body).decode(), asked["reason"], machine_now())

        return letter_line(self.letters.change(letter_id, decide, by, request))

    def release(self, id: Any, command: Any, by: Actor) -> Answer:
        """The second person's yes sends the edited version, `accept: false` drops it."""
        asked, letter_id = A_RELEASE.load(command), an_id(id)
        request, reason = self._asked(by, "release_letter", letter_id, command), asked["reason"]
        if not asked["accept"]:
            return letter_line(
                self.letters.change(letter_id, lambda letter, _: deciding.dropped(letter, reason), by, request)
            )
        take = partial(deciding.released, by=by, reason=reason)
        return self._sent(letter_id, self._taken(letter_id, take, by, request, reason))

    def _asked(self, by: Actor, method: str, letter_id: str, command: Mapping[str, Any]) -> Request:
        return request_of(self.letters.keys, self.service, by, method, letter_id, dict(command))

    def _taken(
        self, letter_id: str, take: Callable[..., list[Any]], by: Actor, request: Request, reason: str
    ) -> int | None:
        """The fence, where this call has the right to send now; a repeated request ends what was left unended."""
        mine: list[Any] = []

        def decide(letter: Letter, _now: Any, take: Callable[..., list[Any]] = take) -> list[Any]:
            mine[:] = take(letter, machine_now=machine_now())
            return mine

        saved = self.letters.change(letter_id, decide, by, request)
        if not mine:
            again = partial(deciding.taken_up, reason=reason)
            saved = self.letters.change(letter_id, partial(decide, take=again), by)
        return saved.n if mine else None

    def _sent(self, letter_id: str, fence: int | None) -> Answer:
        saved = self.letters.get(letter_id)
        if fence is None:
            return letter_line(saved) | {"sent": False}
        if not deciding.may_send(saved.state, fence, machine_now()):
            return letter_line(self._ended(letter_id, fence, False)) | {"sent": False}
        sent = False
        try:
            self.send(letter_id, saved.state)
            sent = True
        except Unavailable as away:
            raise Unavailable(away.message, letter_id=letter_id) from away
        finally:  # a crash before this leaves the lease to run out: sent again then, and dropped by its reader
            saved = self._ended(letter_id, fence, sent)
        return letter_line(saved) | {"sent": True}

    def _ended(self, letter_id: str, fence: int, sent: bool) -> Saved[Letter]:
        by = Actor(f"service:{self.service}", "system")
        return self.letters.change(letter_id, lambda letter, _: deciding.ended(letter, fence, sent), by)


def _edited(letter_id: str, letter: Letter, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The event as edited; its id and type stay what they were."""
    try:
        before = orjson.loads(base64.b64decode(letter.body))
    except orjson.JSONDecodeError:
        before = None
    if not isinstance(before, dict):
        if "changes" in asked:
            raise InvalidRequest("the edit does not fit", changes=["the body is no object: give the whole body"])
        before = {"event_id": letter_id, "type": letter.type}
    edited = asked["body"] if "body" in asked else patched(before, asked["changes"])
    for name in KEPT:
        if edited.get(name) != before.get(name):
            field = "body" if "body" in asked else "changes"
            raise InvalidRequest("an edited event is the same event", **{field: [f"{name} stays {before.get(name)}"]})
    return dict(edited)
