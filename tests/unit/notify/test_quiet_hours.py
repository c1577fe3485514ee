"""When a message may go out: classes, quiet hours, consent, approval (NT1-NT4, NT9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.deciding import care_slots, check_permission, digest_until, hold_until, queued
from services.notify.errors import ApprovalMissing, ConsentMissing
from services.notify.history import Consent
from services.notify.templates import Template
from shared.calendar import SHANGHAI
from tests.unit.notify.makers import policy, shanghai

NIGHT, MORNING = shanghai("2026-11-23 23:30"), shanghai("2026-11-24 07:00")
CONSENT = Consent("sms", "MO-1", shanghai("2026-11-01 12:00"))


def template(message_class: str) -> Template:
    return Template("t", message_class, {}, "text")  # type: ignore[arg-type]


BEGIN, END = (shanghai(f"{year}-01-01 00:00").replace(tzinfo=None) for year in (2026, 2029))
MOMENTS = st.datetimes(BEGIN, END, timezones=st.just(UTC))


def held(
    message_class: Any, now: datetime, acted: datetime | None = None, limit: datetime | None = None
) -> datetime | None:
    return hold_until(message_class, now, acted, limit, policy())[0]


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-23 21:59", None),
        ("2026-11-23 22:00", "2026-11-24 07:00"),
        ("2026-11-23 23:59", "2026-11-24 07:00"),
        ("2026-11-24 00:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00", None),
    ],
)
def test_NT1_care_is_held_from_22_to_7_in_shanghai(at: str, until: str | None) -> None:
    assert held("care", shanghai(at)) == (shanghai(until) if until else None)


@given(MOMENTS)
def test_NT1_care_never_goes_out_in_quiet_hours(now: datetime) -> None:
    sent_at = (held("care", now) or now).astimezone(SHANGHAI)

    assert 7 <= sent_at.hour < 22
    assert timedelta(0) <= sent_at - now < timedelta(hours=9, seconds=1)


@pytest.mark.parametrize("at", ["2026-11-23 12:00", "2026-11-23 23:30", "2026-11-24 03:00"])
def test_NT3_staff_alerts_go_at_once(at: str) -> None:
    assert held("staff", shanghai(at)) is None


def test_NT2_an_answer_goes_at_once_when_the_customer_acted_within_the_hour() -> None:
    assert held("transactional", NIGHT, acted=NIGHT - timedelta(minutes=60)) is None
    assert held("transactional", NIGHT, acted=NIGHT - timedelta(minutes=61)) == MORNING
    assert held("transactional", NIGHT) == MORNING


def test_NT2_an_answer_in_the_daytime_goes_at_once() -> None:
    assert held("transactional", shanghai("2026-11-23 15:00")) is None


def test_NT2_a_statutory_reply_that_would_fall_due_in_quiet_hours_goes_out_before() -> None:
    assert held("transactional", NIGHT, limit=shanghai("2026-11-24 03:00")) is None
    assert held("transactional", NIGHT, limit=MORNING) is None
    assert held("transactional", NIGHT, limit=shanghai("2026-11-24 07:01")) == MORNING


def test_NT1_a_customers_act_does_not_free_a_care_message() -> None:
    assert held("care", NIGHT, acted=NIGHT) == MORNING


def test_NT4_commercial_messages_need_consent_and_oral_does_not_count() -> None:
    check_permission(template("commercial"), CONSENT, None, NIGHT)
    for consent in (None, Consent("oral", "said so", CONSENT.at)):
        with pytest.raises(ConsentMissing) as refused:
            check_permission(template("commercial"), consent, None, NIGHT)
        assert refused.value.rule == "NT4"


@pytest.mark.parametrize("message_class", ["public", "emergency"])
def test_NT9_public_and_emergency_messages_need_an_approval(message_class: str) -> None:
    check_permission(template(message_class), None, "SP-2026-11", NIGHT)
    with pytest.raises(ApprovalMissing) as refused:
        check_permission(template(message_class), CONSENT, None, NIGHT)
    assert refused.value.rule == "NT9"


def test_NT9_an_emergency_wakes_people_and_a_public_notice_does_not() -> None:
    assert held("emergency", NIGHT) is None
    assert held("public", NIGHT) == MORNING


def test_NT1_the_care_cap_counts_by_the_month_in_which_the_message_goes_out() -> None:
    assert care_slots(shanghai("2026-11-30 23:59"), policy()) == ["2026-11:1"]
    assert care_slots(shanghai("2026-12-01 07:00"), policy()) == ["2026-12:1"]


def test_ES4_the_digest_goes_out_at_the_next_eight_oclock() -> None:
    assert digest_until(shanghai("2026-11-23 07:59"), policy()) == shanghai("2026-11-23 08:00")
    assert digest_until(shanghai("2026-11-23 08:00"), policy()) == shanghai("2026-11-24 08:00")


@pytest.mark.parametrize(
    ("message_class", "waits"), [("care", True), ("commercial", True), ("transactional", False), ("staff", False)]
)
def test_RP3_a_survey_lets_its_reply_pass_first(message_class: Any, waits: bool) -> None:
    go = queued(message_class, "", NIGHT, policy())
    assert (go.wake_at > NIGHT) == waits
