"""Whom a rise is told to by name, and whom next (ES11). Pure."""

from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.model import Case
from services.escalation.rules import Rules
from shared.calendar import day_of


def begun(case: Case, rules: Rules, at: datetime) -> list[Any]:
    """The first of the chain is told; [] where there is no chain."""
    return _told(people(case, rules, at), rules, at)


def failed(case: Case, rules: Rules, at: datetime, cause: str, by: str = "") -> list[Any]:
    """The one told did not act: on to the next one, if there is one left."""
    assert case.walk is not None, "somebody was told"
    onwards = _told(case.walk.rest, rules, at) or [h.ChainExhausted(at)]
    return [h.ChainFailed(case.walk.told, cause, at, by), *onwards]


def people(case: Case, rules: Rules, at: datetime) -> tuple[str, ...]:
    """The staff numbers of the chain of the level that is awaited, in the order in which they are told."""
    organisation, facts = rules.organisation, case.facts
    if organisation is None:
        return ()
    department = rules.ladder.chain.departments.get(case.level, "")
    own = facts.department if case.level == "duty_manager" else None
    chain = organisation.chain(facts.branch, own or "") or organisation.chain(facts.branch, department)
    manager = None if case.level == "province" else organisation.duty_hall_manager(facts.branch)
    if manager and not rules.calendar.is_working(day_of(at)):
        chain = (manager, *(each for each in chain if each != manager))
    return tuple(each for each in chain if each not in facts.accused)


def _told(chain: tuple[str, ...], rules: Rules, at: datetime) -> list[Any]:
    if not chain:
        return []
    return [h.ChainTold(chain[0], at, at + rules.ladder.chain.patience, chain[1:])]
