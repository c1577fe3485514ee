"""Who has seen personal data of which document, when, and why (PR2): pages of a chained record. Pure.

An entry is written before the data is shown; where it cannot be written, nothing is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from shared.aggregate import Kind, Stamp, private

ReasonKind = Literal["duty", "asked", "export", "regulator", "paper", "erasure"]
ENTRIES_A_PAGE = 200


@dataclass(frozen=True)
class Shown:
    """What is about to be shown: which fields, on which sort of reason, and the reason itself.

    `ground`: what makes it lawful to pass data on (PR5), `recipient` who gets it."""

    fields: tuple[str, ...]
    kind: ReasonKind
    reason: str = ""
    ground: str | None = None
    recipient: str = ""
    reference: str = ""


@dataclass(frozen=True)
class DataShown:
    """Somebody is shown personal data. A further page begins with the hash that the last one ended with (`before`)."""

    about: str
    page: int
    fields: tuple[str, ...]
    kind: ReasonKind
    ground: str | None = None
    before: str | None = None
    reason: str = private("")
    recipient: str = private("")
    reference: str = private("")


@dataclass(frozen=True)
class ReadsPage:
    """One page of the record of a document."""

    about: str
    page: int
    entries: int = 0


class PageFull(Exception):
    """The next entry begins another page."""


def apply(state: ReadsPage | None, event: DataShown, _stamp: Stamp) -> ReadsPage:
    """The page with one entry more."""
    state = state or ReadsPage(event.about, event.page)
    return replace(state, entries=state.entries + 1)


def entry(about: str, page: int, shown: Shown, before: str | None = None) -> DataShown:
    """The entry for what is about to be shown."""
    what = (shown.fields, shown.kind, shown.ground, before, shown.reason, shown.recipient, shown.reference)
    return DataShown(about, page, *what)


def another(page: ReadsPage, shown: Shown) -> Sequence[DataShown]:
    """The further entry of a page; PageFull where it has no room."""
    if page.entries >= ENTRIES_A_PAGE:
        raise PageFull
    return (entry(page.about, page.page, shown),)


def told(event: DataShown, at: datetime, by: Any, texts: bool) -> dict[str, Any]:
    """One entry as an auditor sees it; the words only where `texts`."""
    words = {"reason": event.reason, "recipient": event.recipient, "reference": event.reference} if texts else {}
    return {
        "at": at.isoformat(timespec="milliseconds"),
        "by": by.sub,
        "role": by.role,
        "fields": list(event.fields),
        "kind": event.kind,
        "ground": event.ground,
        **{name: said for name, said in words.items() if said},
    }


READS = Kind("reads", ReadsPage, (DataShown,), apply, longest=ENTRIES_A_PAGE)
