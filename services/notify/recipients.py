"""Who a recipient's name is, for one event: a number and how the record names its holder. Pure."""

from collections.abc import Mapping
from typing import Any

from services.notify.facts import at_path
from shared.organisation import Organisation, UnknownDuty

CUSTOMER = "customer"
STAFF = ("first_contact", "handler")
DUTIES = (
    *("duty_manager", "branch", "province", "service_group", "media_contact", "market_service_section"),
    *("account_manager", "support", "legal", "finance", "operator"),
)
NAMES = (CUSTOMER, *STAFF, *DUTIES, "level", "department", "told", "for_whom", "owner")


class Unreachable(LookupError):
    """The event does not say who it is, or nobody has a phone for it."""


def number_of(name: str, data: Mapping[str, Any], organisation: Organisation, customer: str | None) -> str:
    """
    The number that `name` answers, for an event's `data`; `customer` is the customer's own, already opened.

    Raises Unreachable. Staff that is not in the directory is reached through the duty manager.
    """
    if name == CUSTOMER:
        return _found(customer, name)
    if name in STAFF:
        return _staff(data.get(name), data, organisation)
    if name == "told":  # the one of a chain whose turn it is (ES11)
        return _staff(at_path(data, "change.who"), data, organisation)
    if name == "level":
        return _level(data, organisation)
    if name == "department":
        return _department(data, organisation)
    if name == "for_whom":
        return _for_whom(at_path(data, "change.for_whom"), data, organisation)
    if name == "owner":  # the duty that a doubt has risen to
        return _duty(str(at_path(data, "change.to")), data, organisation)
    return _duty(name, data, organisation)


def _for_whom(whom: Any, data: Mapping[str, Any], organisation: Organisation) -> str:
    """Whose task it is: a duty, a department, or an employee."""
    try:
        return _duty(str(whom), data, organisation)
    except Unreachable:
        unit = organisation.unit(data.get("branch", ""), str(whom))
    return (unit and unit.phone) or _staff(whom, data, organisation)


def _staff(sub: Any, data: Mapping[str, Any], organisation: Organisation) -> str:
    phone = organisation.phone_of_staff(sub) if isinstance(sub, str) else None
    return phone or _duty("duty_manager", data, organisation)


def _level(data: Mapping[str, Any], organisation: Organisation) -> str:
    """The level the event speaks of, else the one that has the case; arbitration is the province's to watch."""
    level = at_path(data, "change.level") or data.get("level") or "duty_manager"
    if level == "agent":
        return _staff(data.get("handler") or data.get("first_contact"), data, organisation)
    return _duty("province" if level == "arbitration" else level, data, organisation)


def _department(data: Mapping[str, Any], organisation: Organisation) -> str:
    department = data.get("department")
    unit = organisation.unit(data.get("branch", ""), department) if isinstance(department, str) else None
    phone = unit and (unit.phone or (unit.duties or {}).get("duty_manager"))
    return phone or _duty("branch", data, organisation)


def _duty(role: str, data: Mapping[str, Any], organisation: Organisation) -> str:
    try:
        return organisation.phone_of(role, data.get("branch"), data.get("hall"))
    except UnknownDuty as unknown:
        raise Unreachable(role) from unknown


def _found(number: str | None, name: str) -> str:
    if not number:
        raise Unreachable(name)
    return number
