"""How late anybody could hear of what happened: no event lies in an outbox for long while its server is there. Pure.

Promised are 30 seconds from the broker's return. Twice that is a judge's bound: no busy machine comes near it, and an
entry that nobody sweeps up lies there until the end of the run."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chaos.judging.evidence import Evidence, Span, moment, until_back
from chaos.judging.outcome import Finding

AT_ONCE = timedelta(seconds=60)


def promptness(evidence: Evidence) -> Iterator[Finding]:
    """One for each event that was heard of too late, by machine time, outages of MongoDB and broker left out."""
    away = _together(until_back((*evidence.conditions.database_away, *evidence.conditions.broker_away)))
    for (document, name), events in evidence.happened.items():
        for event in events:
            happened, heard = evidence.timeline.machine(moment(event["at"])), moment(event["machine"])
            late = heard - happened - _within(away, happened, heard)
            if late > AT_ONCE:
                seen = f"{late.total_seconds():.0f} seconds later, outages left out"
                yield Finding("run", "otherwise", f"{name} of {document}", "heard of at once", seen)


def _together(spans: list[Span]) -> list[Span]:
    """Overlapping spans as one."""
    joined: list[Span] = []
    for began, ended in sorted(spans):
        if joined and began <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(ended, joined[-1][1])
        else:
            joined.append((began, ended))
    return joined


def _within(spans: list[Span], since: datetime, until: datetime) -> timedelta:
    """How much of a time lies in these spans."""
    parts = (min(ended, until) - max(began, since) for began, ended in spans)
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))
