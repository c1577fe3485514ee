"""The last look before a message leaves: nothing leaves at an hour or in a month in which it may not (NT1, NT2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.deciding import hold_until
from services.notify.leaving import ANOTHER_MONTH, in_another_month, kept_back
from services.notify.message import Message
from services.notify.parts import Part
from services.notify.templates import MessageClass
from shared.calendar import SHANGHAI
from tests.unit.notify.life import Life, accepted, refused, unknown
from tests.unit.notify.makers import policy, shanghai

BEGIN, END = (shanghai(f"{year}-01-01 00:00").replace(tzinfo=None) for year in (2026, 2029))
MOMENTS = st.datetimes(BEGIN, END, timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=3))
CLASSES = st.sampled_from(get_args(MessageClass))
NIGHT, MORNING = shanghai("2026-11-23 23:30"), shanghai("2026-11-24 07:00")


def message(message_class: Any, **fields: Any) -> Message:
    """One that was queued by day."""
    usual = Message("m1", "t", message_class, "139****0001", "e1", shanghai("2026-11-23 21:59"), parts=(Part(1),))
    return replace(usual, **fields)


def quiet(at: datetime) -> bool:
    hour = at.astimezone(SHANGHAI).hour
    return hour >= 22 or hour < 7


def next_seven(at: datetime) -> datetime:
    local = at.astimezone(SHANGHAI)
    seven = local.replace(hour=7, minute=0, second=0, microsecond=0)
    return seven if seven > local else seven + timedelta(days=1)


@pytest.mark.parametrize("message_class", ["care", "commercial", "public", "transactional"])
def test_NT1_what_was_queued_by_day_and_could_not_leave_is_held_at_night(message_class: str) -> None:
    held = kept_back(message(message_class), NIGHT, policy())

    assert held is not None
    assert held.until == MORNING


@pytest.mark.parametrize("message_class", ["staff", "emergency"])
def test_NT3_NT9_alerts_leave_at_night_after_an_outage_too(message_class: str) -> None:
    assert kept_back(message(message_class), NIGHT, policy()) is None


@given(MOMENTS, CLASSES, st.none() | SPANS, st.none() | SPANS)
def test_NT1_NT2_whatever_leaves_in_quiet_hours_has_its_reason(
    now: datetime, message_class: Any, since_act: timedelta | None, until_limit: timedelta | None
) -> None:
    acted_at = now - since_act if since_act is not None else None
    before = now + until_limit if until_limit is not None else None
    held = kept_back(message(message_class, acted_at=acted_at, before=before), now, policy())
    if held:
        assert not quiet(held.until)
        assert timedelta(0) < held.until - now <= timedelta(hours=9)
    elif quiet(now):
        recent = since_act is not None and since_act <= timedelta(minutes=60)
        falls_due = before is not None and before <= next_seven(now)
        assert message_class in ("staff", "emergency") or (message_class == "transactional" and (recent or falls_due))


@given(MOMENTS, st.none() | SPANS, SPANS)
def test_NT2_a_statutory_reply_never_waits_beyond_its_limit(
    now: datetime, since_act: timedelta | None, until_limit: timedelta
) -> None:
    acted_at = now - since_act if since_act is not None else None
    limit = now + until_limit

    until, _ = hold_until("transactional", now, acted_at, limit, policy())

    assert until is None or now < until < limit


@given(MOMENTS, st.none() | SPANS)
def test_NT2_without_a_limit_or_a_recent_act_nothing_leaves_at_night(
    now: datetime, since_act: timedelta | None
) -> None:
    acted_at = now - since_act if since_act is not None else None
    until, why = hold_until("transactional", now, acted_at, None, policy())
    leaves = until or now

    assert not quiet(leaves) or why == "NT2 the customer acted within the hour"


def test_NT2_the_hour_after_the_customers_act_is_counted_until_the_message_really_leaves() -> None:
    answer = message("transactional", acted_at=NIGHT)

    assert kept_back(answer, NIGHT + timedelta(minutes=60), policy()) is None
    assert kept_back(answer, NIGHT + timedelta(minutes=61), policy()) is not None


def test_NT1_a_care_message_counts_in_the_month_in_which_it_leaves() -> None:
    november = message("care", care_slot="2026-11:1")
    december = shanghai("2026-12-01 10:00")
    held = kept_back(november, december, policy())

    assert held is not None
    assert (held.why, held.until) == (ANOTHER_MONTH, december)
    assert kept_back(november, shanghai("2026-11-30 21:59"), policy()) is None
    assert kept_back(replace(november, care_slot="2026-12:1"), december, policy()) is None


@given(MOMENTS, MOMENTS)
def test_NT1_the_month_is_shanghais(written: datetime, leaves: datetime) -> None:
    local = written.astimezone(SHANGHAI)
    care = message("care", care_slot=f"{local:%Y-%m}:1")

    assert in_another_month(care, leaves) == (f"{local:%Y-%m}" != f"{leaves.astimezone(SHANGHAI):%Y-%m}")


def test_what_the_carrier_has_begun_to_take_is_not_held_in_its_middle() -> None:
    life = Life(parts=2, message_class="transactional")
    life.submit(accepted(1), refused("throttled", 2))

    assert life.state.begun
    assert kept_back(life.state, NIGHT, policy()) is None


def test_what_may_have_left_is_not_held_but_what_was_refused_is() -> None:
    lost, turned_away = Life(), Life()
    lost.submit(unknown())
    turned_away.submit(refused("throttled"))

    assert lost.state.begun
    assert not turned_away.state.begun
    assert kept_back(turned_away.state, NIGHT, policy()) is not None
