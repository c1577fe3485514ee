"""F11: one bound around all that a short request asks of the database: here a port that nobody hears."""

from collections.abc import Iterator
from typing import Any

import eventlet
import pymongo
import pytest
from eventlet.event import Event
from nameko.extensions import Entrypoint
from pymongo import MongoClient, _csot
from pymongo.errors import PyMongoError

from shared.bus.container import DELIVERED_AT, LEAST_SECONDS, Container
from shared.bus.inbox import OnEvent
from shared.bus.rpc import Rpc
from shared.bus.tick import Tick
from shared.clock import monotonic
from shared.presence import ANSWER_WITHIN, is_away
from suite.rehearsal.doors import long_answers

EACH, WHOLE, MANY = 0.5, 0.75, 6  # the driver waits in slices of half a second


class Door(Entrypoint):
    """An entrypoint without a wire, whose workers have so many seconds of the database."""

    def __init__(self, database_seconds: float | None, **more: Any) -> None:
        self.database_seconds = database_seconds
        super().__init__(**more)

    def call(self, *arguments: Any, waited: float = 0.0) -> Any:
        ended: Event = Event()

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended.send_exception(fault[1]) if fault else ended.send(result)
            return result, fault

        context = {DELIVERED_AT: monotonic() - waited}
        self.container.spawn_worker(self, arguments, {}, context, handle_result)
        return ended.wait()


class Desk:
    name = "desk"

    def _asks(self, client: MongoClient[Any], times: int) -> float:
        """Seconds until so many operations failed, each like a server's silence."""
        began = monotonic()
        for _ in range(times):
            with pytest.raises(PyMongoError) as failed:
                client["desk"]["things"].find_one({})
            assert is_away(failed.value)
        return monotonic() - began

    @Door.decorator(WHOLE)
    def short(self, client: MongoClient[Any], times: int) -> float:
        return self._asks(client, times)

    @Door.decorator(WHOLE)
    def short_with_a_bound_of_its_own(self, client: MongoClient[Any], times: int) -> float:
        with pymongo.timeout(60):
            return self._asks(client, times)

    @Door.decorator(None)
    def long(self, client: MongoClient[Any], times: int) -> float:
        return self._asks(client, times)

    @Door.decorator(WHOLE)
    def left(self) -> float | None:
        return _csot.remaining()

    @Door.decorator(WHOLE)
    def rests(self, seconds: float) -> None:
        eventlet.sleep(seconds)


@pytest.fixture
def silent() -> Iterator[MongoClient[Any]]:
    with MongoClient("mongodb://127.0.0.1:1", timeoutMS=int(EACH * 1000)) as client:
        yield client


@pytest.fixture
def doors() -> Iterator[dict[str, Any]]:
    container = Container(Desk, {})
    container.start()
    yield {each.method_name: each for each in container.entrypoints}
    container.stop()


@pytest.mark.parametrize("name", ["short", "short_with_a_bound_of_its_own"])
def test_F11_all_operations_of_a_short_request_together_end_within_its_bound(
    doors: dict[str, Any], silent: MongoClient[Any], name: str
) -> None:
    assert doors[name].call(silent, MANY) < MANY * EACH / 2


def test_F11_what_waited_for_a_worker_has_only_what_is_left(doors: dict[str, Any]) -> None:
    assert 0 < doors["left"].call(waited=0.25) <= WHOLE - 0.25
    assert 0 < doors["left"].call(waited=WHOLE * 10) <= LEAST_SECONDS


def test_F11_each_operation_of_a_long_answer_has_a_bound_of_its_own(
    doors: dict[str, Any], silent: MongoClient[Any]
) -> None:
    assert doors["long"].call(silent, 4) >= 4 * EACH


def test_F11_a_request_has_its_whole_bound_whoever_else_is_under_way(
    doors: dict[str, Any], silent: MongoClient[Any]
) -> None:
    others = [eventlet.spawn(doors["rests"].call, WHOLE * 2) for _ in range(3)]
    eventlet.sleep(WHOLE / 2)
    assert doors["long"].call(silent, 2) >= 2 * EACH
    assert doors["short"].call(silent, 1) >= EACH
    for other in others:
        other.wait()


def test_F11_requests_are_short_unless_they_say_so_and_work_that_nobody_waits_for_has_no_bound_as_a_whole() -> None:
    assert Rpc().database_seconds == ANSWER_WITHIN
    assert Rpc(long=True).database_seconds is None
    for each in (Tick(1.0), OnEvent("intake", "complaint_registered")):
        assert getattr(each, "database_seconds", None) is None


def test_F11_long_are_those_answers_alone_that_read_or_write_without_knowing_how_much() -> None:
    everywhere = {f"{service}.{name}" for service in ("intake", "escalation", "refund", "notify") for name in EVERY}
    assert long_answers() == everywhere | LONG


EVERY = ("announce_again", "erase")
LONG = {
    *(f"intake.{name}" for name in ("figures", "hall_register", "hall_scores")),
    *(f"escalation.{name}" for name in ("simulate", "calendar_effect", "apply_calendar")),
    *(f"refund.{name}" for name in ("daily_sheet", "sign_daily_sheet", "month_package", "reconcile", "totals")),
}
