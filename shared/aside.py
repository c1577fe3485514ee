"""Due work that failed is set aside for a while: however many fail, those behind them have their turn."""

from collections.abc import Sequence

from shared.clock import monotonic

SECONDS = 60.0
MOST = 5000


class Aside:
    """The ids of documents that one process leaves alone for now; beyond MOST the oldest come back early."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def put(self, document_id: str) -> None:
        """Leaves it alone for SECONDS."""
        self._until.pop(document_id, None)
        self._until[document_id] = monotonic() + SECONDS
        if len(self._until) > MOST:
            del self._until[next(iter(self._until))]

    def ids(self) -> Sequence[str]:
        """What is left alone now."""
        now = monotonic()
        self._until = {document_id: until for document_id, until in self._until.items() if until > now}
        return tuple(self._until)
