"""The judge's own model of clocks: what the contract's table says, in hours after the registration."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chaos.judging.course import Course, Due, Happening, Key

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
END = 60.0


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def seen(*clocks: tuple[str, float, str]) -> dict[Key, dict[str, Any]]:
    """Kind, due hour and state, as callers are told at the end."""
    return {(kind, at(due)): {"state": state} for kind, due, state in clocks}


def course(told: dict[Key, dict[str, Any]], *happenings: Happening, promise: float | None = None) -> Course:
    started = [Due("handling", START, at(8), told=True), Due("first_reply", START, at(48), told=True)]
    started += [Due("promise", START, at(promise), told=True)] if promise else []
    close = timedelta(minutes=3)
    return Course(told, lambda earlier, later: later - earlier <= close, at(END), at(END)).run(started, happenings)


def differences(lived: Course) -> dict[str, str]:
    return {kind: difference.wrong for (kind, _), difference in lived.differences.items()}


LADDER = (("acceptance", 10, "broken"), ("acceptance", 14, "broken"), ("acceptance", 22, "broken"))
FORGOTTEN = (("handling", 8, "broken"), ("first_reply", 48, "broken"), *LADDER)


def test_ES4_an_unanswered_complaint_climbs_to_the_province_and_no_further() -> None:
    lived = course(seen(*FORGOTTEN))
    assert not lived.differences
    assert lived.level == "province"
    assert [clock.kind for clock in lived.clocks].count("acceptance") == 3


def test_ES4_what_breaks_at_the_same_instant_raises_once() -> None:
    lived = course(seen(*FORGOTTEN, ("promise", 8, "broken")), promise=8)
    assert not lived.differences
    assert lived.level == "province"


def test_a_break_while_a_level_has_still_to_take_over_only_notifies() -> None:
    lived = course(seen(*FORGOTTEN, ("promise", 9, "broken")), promise=9)
    assert not lived.differences


def test_ES3_who_takes_over_gets_the_level_clock_and_its_break_raises() -> None:
    told = seen(
        ("handling", 8, "broken"),
        ("first_reply", 48, "broken"),
        ("acceptance", 10, "met"),
        ("level", 17, "broken"),
        ("acceptance", 21, "broken"),
        ("acceptance", 29, "broken"),
    )
    assert not course(told, Happening(at(9), "accepted")).differences


def test_a_reply_ends_what_waits_for_it_and_starts_the_follow_up() -> None:
    told = seen(("handling", 8, "met"), ("first_reply", 48, "met"), ("follow_up", 79, "running"))
    assert not course(told, Happening(at(7), "replied")).differences


def test_a_clock_that_broke_although_it_was_met_is_early_but_not_within_the_grace() -> None:
    told = seen(*FORGOTTEN[:1], ("first_reply", 48, "met"), *LADDER, ("follow_up", 79.97, "running"))
    close = course(told | seen(("follow_up", 79.97, "running")), Happening(at(7.97), "replied"))
    assert not [each for each in close.differences if each[0] == "handling"]
    far = course(
        seen(*FORGOTTEN[:1], ("first_reply", 48, "met"), ("follow_up", 79, "running"), *LADDER),
        Happening(at(7), "replied"),
    )
    assert differences(far) == {"handling": "early"}


def test_what_only_follows_from_a_wrong_rise_is_not_told_again() -> None:
    told = seen(
        ("handling", 8, "broken"), ("first_reply", 48, "met"), ("follow_up", 79, "running"), ("acceptance", 10, "met")
    )
    assert differences(course(told, Happening(at(7), "replied"))) == {"handling": "early"}


def test_a_rise_that_never_came_is_lost() -> None:
    assert differences(course(seen(*FORGOTTEN[:2]))) == {"acceptance": "lost"}


def test_a_clock_that_is_over_and_runs_on_is_lost() -> None:
    assert differences(course(seen(("handling", 8, "running"), ("first_reply", 48, "broken")))) == {"handling": "lost"}


def test_a_met_clock_that_still_runs_is_lost() -> None:
    told = seen(("handling", 8, "met"), ("first_reply", 48, "running"), ("follow_up", 79, "running"))
    assert differences(course(told, Happening(at(7), "replied"))) == {"first_reply": "lost"}
