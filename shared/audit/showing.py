"""The record of reads in MongoDB (PR2): one document a page, the newest page takes the next entry."""

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from shared.aggregate import Actor, Stamp
from shared.audit.reads import READS, DataShown, PageFull, ReadsPage, Shown, another, entry, told
from shared.documents import Clash, Documents
from shared.erasing import Erased
from shared.errors import Unavailable
from shared.requests import Request
from shared.stored import Saved

TRIES = 5


class Reads(Documents[ReadsPage]):
    """`record` before anything is shown; it raises where the entry could not be written."""

    kind = READS
    named_by = ()
    indexes = (IndexModel([("about", ASCENDING), ("page", DESCENDING)], name="about", unique=True),)

    def index(self, page: ReadsPage) -> Mapping[str, Any]:
        return {"about": page.about, "page": page.page}

    def record(self, about: str, shown: Shown, by: Actor, request: Request | None = None) -> None:
        """Leaves the entry. Asked again with the same request, it leaves another one: it was seen once more."""
        if request and self.answer_of(request):
            request = None
        for _ in range(TRIES):
            try:
                return self._added(about, shown, by, request)
            except Clash:  # somebody else began the page in this moment
                continue
        raise Unavailable("too many look at this at once; repeat the same request", id=about)

    def erase_reasons(self, about: str, event: Erased, by: Actor) -> None:
        """Takes away the words of all entries about a document; who, when and which fields stay."""
        for page in self._pages(about):
            self.erase(page, event, by, lambda *_: None)

    def of(self, about: str, texts: bool) -> list[dict[str, Any]]:
        """All entries about a document, oldest first; reasons only where `texts`, without graver data (PR6)."""
        entries = [each for page in self._pages(about) for each in self.history(page)]
        return [self._told(event, stamp, texts) for event, stamp in entries if isinstance(event, DataShown)]

    def latest(self, about: str) -> Saved[ReadsPage] | None:
        """The page that takes the next entry."""
        return self.first({"about": about}, [("page", DESCENDING)])

    def _pages(self, about: str) -> list[str]:
        latest = self.latest(about)
        return [page_id(about, number) for number in range(1, latest.state.page + 1)] if latest else []

    def _added(self, about: str, shown: Shown, by: Actor, request: Request | None) -> None:
        latest = self.latest(about)
        if latest and not latest.erased_at:
            try:
                self.change(latest.id, lambda page, _: another(page, shown), by, request)
                return
            except PageFull:
                pass
        number, before = (latest.state.page + 1, latest.head.hash) if latest else (1, None)
        first = entry(about, number, shown, before)
        self.insert(page_id(about, number), [first], by, self._clock.now(), request)

    def _told(self, event: DataShown, stamp: Stamp, texts: bool) -> dict[str, Any]:
        line: dict[str, Any] = self._form.graver.masked(told(event, stamp.at, stamp.by, texts))
        return line


def page_id(about: str, number: int) -> str:
    """The id of a page."""
    return f"{about}:reads:{number}"
