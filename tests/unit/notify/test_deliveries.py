"""What the carrier brings while the database is away is held, not refused without end."""

from collections.abc import Callable
from typing import Any, cast

import eventlet
import pytest
from pymongo.errors import AutoReconnect
from structlog.testing import capture_logs

from services.notify.carriers import connection, deliveries, service
from services.notify.carriers.connection import Connection
from services.notify.carriers.deliveries import Deliveries
from services.notify.carriers.dialect import Delivery
from services.notify.carriers.errors import LinkTrouble
from services.notify.carriers.service import CarrierLink, OnCarrier
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.smpp_codec import encode
from services.notify.carriers.traffic import InboundSms, Receipt
from shared.errors import Unavailable

RECEIPT = Receipt("a1", "DELIVRD", "000")
MANY = 300


class Restless:
    """A socket of a carrier that never pauses: there is always something to read, until it has sent enough."""

    def __init__(self, frames: int) -> None:
        self._left = [encode("enquire_link", number + 1) for number in range(frames)]

    def recv(self, _size: int) -> bytes:
        return self._left.pop() if self._left else b""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


def test_F11_a_carrier_that_sends_without_pause_leaves_all_others_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.time, "sleep", eventlet.sleep)  # as in a service, where threads are green
    turns: list[int] = []

    def other() -> None:
        while True:
            turns.append(1)
            eventlet.sleep(0)

    neighbour = eventlet.spawn(other)
    reader = Connection(cast("Any", Restless(MANY)), Smpp(SmppAccount("us", "secret", "10086")), _nothing, 1.0)
    eventlet.spawn(reader.read_on).wait()
    neighbour.kill()
    assert len(turns) >= MANY


def _nothing(_connection: Connection, _delivery: Delivery) -> None:
    """Keepalives are answered by the connection itself."""


class Answers:
    """A connection that keeps what it is told to send."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)


class Failing:
    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def receipt(self, _receipt: Receipt) -> None:
        raise self._fault


@pytest.mark.parametrize("fault", [AutoReconnect("away"), Unavailable("away")])
def test_F11_a_receipt_that_cannot_be_stored_now_is_refused_with_one_line_of_log(fault: Exception) -> None:
    carrier, taking = Answers(), Deliveries(cast("Any", Failing(fault)))
    with capture_logs() as told:
        taking.start()
        taking.take(cast("Any", carrier), Delivery(RECEIPT, stored=b"stored", failed=b"failed"))
        taking.stop()
    assert carrier.sent == [b"failed"]
    (line,) = told
    assert line["event"] == "delivery_not_stored"
    assert "exc_info" not in line
    assert line["why"].startswith(type(fault).__name__)


class Kept:
    """A sink that stores everything, after so many seconds; `told`: what it heard, in order."""

    def __init__(self, clock: list[float], takes: float = 0.0) -> None:
        self.told: list[str] = []
        self._clock, self._takes = clock, takes

    def inbound(self, sms: InboundSms) -> None:
        self._clock[0] += self._takes
        self.told.append(f"stored {sms.text}")

    def answered(self, sms: InboundSms) -> None:
        self.told.append(f"answered {sms.text}")


class Cut(Answers):
    def send(self, _frame: bytes) -> None:
        raise LinkTrouble("cut")


@pytest.mark.parametrize(
    ("takes", "carrier", "told"),
    [
        (0.1, Answers(), ["stored 5", "answered 5"]),
        (6.0, Answers(), ["stored 5"]),  # the centre may have given the answer up
        (0.1, Cut(), ["stored 5"]),
    ],
)
def test_IN26_only_what_left_in_good_time_counts_as_answered(
    monkeypatch: pytest.MonkeyPatch, takes: float, carrier: Answers, told: list[str]
) -> None:
    clock = [100.0]
    monkeypatch.setattr(deliveries, "monotonic", lambda: clock[0])
    sink = Kept(clock, takes)
    taking = Deliveries(cast("Any", sink))
    taking.start()
    taking.take(cast("Any", carrier), Delivery(InboundSms("1", "2", "5"), stored=b"stored", failed=b"failed"))
    taking.stop()
    assert sink.told == told


class Container:
    """Runs a worker at once; `away` as a test says."""

    def __init__(self) -> None:
        self.away, self.taken = True, 0

    def spawn_worker(self, _entrypoint: Any, _args: Any, _kwargs: Any, handle_result: Callable[..., Any]) -> None:
        self.taken += 1
        handle_result(None, None, None)


def taker(container: Container) -> OnCarrier:
    entrypoint = OnCarrier("receipt")
    entrypoint.container, entrypoint.carrier = container, CarrierLink()
    return entrypoint


def test_F11_what_the_carrier_brings_waits_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    container, taken = Container(), list[int]()

    def look_again(_seconds: float) -> None:
        taken.append(container.taken)
        container.away = len(taken) < 3

    monkeypatch.setattr(service.time, "sleep", look_again)
    taker(container).take(RECEIPT)
    assert (taken, container.taken) == ([0, 0, 0], 1)


def test_F11_who_stops_while_the_database_is_away_refuses_what_it_holds() -> None:
    container = Container()
    entrypoint = taker(container)
    entrypoint.carrier.stopping = True
    with pytest.raises(Unavailable):
        entrypoint.take(RECEIPT)
    assert container.taken == 0
