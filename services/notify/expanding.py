"""From one event to the messages it asks for. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.facts import Facts, at_path, moment_at
from services.notify.recipients import Unreachable, number_of
from services.notify.rules import Rule
from services.notify.templates import Template, Templates
from services.notify.variables import cleaned
from shared.organisation import Organisation


@dataclass(frozen=True)
class Draft:
    """A message before anything is decided: `values` are JSON values by variable, `to` is a number."""

    template: str
    role: str
    to: str
    values: Mapping[str, Any]
    complaint_id: str | None = None
    branch: str | None = None
    acted_at: datetime | None = None
    before: datetime | None = None
    daily: bool = False
    instead: "tuple[Draft | Missed, ...]" = ()


@dataclass(frozen=True)
class Situation:
    """What an event says: its opened `data`, the customer's number if it names one, and when it happened."""

    data: Facts
    customer: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Missed:
    """A message that cannot be made: nobody answers for `role`."""

    template: str
    role: str


Drafts = Iterator[Draft | Missed]


def expand(rules: Iterable[Rule], situation: Situation, organisation: Organisation, templates: Templates) -> Drafts:
    """One draft for each rule that holds and each of its recipients; a number that two roles share gets one."""
    for rule in rules:
        if all(condition.holds(situation.data) for condition in rule.when):
            yield from _drafts(rule, situation, organisation, templates)


def _drafts(rule: Rule, situation: Situation, organisation: Organisation, templates: Templates) -> Drafts:
    seen = set()
    for role in rule.to:
        try:
            to = number_of(role, situation.data, organisation, situation.customer)
        except Unreachable:
            yield Missed(rule.template, role)
            continue
        if to not in seen:
            seen.add(to)
            instead = _drafts(rule.instead, situation, organisation, templates) if rule.instead else ()
            yield _draft(rule, role, to, situation, templates[rule.template], tuple(instead))


def _draft(
    rule: Rule, role: str, to: str, situation: Situation, template: Template, instead: "tuple[Draft | Missed, ...]"
) -> Draft:
    data = situation.data
    acted = (moment_at(data, path) for path in rule.acted)
    return Draft(
        template=rule.template,
        role=role,
        to=to,
        values={} if rule.daily else _values(rule, template, data),
        complaint_id=None if rule.daily else data.get("complaint_id"),
        branch=data.get("branch"),
        acted_at=max(filter(None, acted), default=None),
        before=min(_still_to_keep(rule, situation), default=None),
        daily=rule.daily,
        instead=instead,
    )


def _still_to_keep(rule: Rule, situation: Situation) -> Iterator[datetime]:
    """The limits that were not over when it happened: others are met by an earlier act, or cannot be kept (NT2)."""
    for path in rule.before:
        limit = moment_at(situation.data, path)
        if limit and (situation.at is None or limit >= situation.at):
            yield limit


def _values(rule: Rule, template: Template, data: Facts) -> dict[str, Any]:
    """What is absent stays out; writing the text names it. What people wrote is made sendable."""
    found = {name: at_path(data, rule.variables.get(name, name)) for name in template.variables}
    return {
        name: cleaned(value) if isinstance(value, str) else value for name, value in found.items() if value is not None
    }
