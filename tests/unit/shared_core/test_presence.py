"""Whether a database is there, and which of its errors mean that it is not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WriteError,
    WTimeoutError,
)

from shared import presence
from shared.clock import ClockSkewed, MachineTime
from shared.presence import AWAY_AFTER, TRIES, UNSURE, Presence, connect, is_away, no_primary_is_away, once_there


@dataclass
class Seen:
    """What the driver's monitor last saw of a set of three."""

    primaries: int = 1
    topology_description: Any = field(init=False)

    def __post_init__(self) -> None:
        self.topology_description = self

    def server_descriptions(self) -> dict[int, Any]:
        return {number: Server(number < self.primaries) for number in range(3)}


@dataclass(frozen=True)
class Server:
    is_writable: bool


def test_F11_a_primary_is_missed_only_after_an_election_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, seen = [100.0], Seen()
    monkeypatch.setattr(presence, "monotonic", lambda: now[0])
    there = Presence(seen)  # type: ignore[arg-type]

    def away() -> bool:
        there.look()
        return there.away

    assert not away()
    seen.primaries = 0
    assert not away()
    now[0] += AWAY_AFTER + 0.1
    assert away()
    seen.primaries = 1
    assert not away()
    seen.primaries = 0
    assert not away(), "the time counts from the new loss"


def _fault(error: type[Exception], *args: Any) -> Exception:
    return error("it", *args)


@pytest.mark.parametrize(
    "fault",
    [
        *map(
            _fault, (AutoReconnect, NetworkTimeout, NotPrimaryError, ServerSelectionTimeoutError, WaitQueueTimeoutError)
        ),
        *map(_fault, (ExecutionTimeout, WTimeoutError, WriteConcernError)),
        _fault(OperationFailure, 50),
    ],
)
def test_F11_these_mean_that_it_is_away(fault: Exception) -> None:
    assert is_away(fault)


@pytest.mark.parametrize("fault", [_fault(OperationFailure, 2), _fault(DuplicateKeyError, 11000), ValueError("it")])
def test_F11_these_do_not(fault: Exception) -> None:
    assert not is_away(fault)


def test_F11_a_write_that_never_left_is_not_unsure() -> None:
    assert not issubclass(WaitQueueTimeoutError, UNSURE)


def test_F11_no_url_weakens_what_is_written_and_read() -> None:
    with connect("mongodb://127.0.0.1:1/?w=1&readConcernLevel=local&retryWrites=true&timeoutMS=0", 1) as client:
        assert (client.write_concern.document, client.read_concern.level) == ({"w": "majority"}, "majority")
        assert client.options.timeout == presence.ANSWER_WITHIN
        assert not client.options.retry_writes


class Servers:
    """A server that answers slowly at first, with a wrong time whenever it is slow."""

    def __init__(self, slow: int, off: timedelta) -> None:
        self.admin, self.codec_options, self._slow, self._off = self, None, slow, off
        self.ran, self.asked = 0.0, 0

    def command(self, _name: str, codec_options: Any) -> dict[str, Any]:
        self.asked += 1
        slow = self.asked <= self._slow
        self.ran += 3.0 if slow else 0.01
        return {"localTime": datetime.now(UTC) - (timedelta(seconds=3) if slow else self._off)}


@pytest.mark.parametrize("fault", [ServerSelectionTimeoutError("gone"), NetworkTimeout("slow"), AutoReconnect("cut")])
def test_F11_a_start_whose_database_goes_away_in_its_midst_waits_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    tries: list[Exception | None] = [fault, fault, None]
    monkeypatch.setattr(presence, "ASK_AGAIN", 0)

    def prepare() -> None:
        if (next_one := tries.pop(0)) is not None:
            raise next_one

    once_there(prepare)
    assert tries == []


def test_F11_a_start_that_the_database_refuses_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "ASK_AGAIN", 0)

    def prepare() -> None:
        raise OperationFailure("an index of this name has other fields")

    with pytest.raises(OperationFailure):
        once_there(prepare)


@pytest.mark.parametrize("slow", [0, 1, TRIES - 1])
def test_F17_a_slow_answer_at_the_start_is_no_wrong_clock(monkeypatch: pytest.MonkeyPatch, slow: int) -> None:
    servers = Servers(slow, timedelta(0))
    monkeypatch.setattr(presence, "monotonic", lambda: servers.ran)
    monkeypatch.setattr(presence, "MACHINE", MachineTime())
    Presence(servers).agree()  # type: ignore[arg-type]
    assert servers.asked == slow + 1


def test_F17_a_clock_that_is_off_at_the_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Servers(0, timedelta(hours=1))
    monkeypatch.setattr(presence, "monotonic", lambda: servers.ran)
    with pytest.raises(ClockSkewed):
        Presence(servers).agree()  # type: ignore[arg-type]


def test_F17_who_leaves_the_bound_says_so_once_and_again_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    servers, own = Servers(0, timedelta(0)), MachineTime()
    monkeypatch.setattr(presence, "monotonic", lambda: servers.ran)
    monkeypatch.setattr(presence, "MACHINE", own)
    there = Presence(servers)  # type: ignore[arg-type]
    for off in (0, 60, 60, 0, 0):
        servers._off = timedelta(minutes=off)
        there.compare()
        assert own.trusted is (off == 0)
    assert [record.levelname for record in caplog.records if record.name == "shared.presence"] == ["ERROR", "WARNING"]


@pytest.mark.parametrize("code", [189, 10107, 11602])
def test_F11_a_write_that_fails_because_its_server_stepped_down_is_unsure_and_no_refusal(code: int) -> None:
    with pytest.raises(UNSURE), no_primary_is_away():
        raise WriteError("Not primary while writing", code)


def test_a_write_that_is_refused_stays_refused() -> None:
    with pytest.raises(DuplicateKeyError), no_primary_is_away():
        raise DuplicateKeyError("E11000 duplicate key", 11000)
