"""A failed event waits 1, 5 and 30 seconds; the fourth failure is its death. An outage does not count."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.retries import Travel

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def fresh() -> Travel:
    return Travel.of({}, "intake.events", "complaint_registered")


def test_an_event_straight_from_its_source_names_source_and_type() -> None:
    assert fresh() == Travel("intake", "complaint_registered")


def test_a_handler_that_goes_on_failing_is_tried_after_1_5_and_30_seconds_and_then_no_more() -> None:
    travel, delays = fresh(), []
    for _ in range(4):
        travel = travel.failed(NOW, "ValueError", outage=False)
        delays.append(travel.delay(NOW, outage=False))
    assert delays == [1, 5, 30, None]
    assert travel.attempts == 4


def test_an_outage_is_tried_again_every_30_seconds_at_last_and_is_no_failed_attempt() -> None:
    travel, delays = fresh(), []
    for _ in range(5):
        travel = travel.failed(NOW, "AutoReconnect", outage=True)
        delays.append(travel.delay(NOW, outage=True))
    assert delays == [1, 5, 30, 30, 30]
    assert travel.attempts == 0


def test_after_an_outage_of_a_day_an_event_is_a_dead_letter() -> None:
    travel = fresh().failed(NOW, "AutoReconnect", outage=True)
    almost, over = NOW + timedelta(hours=23, minutes=59), NOW + timedelta(hours=24)
    assert travel.failed(almost, "AutoReconnect", outage=True).delay(almost, outage=True) == 5
    assert travel.failed(over, "AutoReconnect", outage=True).delay(over, outage=True) is None


def test_the_first_and_the_last_fault_are_told() -> None:
    later = NOW + timedelta(seconds=5)
    travel = fresh().failed(NOW, "KeyError", outage=False).failed(later, "ValueError", outage=False)
    assert (travel.first_at, travel.last_at, travel.error) == (
        "2026-11-23T01:00:00.000+00:00",
        "2026-11-23T01:00:05.000+00:00",
        "ValueError",
    )


def test_the_count_survives_the_delay_queue_whatever_the_broker_adds() -> None:
    travel = fresh().failed(NOW, "KeyError", outage=False)
    headers = travel.headers() | {"x-death": [{"count": 7}], "x-delivery-count": 3}
    assert Travel.of(headers, "tousu.return", "reader.inbox") == travel


def test_F28_that_an_event_is_told_once_more_outlasts_its_retries_and_is_no_matter_of_a_replay() -> None:
    retold = Travel("intake", "complaint_registered", retold=True).failed(NOW, "AutoReconnect", outage=True)
    came = Travel.of(retold.headers(), "tousu.return", "reader.inbox")
    assert came.marked({"seq": 1}) == {"seq": 1, "retold": True}
    assert came.again().marked({"seq": 1}) == {"seq": 1}


@pytest.mark.parametrize("said", [1, "true", None, []])
def test_F28_only_a_source_says_that_it_tells_an_event_once_more(said: Any) -> None:
    assert not Travel.of({"tousu.retold": said}, "intake.events", "x").retold


@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["tousu.attempts", "tousu.outages", "tousu.first_at", "tousu.source", "tousu.error", "x-death"]
        ),
        st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.integers(), max_size=2)),
    ),
    outage=st.booleans(),
)
def test_headers_of_anybody_never_stop_the_decision(headers: dict[str, Any], outage: bool) -> None:
    travel = Travel.of(headers, "intake.events", "x").failed(NOW, "KeyError", outage)
    assert travel.delay(NOW, outage) in (1, 5, 30, None)


@pytest.mark.parametrize("count", [-1, 2**63, True, "3"])
def test_a_count_of_another_kind_starts_from_zero(count: Any) -> None:
    assert Travel.of({"tousu.attempts": count}, "intake.events", "x").attempts == 0


@pytest.mark.parametrize("name", ["source", "type", "error", "first_at", "last_at"])
@pytest.mark.parametrize(
    "value",
    ["投" * 130_000, "\ud800" * 130_000, "2026-11-23T01:00:00." + "0" * 130_000 + "+00:00"],
    ids=["a long word", "no character", "a long time"],
)
def test_F15_headers_of_anybody_do_not_outgrow_a_frame(name: str, value: str) -> None:
    """A frame that is too large ends the connection, and the copy would be tried again without end."""
    headers = Travel.of({f"tousu.{name}": value}, "x" * 300 + ".events", "y" * 300).failed(NOW, "e" * 900, False)
    assert sum(len(str(each).encode()) for each in headers.headers().values()) < 8_000


def test_F15_a_time_that_no_utc_has_is_none() -> None:
    assert Travel.of({"tousu.first_at": "0001-01-01T00:00:00+14:00"}, "intake.events", "x").first_at == ""
