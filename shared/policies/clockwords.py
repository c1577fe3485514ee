"""Every word a clock uses must stand in the lists of clocks.yml itself, so that a typing error is found."""

from collections.abc import Iterator
from typing import Any

from shared.clockrules import ByFact, Given

TIME = "time"  # the fact holds a moment, not one of a list of words
Found = tuple[tuple[str, ...], str]  # a path, and what is expected there


def unlisted(clock: dict[str, Any], words: dict[str, Any]) -> Iterator[Found]:
    """Paths within the clock whose words stand in none of the lists."""
    for part, listed in (("starts", "moments"), ("met_by", "acts")):
        for number, word in enumerate(clock[part]):
            if word not in words[listed]:
                yield (part, str(number)), f"{word!r} is none of {listed}: {', '.join(words[listed])}"
    for condition in clock["when"]:
        yield from _unlisted_values(("when", condition.fact), condition.fact, condition.values or (), words["facts"])
    yield from _unlisted_span(clock, words["facts"])


def _unlisted_span(clock: dict[str, Any], facts: dict[str, Any]) -> Iterator[Found]:
    span = clock["span"]
    if isinstance(span, Given) and facts.get(span.fact) != TIME:
        yield ("span", "given"), f"expected a fact listed as {TIME!r}, found {span.fact!r}"
    if not isinstance(span, ByFact):
        return
    yield from _unlisted_values(("span", "by"), span.fact, tuple(span.spans), facts)
    narrowed = [each.values for each in clock["when"] if each.fact == span.fact and each.values]
    possible = narrowed[0] if narrowed else facts.get(span.fact)
    for value in possible if isinstance(possible, list | tuple) else ():
        if value not in span.spans:
            yield ("span", str(value)), f"missing: each {span.fact} needs its span"


def _unlisted_values(
    path: tuple[str, ...], fact: str, values: tuple[Any, ...], facts: dict[str, Any]
) -> Iterator[Found]:
    listed = facts.get(fact)
    if listed is None:
        yield path, f"{fact!r} is none of the facts: {', '.join(facts)}"
        return
    for value in values:
        if not isinstance(listed, list) or value not in listed:
            yield path, f"{fact} is never {value!r}; listed: {listed}"


def put(faults: dict[str, Any], path: tuple[str, ...], message: str) -> None:
    """Files the message under its path among the faults that a schema raises."""
    *parents, last = path
    for part in parents:
        faults = faults.setdefault(part, {})
    faults.setdefault(last, []).append(message)
