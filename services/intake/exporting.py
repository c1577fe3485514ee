"""What is passed on of a complaint: named fields only, each with nothing in it but what it says (PR3, PR5). Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.intake import history as h
from services.intake.errors import NotToBeExported
from services.intake.facts import whole
from services.intake.model import Complaint
from shared.aggregate import Stamp
from shared.graver import Graver
from shared.privacy import Export

Entry = tuple[Any, Stamp]
Values = Callable[[Complaint, Sequence[Entry]], Any]


def _open(name: str) -> Values:
    return lambda complaint, _: whole.unstructure(getattr(complaint, name))


def _customers(name: str) -> Values:
    return lambda complaint, _: getattr(complaint.customer, name)


def _each(kind: type, *names: str) -> Values:
    return lambda _, history: [_told(entry, names) for entry in history if isinstance(entry[0], kind)]


def _last(kind: type, *names: str) -> Values:
    return lambda complaint, history: next(reversed(_each(kind, *names)(complaint, history)), None)


def _told(entry: Entry, names: Iterable[str]) -> dict[str, Any]:
    event, stamp = entry
    return {"at": whole.unstructure(stamp.at)} | {name: whole.unstructure(getattr(event, name)) for name in names}


EXPORTABLE: dict[str, Values] = {
    **{name: _open(name) for name in ("serial_no", "registered_at", "channel", "category_name", "status", "brand")},
    **{name: _open(name) for name in ("branch", "hall", "content", "demand", "archived_at", "withdrawn_at")},
    **{name: _customers(name) for name in ("msisdn", "name", "group_name")},
    "contacts": _each(h.ContactRecorded, "means", "direction", "content", "customer_said"),
    "proposals": _each(h.SolutionProposed, "solution", "answer", "counter"),
    "reply": _last(h.ComplaintReplied, "content", "satisfaction"),
    "cause": _last(h.ComplaintArchived, "cause"),
}


def chosen(asked: Sequence[str] | None, rule: Export, number: str) -> tuple[str, ...]:
    """The fields to pass on; NotToBeExported (by this rule's number) where one is not on the list."""
    if refused := [name for name in asked or () if name not in rule.fields]:
        raise NotToBeExported(number, refused, rule.fields)
    return tuple(name for name in rule.fields if asked is None or name in asked)


def exported(
    fields: Sequence[str], complaint: Complaint, history: Sequence[Entry], rule: Export, graver: Graver
) -> dict[str, Any]:
    """The named fields and nothing else; graver data masked in them unless the rule says so."""
    values = {name: EXPORTABLE[name](complaint, history) for name in fields}
    texts = values.keys() - {"msisdn", "name", "group_name", "serial_no"}
    return values if rule.graver else values | {name: graver.masked(values[name]) for name in texts}
