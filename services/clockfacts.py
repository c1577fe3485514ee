"""What the services tell a clock at each moment: no clock may ask for what nobody tells, nor miss a word of it. Pure.

A policy that does would let the first complaint that meets it fail, so it is a fault of the file."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.rights import LEVELS
from shared.clockrules import ByFact, ClockPolicy, ClockRule, Given
from shared.policies import Fault, PolicySet

Words = Mapping[str, tuple[Any, ...]]

COMPLAINT: Words = {
    "ticket_type": ("consultation", "service_request", "appointment", "complaint"),
    "channel": ("hotline", "web", "letter", "hall", "third_party", "opinion_book", "sms"),
    "handling": ("record_only", "transfer", "dispatch", "direct_reply"),
    "brand": ("vip", "gotone", "ordinary"),
    "self_service_fault": (True, False),
}
LADDER: Words = {"level": LEVELS[:-1]}  # arbitration is opened by people and has no clock (ES9)
TOLD: Mapping[str, Words] = {
    **dict.fromkeys(("registered", "reopened", "replied", "declared_major", "pre_refunded"), COMPLAINT),
    **dict.fromkeys(("risen", "accepted"), LADDER),
    "promised": {**COMPLAINT, "promise": ("answer", "effect")},
    "told_to_wait": COMPLAINT,
}
TIMES: Mapping[str, tuple[str, ...]] = dict.fromkeys(("promised", "told_to_wait"), ("due_at",))


def clocks_fit_services(policies: PolicySet) -> Iterator[Fault]:
    """A moment that the file does not list; a clock whose span depends on what its moment does not tell."""
    clocks: ClockPolicy = policies["clocks"]
    for moment in TOLD.keys() - clocks.moments:
        yield policies.fault("clocks", ("moments",), f"missing: {moment!r}, which the services name")
    for clock in clocks.clocks:
        for moment in clock.starts:
            for path, message in _lacking(clock, TOLD.get(moment, {}), TIMES.get(moment, ())):
                yield policies.fault("clocks", ("clocks", clock.name, "span", *path), f"at {moment!r} {message}")


def _lacking(clock: ClockRule, told: Words, times: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    span = clock.span
    if isinstance(span, Given) and span.fact not in times:
        yield (), f"nobody tells {span.fact}"
    if not isinstance(span, ByFact):
        return
    narrowed = next((each.values for each in clock.when if each.fact == span.fact and each.values), None)
    if span.fact not in told and narrowed is None:
        yield (), f"nobody tells {span.fact}"
    for word in told.get(span.fact, ()):
        if (narrowed is None or word in narrowed) and str(word) not in span.spans:
            yield (str(word),), f"{span.fact} may be {word!r}, which needs its span"
