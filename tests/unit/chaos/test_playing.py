"""Several callers side by side: every step once, in its time, whatever the way does."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chaos.load.acting import Acting
from chaos.load.callers import Caller, NoAnswer
from chaos.load.journeys import journeys
from chaos.load.playing import Load
from chaos.told import Told, read
from suite.play.callers import Refused

BEGIN = datetime(2026, 11, 23, 1, tzinfo=UTC)
WITHIN = 10.0


class Hands:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


class Suite(Caller):
    """Answers from memory; `faults` says what a try of a request meets first."""

    def __init__(self, faults: Callable[[int], Exception | None] = lambda _try: None) -> None:
        super().__init__("", lambda _: "")
        self.tries: Counter[str] = Counter()
        self._faults = faults

    def once(self, who: Any, service: str, method: str, *arguments: Any) -> Any:
        request_id = arguments[-1]["request_id"]
        self.tries[request_id] += 1
        if fault := self._faults(self.tries[request_id]):
            raise fault
        return {"complaint_id": f"c-{request_id[:9]}", "refund_id": f"r-{request_id[:9]}"}

    def close(self) -> None: ...


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "callers-journal.jsonl"


@pytest.fixture
def told(path: Path) -> Iterator[Told]:
    with Told(path) as told:
        yield told


@pytest.fixture
def play(told: Told, path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Plays 26 journeys whose time has come; answers the lines of the journal."""

    def played(suite: Suite, patience: float = 5.0) -> list[dict[str, Any]]:
        acting = Acting(told, Hands(BEGIN + timedelta(days=9)), lambda *_: None, patience)
        with Load(journeys(7, 26, BEGIN), acting, lambda: suite, callers=4) as load:
            limit = time.monotonic() + WITHIN
            while not load.done() and time.monotonic() < limit:
                time.sleep(0.01)
            assert load.done()
        return read(path)

    return played


def test_every_step_is_attempted_once_and_answered_once(play: Any) -> None:
    lines = play(Suite())
    steps = sum(len(journey.steps) for journey in journeys(7, 26, BEGIN))
    attempted = [line["id"] for line in lines if line["what"] == "attempted"]
    assert len(attempted) == len(set(attempted)) == steps
    assert sorted(line["id"] for line in lines if line["what"] == "acknowledged") == sorted(attempted)


def test_some_requests_are_clicked_twice(play: Any) -> None:
    lines = play(Suite())
    again = [step for journey in journeys(7, 26, BEGIN) for step in journey.steps if step.again]
    assert sum(line["what"] == "repeated" for line in lines) == len(again) > 0


def test_a_try_without_an_answer_is_made_again_with_the_same_request_id(play: Any) -> None:
    suite = Suite(lambda number: NoAnswer("RpcTimeout") if number == 1 else None)
    lines = play(suite)
    assert min(suite.tries.values()) == 2
    assert not [line for line in lines if line["what"] == "given_up"]
    assert {line["why"] for line in lines if line["what"] == "no_answer"} == {"RpcTimeout"}


def test_a_call_is_given_up_when_its_patience_ends(play: Any) -> None:
    lines = play(Suite(lambda _: NoAnswer("ConnectionRefusedError")), patience=0.0)
    given_up = [line["id"] for line in lines if line["what"] == "given_up"]
    attempted = {line["id"]: line for line in lines if line["what"] == "attempted"}
    assert sum(call_id.endswith("-1") for call_id in given_up) == 26
    assert {attempted[each]["method"] for each in given_up if not each.endswith("-1")} == {"receive"}  # needs no answer


def test_a_business_refusal_is_not_tried_again(play: Any) -> None:
    refusal = Refused("RuleRefused", {"message": "no", "details": {"rule": "CL8"}})
    suite = Suite(lambda _: refusal)
    lines = play(suite)
    assert set(suite.tries.values()) == {1}
    assert {line["rule"] for line in lines if line["what"] == "refused"} == {"CL8"}


def test_nothing_is_done_before_its_time(told: Told) -> None:
    suite, clock = Suite(), Hands(BEGIN - timedelta(hours=1))
    acting = Acting(told, clock, lambda *_: None)
    planned = journeys(7, 13, BEGIN)
    with Load(planned, acting, lambda: suite, callers=2) as load:
        assert load.idle()
        assert load.next_at() == planned[0].start
    assert not suite.tries


def test_a_fault_of_the_load_itself_is_told_by_stop(told: Told) -> None:
    broken = Suite(lambda _: SystemError("of our own"))
    acting = Acting(told, Hands(BEGIN + timedelta(days=9)), lambda *_: None)
    load = Load(journeys(7, 1, BEGIN), acting, lambda: broken, callers=1)
    load.__enter__()
    limit = time.monotonic() + WITHIN
    while not load.failed() and time.monotonic() < limit:
        time.sleep(0.01)
    with pytest.raises(SystemError, match="of our own"):
        load.stop()
