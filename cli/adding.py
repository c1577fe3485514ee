"""Partial answers of `figures` added up to one. Pure."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from services.intake.figures.counting import Share

Answer = dict[str, Any]
RANKED = ("leaves", "causes")


def whole(ask: Callable[[Answer], Answer], asked: Answer) -> Answer:
    """The figures of a period, however many calls they take; all of them as of the first one's time."""
    answer = ask(asked)
    while after := answer["after"]:
        part = ask(asked | {"to": answer["as_of"], "after": after})
        answer = _added(answer, part)
    return answer


def _added(one: Answer, other: Answer) -> Answer:
    figures = {name: _rate(each, other["figures"][name]) for name, each in one["figures"].items()}
    counts = {name: _counts(name, each, other["counts"][name]) for name, each in one["counts"].items()}
    read = one["complaints_read"] + other["complaints_read"]
    return one | {"figures": figures, "counts": counts, "complaints_read": read, "after": other["after"]}


def _rate(one: Answer, other: Answer) -> Answer:
    added = one | _share(one, other)
    if "by_brand" in one:
        added["by_brand"] = {brand: _share(each, other["by_brand"][brand]) for brand, each in one["by_brand"].items()}
    return added


def _share(one: Answer, other: Answer) -> Answer:
    share = Share(one["numerator"] + other["numerator"], one["denominator"] + other["denominator"])
    return {"numerator": share.numerator, "denominator": share.denominator, "percent": share.percent}


def _counts(name: str, one: Any, other: Any) -> Any:
    if name not in RANKED:
        return dict(Counter(one) + Counter(other))
    names = {each["code"]: each["name"] for each in (*one, *other)}
    sums = Counter({each["code"]: each["count"] for each in one})
    sums.update({each["code"]: each["count"] for each in other})
    ranked = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
    return [{"code": code, "name": names[code], "count": count} for code, count in ranked]
