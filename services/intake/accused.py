"""Who is accused of a prohibition (IN15): an employee by number, or a partner by the name of its hall or unit. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.organisation import Organisation


@dataclass(frozen=True)
class Accused:
    """`people`: the staff numbers meant when it was said, the employee's or those of all who work for the partner."""

    staff: str | None = None
    partner: str | None = None
    people: tuple[str, ...] = ()


def named(staff: str | None, partner: str | None, organisation: Organisation) -> Accused:
    """The accusation, with everybody whom it means today."""
    meant = {sub for sub in organisation.staff if partner and works_for(sub, partner, organisation)}
    return Accused(staff, partner, tuple(sorted(meant | ({staff} if staff else set()))))


def works_for(sub: str, partner: str, organisation: Organisation) -> bool:
    """Whether the directory has the employee in the partner's hall; `partner` is its code or its name."""
    employee = organisation.staff.get(sub)
    if employee is None or not (employee.branch and employee.hall):
        return False
    unit = organisation.unit(employee.branch, employee.hall)
    return unit is not None and partner in (unit.code, unit.name)


def is_accused(accusations: Iterable[Accused], sub: str, organisation: Organisation) -> bool:
    """Whether the employee is accused, also one who came to the accused partner only later."""
    return any(
        sub in each.people or (each.partner and works_for(sub, each.partner, organisation)) for each in accusations
    )


def is_accused_partner(accusations: Iterable[Accused], branch: str, place: str, organisation: Organisation) -> bool:
    """Whether work sent to this place of the branch would reach the accused partner."""
    unit = organisation.unit(branch, place)
    names = {place} | ({unit.code, unit.name} if unit else set())
    return any(each.partner in names for each in accusations if each.partner)
