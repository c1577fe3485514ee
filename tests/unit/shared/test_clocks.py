"""policies/clocks.yml as the rulebook has it: which moment starts which clocks, for how long, met by what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.timelimit import Limit, started_by

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
COMPLAINT = {
    "ticket_type": "complaint",
    "channel": "hotline",
    "handling": "transfer",
    "brand": "ordinary",
    "self_service_fault": False,
}


@pytest.fixture
def start(clocks: ClockPolicy, calendar: Calendar) -> Any:
    def starting(moment: str, **facts: Any) -> dict[str, Limit]:
        return {limit.kind: limit for limit in started_by(moment, COMPLAINT | facts, NOW, clocks, calendar)}

    return starting


def hours(limit: Limit) -> float:
    return (limit.due_at - limit.started_at) / timedelta(hours=1)


@pytest.mark.parametrize(("brand", "due_in"), [("vip", 8), ("gotone", 24), ("ordinary", 48)])
@pytest.mark.parametrize("moment", ["registered", "reopened"])
def test_CL1_handling_is_due_by_brand(start: Any, moment: str, brand: str, due_in: int) -> None:
    handling = start(moment, brand=brand)["handling"]

    assert (hours(handling), handling.rule) == (due_in, "CL1")


def test_CL2_every_complaint_gets_its_first_reply_within_48_hours(start: Any) -> None:
    assert hours(start("registered", brand="vip")["first_reply"]) == 48


@pytest.mark.parametrize("ticket_type", ["consultation", "service_request", "appointment"])
def test_IN3_only_complaints_get_clocks(start: Any, ticket_type: str) -> None:
    assert start("registered", ticket_type=ticket_type, channel="web", self_service_fault=True) == {}


def test_a_hotline_complaint_starts_handling_first_reply_and_the_call_while_he_waits(start: Any) -> None:
    assert set(start("registered")) == {"handling", "first_reply", "waiting_call"}


def test_reopening_starts_handling_and_the_call_while_he_waits_only(start: Any) -> None:
    assert set(start("reopened", channel="opinion_book")) == {"handling", "waiting_call"}


@pytest.mark.parametrize("channel", ["web", "letter", "third_party", "opinion_book", "sms"])
def test_IN22_without_the_customer_present_he_is_contacted_within_four_hours(start: Any, channel: str) -> None:
    contact = start("registered", channel=channel)["contact"]

    assert (hours(contact), contact.rule) == (4, "IN22")


@pytest.mark.parametrize("channel", ["hotline", "hall"])
def test_IN22_with_the_customer_present_no_contact_clock_starts(start: Any, channel: str) -> None:
    assert "contact" not in start("registered", channel=channel)


@pytest.mark.parametrize("ticket_type", ["complaint", "service_request"])
def test_IN16_an_answered_fee_reminder_is_followed_by_a_contact_within_72_hours(start: Any, ticket_type: str) -> None:
    contact = start("registered", ticket_type=ticket_type, channel="sms", inbound="fee_reminder")["contact"]

    assert (hours(contact), contact.rule) == (72, "IN16")


def test_CL6_the_opinion_book_wants_remark_and_call_back_within_48_hours(start: Any, clocks: ClockPolicy) -> None:
    limits = start("registered", channel="opinion_book")

    assert [hours(limits[kind]) for kind in ("remark", "call_back")] == [48, 48]
    assert clocks.met_by("remark", "CL6") == {"remarked"}
    assert clocks.met_by("call_back", "CL6") == {"called_back"}


def test_CL11_a_self_service_fault_is_reported_in_8_hours_and_mended_in_5_working_days(start: Any) -> None:
    limits = start("registered", self_service_fault=True)

    assert hours(limits["fault_report"]) == 8
    assert limits["repair"].due_at == datetime(
        2026, 11, 30, 16, 0, tzinfo=UTC
    )  # the end of Monday the 30th in Shanghai


def test_CL4_a_major_complaint_has_its_opinion_in_1_hour_and_its_reply_in_48(start: Any) -> None:
    limits = start("declared_major", brand="vip")

    assert hours(limits["opinion"]) == 1
    assert hours(limits["major_reply"]) == 48


def test_MJ5_support_and_legal_are_asked_at_once_with_12_and_24_hours(start: Any) -> None:
    limits = start("declared_major")

    assert [hours(limits[kind]) for kind in ("support_opinion", "legal_opinion")] == [12, 24]
    assert set(limits) == {"opinion", "major_reply", "support_opinion", "legal_opinion"}


@pytest.mark.parametrize(
    ("level", "acceptance", "handling"), [("duty_manager", 2, 8), ("branch", 4, 16), ("province", 8, 24)]
)
def test_ES4_each_level_has_its_time_to_accept_and_to_handle(
    start: Any, level: str, acceptance: int, handling: int
) -> None:
    assert {kind: hours(limit) for kind, limit in start("risen", level=level).items()} == {"acceptance": acceptance}
    assert {kind: hours(limit) for kind, limit in start("accepted", level=level).items()} == {"level": handling}


def test_ES4_arbitration_has_no_ladder_clock_and_nobody_rises_to_the_agent(start: Any) -> None:
    assert start("risen", level="arbitration") == start("accepted", level="arbitration") == {}
    assert start("risen", level="agent") == {}


def test_ES5_what_comes_back_to_the_agent_has_a_level_clock(start: Any) -> None:
    assert {kind: hours(limit) for kind, limit in start("accepted", level="agent").items()} == {"level": 8}


@pytest.mark.parametrize(("kind", "rule", "met_by"), [("answer", "CL8", {"replied"}), ("effect", "CL7", {"fulfilled"})])
def test_CL8_a_promise_is_due_when_promised_and_met_by_its_own_act(
    start: Any, clocks: ClockPolicy, kind: str, rule: str, met_by: set[str]
) -> None:
    promise = start("promised", promise=kind, due_at=NOW + timedelta(hours=30))["promise"]

    assert (hours(promise), promise.rule) == (30, rule)
    assert clocks.met_by("promise", rule) == met_by


def test_CL5_a_pre_refund_is_verified_in_three_days(start: Any) -> None:
    assert hours(start("pre_refunded")["verification"]) == 72


def test_RP3_a_reply_starts_the_follow_up(start: Any) -> None:
    assert set(start("replied")) == {"follow_up"}


@pytest.mark.parametrize(("brand", "due_in"), [("vip", 4), ("gotone", 12), ("ordinary", 24)])
@pytest.mark.parametrize("moment", ["registered", "reopened"])
def test_RP8_a_waiting_customer_is_called_well_before_his_handling_limit(
    start: Any, moment: str, brand: str, due_in: int
) -> None:
    started = start(moment, brand=brand)

    assert (hours(started["waiting_call"]), started["waiting_call"].rule) == (due_in, "RP8")
    assert started["waiting_call"].due_at < started["handling"].due_at


def test_RP8_who_was_answered_on_the_spot_does_not_wait_until_it_is_reopened(start: Any) -> None:
    assert "waiting_call" not in start("registered", handling="direct_reply")
    assert "waiting_call" in start("reopened", handling="direct_reply")


def test_RP8_told_until_when_to_wait_he_is_called_by_then(start: Any) -> None:
    until = NOW + timedelta(hours=5)

    assert start("told_to_wait", due_at=until)["waiting_call"].due_at == until


def test_IN4_a_direct_reply_is_settled_without_a_follow_up(start: Any) -> None:
    assert start("replied", handling="direct_reply") == {}


@pytest.mark.parametrize(
    ("kind", "rule", "act"),
    [
        ("handling", "CL1", "replied"),
        ("first_reply", "CL2", "answered"),
        ("waiting_call", "RP8", "called"),
        ("waiting_call", "RP8", "replied"),
        ("opinion", "CL4", "supervisor_opinion"),
        ("support_opinion", "MJ5", "support_opinion"),
        ("legal_opinion", "MJ5", "legal_opinion"),
        ("major_reply", "CL4", "replied"),
        ("acceptance", "ES4", "accepted"),
        ("acceptance", "ES4", "handed_back"),
        ("acceptance", "ES4", "escalated"),
        ("level", "ES4", "replied"),
        ("level", "ES4", "handed_back"),
        ("level", "ES4", "escalated"),
    ],
)
def test_a_clock_is_met_by_its_act(clocks: ClockPolicy, kind: str, rule: str, act: str) -> None:
    assert act in clocks.met_by(kind, rule)


def test_every_clock_says_what_it_is_in_both_languages(clocks: ClockPolicy) -> None:
    assert all(clock.zh and clock.en for clock in clocks.clocks)


def test_every_limit_finds_its_entry_again(clocks: ClockPolicy) -> None:
    """Or one that says the same: several moments may start one kind under one rule, each with a span of its own."""
    found = [(clock, clocks.clock(clock.kind, clock.rule)) for clock in clocks.clocks]

    assert all((one.zh, one.en, one.met_by, one.warn) == (two.zh, two.en, two.met_by, two.warn) for one, two in found)
