"""Erasing a customer's documents (PR1): judged first, all of them, then recorded, then their keys deleted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.erasing_schema import EraseSchema
from shared.aggregate import Actor
from shared.audit.reads import Shown
from shared.audit.showing import Reads
from shared.documents import Documents
from shared.erasing import Erased
from shared.errors import RuleRefused
from shared.forgetting import Judge
from shared.letters.store import Letters

ERASE = EraseSchema()
MOST = 500
EVERYTHING = ("everything",)


class NotYetErasable(RuleRefused):
    """What is not finished, or was finished within the time that records are kept, is not erased."""

    def __init__(self, why: str, **details: Any) -> None:
        super().__init__("PR1", f"not to be erased yet: {why}", **details)


def must_be_over(finished: bool, ended_at: datetime | None, now: datetime, kept_for: timedelta) -> None:
    """Raises NotYetErasable for what still runs, or ended within the time that records are kept."""
    if not finished or ended_at is None:
        raise NotYetErasable("it is not finished")
    if now < ended_at + kept_for:
        until = (ended_at + kept_for).isoformat(timespec="milliseconds")
        raise NotYetErasable("its time of keeping is not over", until=until)


@dataclass(frozen=True)
class Keeps:
    """A store with documents of customers: how they are found, and what speaks against erasing."""

    store: Documents[Any]
    complaint_field: str | None
    judge: Judge


@dataclass(frozen=True)
class Erasing:
    """One service's part. `forget(complaint_id)` is for copies that are no documents."""

    kept: Sequence[Keeps]
    seen: Reads
    clock: Any
    letters: Letters
    forget: Callable[[str], None] = lambda _: None

    def erase(self, request: Any, by: Actor) -> Mapping[str, Any]:
        """{found, erased, kept: [{id, why, …}]}; with `check`, or where one must be kept, nothing is erased."""
        asked = ERASE.load(request)
        found = list(self._found(asked))
        kept = [told for keeps, document_id in found if (told := self._objection(keeps, document_id))]
        if asked["check"] or kept:
            return {"found": len(found), "erased": 0, "kept": kept}
        for keeps, document_id in found:
            self._erase(keeps, document_id, asked, by)
        if complaint_id := asked.get("complaint_id"):
            self._erase_letters(complaint_id, Erased(asked["ground"], asked["reference"]), by)
            self.forget(complaint_id)
        return {"found": len(found), "erased": len(found), "kept": []}

    def _found(self, asked: Mapping[str, Any]) -> Iterator[tuple[Keeps, str]]:
        for keeps in self.kept:
            if "complaint_id" in asked and keeps.complaint_field:
                query = {keeps.complaint_field: asked["complaint_id"]}
            elif "msisdn" in asked:
                query = {"number_ix": keeps.store.keys.blind(asked["msisdn"])}
            else:
                continue
            yield from ((keeps, document_id) for document_id in keeps.store.ids(query, MOST))

    def _objection(self, keeps: Keeps, document_id: str) -> dict[str, Any] | None:
        saved = keeps.store.get(document_id)
        try:
            if not saved.erased_at:
                keeps.judge(saved.state, self.clock.now())
        except RuleRefused as refused:
            return {"id": document_id, "why": refused.message, **refused.details}
        return None

    def _erase(self, keeps: Keeps, document_id: str, asked: Mapping[str, Any], by: Actor) -> None:
        """The record of reads loses its reasons first, then gains the entry of the erasure, then the key goes."""
        event = Erased(asked["ground"], asked["reference"])
        if keeps.store.get(document_id).erased_at:
            return
        self.seen.erase_reasons(document_id, event, by)
        shown = Shown(EVERYTHING, "erasure", asked["reason"], asked["ground"], "", asked["reference"])
        self.seen.record(document_id, shown, by)
        keeps.store.erase(document_id, event, by, keeps.judge)
        self._erase_letters(document_id, event, by)

    def _erase_letters(self, document_id: str, event: Erased, by: Actor) -> None:
        """The bodies of dead letters about the document go too; none of them is sent again."""
        for letter_id in self.letters.about(document_id, MOST):
            self.letters.erase(letter_id, event, by, lambda _letter, _now: None)
