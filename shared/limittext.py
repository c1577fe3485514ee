"""A time limit in words: what it is, how long, what counted and what did not. Pure; `explain` shows both languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.calendar import SHANGHAI, Calendar, day_of
from shared.clockrules import ClockPolicy
from shared.limitdays import reasons
from shared.timelimit import DAY_KINDS, MILLISECOND, Interval, Limit, guessed_years

DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Language:
    """One language's words; `whys` are those of Interval.why."""

    head: str
    line: str
    counts: tuple[str, str]
    working_days: str
    days: str
    hours: str
    minutes: str
    more: str
    gap: str
    stop: str
    comma: str
    colon: str
    end: str
    guess: str
    whys: dict[str, str]


ZH = _Language(
    head="{name}（{rule}）：自 {start} 起，共{length}，截止 {due}。",
    line="{start} 至 {end} {counts}{length}（{why}）",
    counts=("不计", "计"),
    working_days="{}个工作日",
    days="{}天",
    hours="{}小时",
    minutes="{}分钟",
    more="{}，另延长{}",
    gap="",
    stop="；",
    comma="、",
    colon="：",
    end="。",
    guess="{}年放假调休安排尚未公布，工作日为推算。",
    whys={
        "natural_hours": "自然时，节假日照算",
        "working_day": "工作日",
        "make_up_day": "调休上班日",
        "weekend": "周末",
        "holiday": "法定节假日",
        "starting_day": "起始日当天",
        "given": "承诺的时间",
        "moved": "人工调整的时间",
        "extension": "延长",
    },
)
EN = _Language(
    head="{name} ({rule}): from {start}, {length}, due {due}. ",
    line="{start} to {end} {counts} {length} ({why})",
    counts=("leaves out", "counts"),
    working_days="{} working days",
    days="{} d",
    hours="{} h",
    minutes="{} min",
    more="{} and an extension of {}",
    gap=" ",
    stop="; ",
    comma=", ",
    colon=": ",
    end=".",
    guess=" The official notice for {} is not out: its working days are a guess.",
    whys={
        "natural_hours": "natural hours, holidays included",
        "working_day": "working day",
        "make_up_day": "make-up working day",
        "weekend": "weekend",
        "holiday": "public holiday",
        "starting_day": "the starting day",
        "given": "the time promised",
        "moved": "the time set by an operator",
        "extension": "extension",
    },
)


def text_zh(limit: Limit, policy: ClockPolicy, calendar: Calendar) -> str:
    """The limit in Chinese, times of Shanghai."""
    return _text(ZH, policy.clock(limit.kind, limit.rule).zh, limit, calendar)


def text_en(limit: Limit, policy: ClockPolicy, calendar: Calendar) -> str:
    """The limit in English, times of Shanghai."""
    return _text(EN, policy.clock(limit.kind, limit.rule).en, limit, calendar)


def _text(words: _Language, name: str, limit: Limit, calendar: Calendar) -> str:
    start, due = moment_shown(limit.started_at), until_shown(limit.due_at)
    head = words.head.format(name=name, rule=limit.rule, start=start, length=_span(words, limit), due=due)
    lines = words.stop.join(_line(words, each, calendar) for each in limit.intervals)
    guesses = (words.guess.format(year) for year in guessed_years(limit, calendar))
    return head + lines + words.end + "".join(guesses)


def _line(words: _Language, interval: Interval, calendar: Calendar) -> str:
    return words.line.format(
        start=moment_shown(interval.from_),
        end=until_shown(interval.to),
        counts=words.counts[interval.counts],
        length=_length(words, interval.length, in_days=interval.why in DAY_KINDS),
        why=_why(words, interval, calendar),
    )


def _why(words: _Language, interval: Interval, calendar: Calendar) -> str:
    """Why it counts or not, with the festivals' names."""
    named = words.comma.join(each[words is EN] for each in reasons(interval, calendar))
    return words.whys[interval.why] + (words.colon + named if named else "")


def _span(words: _Language, limit: Limit) -> str:
    """The span as it was set, and what an extension added."""
    counted = [each for each in limit.intervals if each.counts]
    added = sum((each.length for each in counted if each.why == "extension"), timedelta())
    span = limit.span - added
    in_days = any(each.why in DAY_KINDS for each in counted)
    length = words.working_days.format(span // DAY) if in_days else _length(words, span)
    return words.more.format(length, _length(words, added)) if added else length


def _length(words: _Language, length: timedelta, in_days: bool = False) -> str:
    """Whole days in days, natural time in hours; to the minute."""
    days, rest = divmod(length, DAY) if in_days else (0, length)
    hours, rest = divmod(rest, timedelta(hours=1))
    parts = ((words.days, days), (words.hours, hours), (words.minutes, rest // timedelta(minutes=1)))
    return words.gap.join(form.format(number) for form, number in parts if number) or words.minutes.format(0)


def moment_shown(moment: datetime) -> str:
    """`2026-11-23 09:00` in Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def until_shown(moment: datetime) -> str:
    """Midnight as the end of the day before: 24:00."""
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{day_of(moment - MILLISECOND):%Y-%m-%d} 24:00"
    return moment_shown(moment)
