"""However many long answers are asked for: due work goes on, and short calls are answered, on a real broker."""

from collections.abc import Callable
from typing import Any

import pytest
from eventlet.event import Event
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy

from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.settings import Settings
from tests.integration.amqp_hands import soon

WORKERS, CALLS = 4, 10

begun: list[str] = []
ticks: list[int] = []
may_end: list[Event] = []


class Bureau:
    name = "bureau"

    @rpc(long=True)
    def figures(self, month: str) -> str:
        begun.append(month)
        may_end[-1].wait()
        if month == "wrong":
            raise ValueError
        return month

    @rpc
    def echo(self, request: str) -> str:
        return request

    @tick(0.05)
    def pay(self) -> None:
        ticks.append(1)


@pytest.fixture(scope="module")
def settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    made = make_settings(MAX_WORKERS=str(WORKERS))
    start_service(Bureau, made)
    return made


@pytest.mark.parametrize("month", ["2026-10", "wrong"], ids=["that answer", "that fail"])
def test_long_answers_leave_workers_to_due_work_and_short_calls_and_their_place_to_later_ones(
    settings: Settings, month: str
) -> None:
    begun.clear()
    may_end.append(Event())
    with ClusterRpcProxy({"AMQP_URI": settings.amqp_uri, "serializer": "json"}, timeout=5) as cluster:
        calls = [cluster.bureau.figures.call_async(month) for _ in range(CALLS)]
        for refused in calls[WORKERS // 2 :]:
            with pytest.raises(RemoteError, match="as many long answers as it may"):
                refused.result()
        assert len(begun) == WORKERS // 2
        paid = len(ticks)
        soon(lambda: len(ticks) > paid + 2)
        assert cluster.bureau.echo("short") == "short"
        may_end[-1].send()
        ends = [_end(each) for each in calls[: WORKERS // 2]]
        assert ends == [month if month != "wrong" else "failed"] * (WORKERS // 2)
        assert cluster.bureau.figures("2026-11") == "2026-11"


def _end(call: Any) -> str:
    try:
        return str(call.result())
    except RemoteError:
        return "failed"
