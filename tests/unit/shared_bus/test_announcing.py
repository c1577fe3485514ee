"""After a broker lost its queues, nothing that cannot be read keeps anything else from being sent again (F28)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shared.bus import rebuilding
from shared.bus.announcing import Again
from shared.bus.inbox_record import ALL, Missing
from shared.bus.rebuilding import Rebuilding
from shared.bus.retries import Travel
from shared.bus.topology import Binding
from shared.chain import ChainBroken
from shared.errors import Failed
from shared.sealing import SealBroken

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
UNREADABLE = (SealBroken("c2:state"), ChainBroken("c2", 3), KeyError("head"), TypeError("no entry"))


class Wire:
    """A broker that takes everything at once."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.travels: list[Travel] = []

    def post(self, exchange: str, key: str, _body: bytes, message_id: str, settle: Any, *_: Any, **more: Any) -> bool:
        self.taken.append(message_id)
        self.travels.append(Travel.of(more["application_headers"], exchange, key))
        settle(True)
        return True


class Store:
    """Three documents; the one in the middle cannot tell what it sent."""

    collection = SimpleNamespace(name="complaints")

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def changed_since(self, since: datetime, _limit: int) -> list[dict[str, Any]]:
        documents = [{"_id": f"c{n}", "changed_at": NOW + timedelta(seconds=n)} for n in (1, 2, 3)]
        return [each for each in documents if each["changed_at"] > since]

    def told(self, document: Mapping[str, Any]) -> list[dict[str, Any]]:
        if document["_id"] == "c2":
            raise self._fault
        return [{"id": f"{document['_id']}:1", "type": "complaint_registered", "body": "{}"}]


@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: type(fault).__name__)
def test_F28_a_document_that_cannot_be_read_keeps_none_behind_it_from_being_sent_again(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire()
    told = Again("intake", wire, [Store(fault)]).send("notify", ["*"], NOW, None)  # type: ignore[arg-type,list-item]
    assert (wire.taken, told) == (["c1:1", "c3:1"], {"sent": 2, "after": None})
    assert "c2 cannot tell what it sent" in caplog.text
    assert wire.travels == [Travel("intake", "complaint_registered", retold=True)] * 2


class Record:
    """What was asked for, and how it ended."""

    def __init__(self) -> None:
        self.went: list[str] = []
        self.ended: list[str] = []

    def take(self, _now: datetime) -> Missing:
        return Missing(NOW, NOW, {})

    def went_on(self, _missing: Missing, source: str, after: str, _now: datetime) -> bool:
        self.went.append(f"{source}{after or ' all'}")
        return True

    def interrupted(self, _missing: Missing, _now: datetime) -> None:
        self.ended.append("interrupted")

    def settled(self, _missing: Missing) -> None:
        self.ended.append("settled")


def asking(monkeypatch: pytest.MonkeyPatch, failing: str) -> Record:
    """One round of a reader of three sources, one of which fails."""

    class Remote:
        def __init__(self, source: str, *_: Any) -> None:
            self._source = source

        def call(self, _method: str, _request: Any) -> Any:
            if self._source == failing:
                raise Failed("the service failed")
            return {"sent": 1, "after": None}

    record, reader = Record(), Rebuilding()
    reader.bindings = [Binding(source, "*") for source in ("escalation", "intake", "refund")]
    reader.container = SimpleNamespace(config={"settings": None})
    reader._service, reader._record, reader.replies = "notify", record, None  # type: ignore[assignment]
    monkeypatch.setattr(rebuilding, "RemoteService", Remote)
    reader.ask_again()
    return record


def test_F28_a_source_that_fails_keeps_no_other_from_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    record = asking(monkeypatch, failing="escalation")
    assert (record.went, record.ended) == ([f"intake{ALL} all", f"refund{ALL} all"], ["interrupted"])


def test_F28_all_is_settled_once_every_source_has_told(monkeypatch: pytest.MonkeyPatch) -> None:
    record = asking(monkeypatch, failing="")
    assert (len(record.went), record.ended) == (3, ["settled"])
