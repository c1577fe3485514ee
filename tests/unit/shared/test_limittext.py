"""A due time explains itself in Chinese and English."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.limittext import text_en, text_zh
from shared.timelimit import Limit, extended, started_by

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMPLAINT = {"ticket_type": "complaint", "channel": "hall", "brand": "vip", "self_service_fault": True}


def limit_of(kind: str, start: datetime, clocks: ClockPolicy, calendar: Calendar) -> Limit:
    return next(each for each in started_by("registered", COMPLAINT, start, clocks, calendar) if each.kind == kind)


def test_CL1_a_limit_in_hours_says_that_holidays_count(clocks: ClockPolicy, calendar: Calendar) -> None:
    limit = limit_of("handling", datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), clocks, calendar)

    assert text_zh(limit, clocks, calendar) == (
        "处理时限（CL1）：自 2026-11-23 09:00 起，共8小时，截止 2026-11-23 17:00。"
        "2026-11-23 09:00 至 2026-11-23 17:00 计8小时（自然时，节假日照算）。"
    )
    assert text_en(limit, clocks, calendar) == (
        "handling (CL1): from 2026-11-23 09:00, 8 h, due 2026-11-23 17:00. "
        "2026-11-23 09:00 to 2026-11-23 17:00 counts 8 h (natural hours, holidays included)."
    )


def test_CL11_a_limit_in_working_days_names_what_it_leaves_out(clocks: ClockPolicy, calendar: Calendar) -> None:
    limit = limit_of("repair", datetime(2026, 9, 30, 9, tzinfo=SHANGHAI), clocks, calendar)
    text = text_zh(limit, clocks, calendar)

    assert "共5个工作日，截止 2026-10-13 24:00" in text
    assert "2026-09-30 09:00 至 2026-09-30 24:00 不计15小时（起始日当天）" in text
    assert "2026-10-01 00:00 至 2026-10-03 24:00 不计3天（法定节假日：国庆节）" in text
    assert "2026-10-10 00:00 至 2026-10-10 24:00 计1天（调休上班日）" in text


def test_CL3_an_extension_is_named_beside_the_span(clocks: ClockPolicy, calendar: Calendar) -> None:
    limit = limit_of("handling", datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), clocks, calendar)
    longer = extended(limit, limit.due_at + timedelta(hours=72, minutes=30))

    assert "共8小时，另延长72小时30分钟" in text_zh(longer, clocks, calendar)
    assert "8 h and an extension of 72 h 30 min" in text_en(longer, clocks, calendar)


def test_a_guessed_year_is_said_to_be_one(clocks: ClockPolicy, calendar: Calendar) -> None:
    limit = limit_of("repair", datetime(2026, 12, 30, 9, tzinfo=SHANGHAI), clocks, calendar)

    assert text_zh(limit, clocks, calendar).endswith("2027年放假调休安排尚未公布，工作日为推算。")
    assert text_en(limit, clocks, calendar).endswith(
        "The official notice for 2027 is not out: its working days are a guess."
    )
