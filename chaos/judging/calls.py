"""Calls of the load: all that it asks for is allowed, so each is answered, or refused by a rule of the business. Pure.

A suite that knows nobody any more, or that answers nobody, has lost nothing by its own account."""

from collections.abc import Iterator

from chaos.judging.evidence import Evidence, Line, moment, until_back
from chaos.judging.outcome import Finding

BY_RULE = ("Conflict", "RuleRefused")  # what was done, or the time that has passed, may forbid it
ANSWERED = "an answer, or a rule that forbids it"


def calls(evidence: Evidence) -> Iterator[Finding]:
    """One for each call that was refused without a rule, or given up although every server was there."""
    attempted = {line["id"]: line for line in evidence.told if line["what"] == "attempted"}
    for line in evidence.told:
        if line["what"] == "refused" and line["error"] not in BY_RULE:
            yield _finding(attempted[line["id"]], line["error"])
        if line["what"] == "given_up" and not _served_nobody(evidence, attempted[line["id"]], line):
            yield _finding(attempted[line["id"]], "none, until its caller gave up")


def _served_nobody(evidence: Evidence, attempted: Line, given_up: Line) -> bool:
    """Whether a server was away at some time while it was tried."""
    began, ended = moment(attempted["machine"]), moment(given_up["machine"])
    away = until_back((*evidence.conditions.database_away, *evidence.conditions.broker_away))
    return any(since <= ended and began <= until for since, until in away)


def _finding(attempted: Line, seen: str) -> Finding:
    name = f"{attempted['service']}.{attempted['method']} {attempted['id']}"
    return Finding("run", "otherwise", name, ANSWERED, seen)
