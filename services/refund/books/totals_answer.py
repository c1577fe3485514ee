"""The answer of `totals`: which refunds are read, what was counted, and what the words mean (KP2). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.refund.books.totals import Figures, Sum, Totals
from services.refund.errors import AnotherBranch, DoesNotFit
from services.rights import sees_branch
from shared.aggregate import Actor
from shared.instants import EPOCH, day_number, milliseconds, moment

VERSION = "refunds-1"
SETTLED = timedelta(minutes=1)  # what was stamped before a period's end is stored by then
MOST_AT_ONCE = 50_000  # refunds read by one call: some seconds
Answer = dict[str, Any]
DEFINITIONS = {
    "requested": {
        "zh": "按申请时间：期内提出的退费，按期末状态计；被否决和撤回的不计入笔数和金额，只列入分类。",
        "en": "By time of request: refunds asked for in the period, as they stood at its end; what was rejected or "
        "withdrawn is in the breakdowns only, not in count and total.",
    },
    "paid": {
        "zh": "按支付时间：期内确认到账的退费项目，金额只计期内到账部分。",
        "en": "By time of payment: lines known to be paid in the period; only what was paid in it counts.",
    },
    "doubled": {
        "zh": "双倍返还：含双倍返还部分的退费；total_fen 为本金加返还，award_fen 仅为返还部分。",
        "en": "Double refunds: those with an award line; total_fen is the whole refund, award_fen the award alone.",
    },
    "by": {
        "zh": "分类：每笔退费在每一分类中各计一次；none 表示该类不适用。",
        "en": "Breakdowns: each refund counts once in each of them; none where it does not apply.",
    },
}


@dataclass(frozen=True)
class Asked:
    """The filter. `after`: the day (since 1970) at which an earlier, partial answer ended."""

    start: datetime
    end: datetime
    branch: str | None = None
    hall: str | None = None
    limit: int = MOST_AT_ONCE
    after: int | None = None


@dataclass(frozen=True)
class Scope:
    """Days (since 1970, in Shanghai) and place; days from `since` to `first_day` were counted by earlier calls."""

    start: int
    end: int
    since: int
    first_day: int
    last_day: int
    place: dict[str, str]


def scope_of(asked: Asked, by: Actor, now: datetime) -> Scope:
    """What the caller may have of what is asked; a period that still runs is counted as of now."""
    if asked.end <= asked.start:
        raise DoesNotFit("to", "a period ends after it begins")
    bound = sees_branch(by)
    if bound and asked.branch not in (None, bound):
        raise AnotherBranch(str(asked.branch))
    start, end = milliseconds(asked.start), milliseconds(min(asked.end, now))
    since = day_number(start)
    place = {name: value for name, value in (("branch", bound or asked.branch), ("hall", asked.hall)) if value}
    return Scope(start, end, since, max(since, asked.after or since), day_number(end - 1), place)


def counted(traces: Iterable[tuple[int, str]], scope: Scope, limit: int) -> tuple[Totals, int | None]:
    """The sums, and the day to go on at where the limit cut it short: after whole days, so nothing counts twice."""
    totals, day_before = Totals(scope.start, scope.end), scope.first_day
    for day, trace in traces:
        if day > day_before and totals.seen >= limit:
            return totals, day
        totals.add(trace)
        day_before = day
    return totals, None


def answer(totals: Totals, after: int | None, asked: Asked, scope: Scope, now: datetime) -> Answer:
    """As JSON values; all numbers of partial answers add up. `count`, `total_fen`, `doubled`: of what was paid."""
    paid = totals.paid
    return {
        "from": asked.start,
        "to": asked.end,
        "as_of": moment(scope.end),
        "closed": asked.end + SETTLED <= now,
        "scope": {"branch": scope.place.get("branch"), "hall": scope.place.get("hall")},
        "count": paid.all.count,
        "total_fen": paid.all.total_fen,
        "doubled": paid.doubled.count,
        "doubled_fen": paid.doubled.total_fen,
        "requested": _figures(totals.requested),
        "paid": _figures(totals.paid),
        "definitions": DEFINITIONS,
        "definitions_version": VERSION,
        "after": None if after is None else (EPOCH + timedelta(days=after)).date().isoformat(),
    }


def _figures(figures: Figures) -> Answer:
    by = {
        f"by_{name}": {word: _sum(figures.by[name][word]) for word in sorted(figures.by[name])} for name in figures.by
    }
    doubled = _sum(figures.doubled) | {"award_fen": figures.award_fen}
    return _sum(figures.all) | {"doubled": doubled, "by_line": dict(figures.lines)} | by


def _sum(one: Sum) -> Answer:
    return {"count": one.count, "total_fen": one.total_fen}
