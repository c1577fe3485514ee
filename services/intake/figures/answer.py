"""The answer of `figures`: counted, with definitions, scope and who asked. Pure; the store gives the traces."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from services.intake.catalogue import Catalogue
from services.intake.figures.counting import Share, Tally
from services.intake.figures.definitions import RATES, VALID_EN, VALID_ZH, VERSION, Rate
from services.intake.figures.scope import Asked, Scope, closed
from services.intake.figures.trace import day_shown
from services.intake.rules import Rules
from services.rights import sees_only_majors
from shared.aggregate import Actor
from shared.instants import moment


def counted(traces: Iterable[tuple[int, str]], scope: Scope, limit: int, by: Actor) -> tuple[Tally, int | None]:
    """The tally, and the day to go on at where the limit cut it short: after whole days, so nothing counts twice."""
    tally, day_before = Tally(scope.period, sees_only_majors(by)), scope.first_day
    for day, trace in traces:
        if day > day_before and tally.seen >= limit:
            return tally, day
        tally.add(trace)
        day_before = day
    return tally, None


def answer(
    tally: Tally, after: int | None, asked: Asked, scope: Scope, by: Actor, now: datetime, rules: Rules
) -> dict[str, Any]:
    """As JSON values. Numerators, denominators and counts of partial answers add up; percentages do not."""
    return {
        "from": asked.start,
        "to": asked.end,
        "as_of": moment(scope.period.end),
        "closed": closed(asked, now),
        "scope": {
            "branch": scope.place.get("branch"),
            "hall": scope.place.get("hall"),
            "majors_only": tally.majors_only,
            "asked_by": {"sub": by.sub, "role": by.role, "branch": by.branch},
        },
        "valid": {"rule": "KP7", "zh": VALID_ZH, "en": VALID_EN},
        "definitions_version": VERSION,
        "figures": {rate.name: _rate(rate.name, tally) | _words(rate) for rate in RATES},
        "counts": {
            "ticket_types": dict(tally.counts["ticket_types"]),
            "complaints": dict(tally.counts["complaints"]),
            "channels": dict(tally.counts["channels"]),
            "prohibitions": dict(tally.counts["prohibitions"]),
            "open_late": dict(tally.counts["open_late"]),
            "leaves": _ranked(tally.counts["leaves"], _leaf_names(rules.catalogue)),
            "causes": _ranked(tally.counts["causes"], rules.causes.name_of),
        },
        "complaints_read": tally.seen,
        "after": day_shown(after),
    }


def _rate(name: str, tally: Tally) -> dict[str, Any]:
    shown: dict[str, Any] = _share(tally.rates[name])
    if name in tally.by_brand:
        shown["by_brand"] = {brand: _share(share) for brand, share in tally.by_brand[name].items()}
    return shown


def _words(rate: Rate) -> dict[str, str]:
    return {"rule": rate.rule, "zh": rate.zh, "en": rate.en}


def _share(share: Share) -> dict[str, Any]:
    return {"numerator": share.numerator, "denominator": share.denominator, "percent": share.percent}


def _leaf_names(catalogue: Catalogue) -> Callable[[str], str | None]:
    """Names of leaves; None for one that the catalogue in force does not have any more."""
    return lambda code: leaf.full_name if (leaf := catalogue.leaf(code)) else None


def _ranked(counter: Counter[str], name_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """Most frequent first; equally frequent ones by code, so that their order never wavers."""
    ranked = sorted(counter.items(), key=lambda each: (-each[1], each[0]))
    return [{"code": code, "name": name_of(code), "count": count} for code, count in ranked]
