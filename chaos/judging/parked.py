"""Refunds that wait for a person as BOSS can neither be asked nor honours keys, and the reason each needs for it. Pure.

Nobody may call a line unknown that he never sent, or of which he heard. So BOSS must know of a sending that it did not
answer at once; or the process died with the line in hand: as many refunds as kills took lines with them; or nothing
could be stored, since MongoDB was away or refund stood still."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from chaos.judging.evidence import Evidence, moment, until_back

Refund = Mapping[str, Any]
TIMED_OUT = "timeout"  # on a machine without a moment to spare BOSS's answer may be heard too late
SENDING = timedelta(seconds=5)  # from the taking of its lease until a sending is called unknown


def rightly_parked(evidence: Evidence) -> frozenset[str]:
    """The ids of the refunds that wait for a person and have a reason."""
    without = [refund for refund in _waiting(evidence) if not _unanswered(evidence, refund)]
    without.sort(key=lambda refund: (_could_not_be_stored(evidence, refund), refund["refund_id"]))
    dead = evidence.conditions.kills_with_lines
    wrong = {each["refund_id"] for each in without[dead:] if not _could_not_be_stored(evidence, each)}
    return frozenset(refund["refund_id"] for refund in _waiting(evidence)) - wrong


def _waiting(evidence: Evidence) -> Iterator[Refund]:
    if not evidence.conditions.boss_settles:
        for refunds in evidence.final["refunds"].values():
            yield from (each for each in refunds if each["status"] == "unknown" and _by_person(each))


def _by_person(refund: Refund) -> bool:
    return bool((refund["doubt"] or {}).get("waits_for") == "person")


def _unanswered(evidence: Evidence, refund: Refund) -> bool:
    mine, conditions = f"{refund['refund_id']}:", evidence.conditions
    late = (entry["key"] for entry in evidence.boss) if refund["doubt"].get("why") == TIMED_OUT else ()
    return any(key.startswith(mine) for key in (*conditions.boss_unanswered, *late))


def _could_not_be_stored(evidence: Evidence, refund: Refund) -> bool:
    """At the time when the line's fate became unknown."""
    since, conditions = evidence.timeline.machine(moment(refund["doubt"]["since"])), evidence.conditions
    away = (*until_back(conditions.database_away), *conditions.refund_stood)
    return any(began <= since <= ended + SENDING for began, ended in away)
