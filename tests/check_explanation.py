"""Counts an explanation of a time limit again, with nothing but Python: `check_explanation.py [FILE]`, else from stdin.

Exit 0: every time in it follows from its start, spans and days. 1: not, and where. Believed are neither `counts` nor
due times nor intervals; Shanghai is UTC+8."""

import json
import re
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

SHANGHAI, DAY, MILLISECOND = timezone(timedelta(hours=8)), timedelta(days=1), timedelta(milliseconds=1)
ONLY_ON_A_WEEKEND = {"weekend": True, "make_up_day": True, "working_day": False}  # a holiday may fall on any day
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
at = datetime.fromisoformat


def must(holds, fault):
    if not holds:
        raise ValueError(fault)


def stretches(start, span, days):
    """The intervals (from, to, counts, why) of a span: one stretch of natural time, or a day at a time."""
    used = timedelta(milliseconds=span.get("used_ms", 0))
    if "working_days" in span:
        return working_days(start, span["working_days"] * DAY - used, days)
    must(days == [], "natural time has no decisive days")
    due = start + timedelta(hours=span.get("hours", 0), minutes=span.get("minutes", 0)) - used
    return [(start, at(span["until"]), True, "given") if "until" in span else (start, due, True, "natural_hours")]


def working_days(start, left, days):
    midnight = start.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    found = [(start, midnight, False, "starting_day")]
    for day, kind in ((day, day["kind"]) for day in days):
        must(left, f"{day['day']} lies after the last working day")
        must(day["day"] == f"{midnight:%Y-%m-%d}", f"{midnight:%Y-%m-%d} is missing or out of order")
        must(kind == "holiday" or ONLY_ON_A_WEEKEND[kind] == (midnight.weekday() > 4), f"{day['day']} can be no {kind}")
        must(kind != "holiday" or day["reason_zh"], f"{day['day']}: a holiday has a reason")
        works = kind in ("working_day", "make_up_day")
        must(day["counts"] is works, f"{day['day']}: a {kind} is said to count wrongly")
        length = min(left, DAY) if works else DAY
        left -= length * works
        begins = found.pop()[0] if found[-1][3] == kind else midnight
        found.append((begins, midnight + length, works, kind))
        midnight += DAY
    must(not left, f"working days are missing: {left}")
    return found


def passed(intervals, until):
    """How many milliseconds that count lie before a moment."""
    return sum(max(min(to, until) - begins, 0 * DAY) // MILLISECOND for begins, to, counts, _ in intervals if counts)


def shown(moment, end=False):
    """As the texts show it; midnight as an end is 24:00 of the day before."""
    local = moment.astimezone(SHANGHAI)
    return f"{local - MILLISECOND:%Y-%m-%d} 24:00" if end and f"{local:%T}" == "00:00:00" else f"{local:%Y-%m-%d %H:%M}"


def lived(said):
    """The intervals that the chain of changes leads to, and the change that set the span."""
    intervals, due, before = [], None, at("0001-01-01T00:00:00+08:00")
    for link in said["changes"]:
        must((link["why"] in ("started", "returned")) == (due is None), "the chain starts once")
        must((link["was"] and at(link["was"])) == due, f"{link['why']}: before it was due {due}, not {link['was']}")
        must(before <= at(link["at"]), "a change lies before the one before it")
        if link["why"] == "extended":
            must(link["by"] and at(link["due_at"]) > due, "an extension needs somebody, and a later time")
            intervals.append((due, at(link["due_at"]), True, "extension"))
        else:
            intervals, decided = stretches(at(said["started_at"]), link["span"], link["days"]), link
        due, before = intervals[-1][1], at(link["at"])
        must(at(link["due_at"]) == due, f"{link['why']}: due {due}, not {link['due_at']}")
    return intervals, decided


def check(said):
    """Raises what does not follow."""
    intervals, decided = lived(said)
    due = intervals[-1][1]
    must(at(said["due_at"]) == due, f"due {due}, not {said['due_at']}")
    must([said["span"], said["days"]] == [decided["span"], decided["days"]], "span or days are not the last ones")
    told = [(at(each["from"]), at(each["to"]), each["counts"], each["why"]) for each in said["intervals"]]
    must(told == intervals, "the intervals are not those that the span and the days make")
    off = passed(intervals, at(said["warn_at"])) - passed(intervals, due) * Fraction(said["warn_share"])
    must(abs(off) <= 1000, "it warns at another share of its span")
    zh, en = TIME.findall(said["text_zh"]), TIME.findall(said["text_en"])
    must(zh == en and zh[:2] == [shown(intervals[0][0]), shown(due, end=True)], "the texts name other times")


if __name__ == "__main__":
    try:
        check(json.loads(Path(sys.argv[1]).read_text("utf-8") if sys.argv[1:] else sys.stdin.read()))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError) as fault:
        sys.exit(print(f"wrong: {type(fault).__name__}: {fault}") or 1)
