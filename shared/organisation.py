"""The company's own directory: branches, their units, and which phone a duty or an employee answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class UnknownDuty(LookupError):
    """No hall, branch or province names a phone for this duty."""


@dataclass(frozen=True)
class Unit:
    """A place work can go to. `kind`: department, hall, hotline or outside; `duties`: phones by duty.

    `run_by`, of halls: own, partner or agency."""

    code: str
    name: str
    kind: str
    branch: str | None
    phone: str | None = None
    duties: Mapping[str, str] | None = None
    run_by: str | None = None


@dataclass(frozen=True)
class Employee:
    """One entry of the staff directory."""

    sub: str
    phone: str
    branch: str | None = None
    hall: str | None = None


@dataclass(frozen=True)
class Branch:
    """A city company, or with code None the province. `units` by code, the hotline among them.

    `chains`: by unit, the staff numbers told one after the other; `duty_hall_manager` on days that are not worked."""

    code: str | None
    name: str
    duties: Mapping[str, str]
    units: Mapping[str, Unit]
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    duty_hall_manager: str | None = None


HOTLINE, OUTSIDE = "hotline", "outside"


@dataclass(frozen=True)
class Organisation:
    """Branches by code, the province, and the staff by number."""

    province: Branch
    branches: Mapping[str, Branch]
    staff: Mapping[str, Employee]

    def phone_of(self, role: str, branch: str | None = None, hall: str | None = None) -> str:
        """The phone that answers a duty there; without a hall the hotline's shift. Raises UnknownDuty.

        An unknown hall or branch falls back to the next outer one, so that no alert is lost to a typing error."""
        for duties in self._duties(branch, hall):
            if role in duties:
                return duties[role]
        raise UnknownDuty(f"organisation.yml names no phone for {role!r} in branch {branch!r}, hall {hall!r}")

    def phone_of_staff(self, sub: str) -> str | None:
        """The employee's phone; None for one who is not in the directory."""
        employee = self.staff.get(sub)
        return employee.phone if employee else None

    def partners(self) -> dict[str, str]:
        """The staff of partners and agencies: staff number -> the hall that they work in (PR4)."""
        halls = {sub: self.unit(each.branch or "", each.hall or "") for sub, each in self.staff.items()}
        return {sub: hall.code for sub, hall in halls.items() if hall and hall.run_by not in (None, "own")}

    def unit(self, branch: str, code_or_name: str) -> Unit | None:
        """The branch's (else the province's) unit of this code or Chinese name, halls and hotline included."""
        for company in (self.branches.get(branch), self.province):
            for unit in company.units.values() if company else ():
                if code_or_name in (unit.code, unit.name):
                    return unit
        return None

    def chain(self, branch: str, code_or_name: str) -> tuple[str, ...]:
        """The staff numbers of a department's notify chain, the branch's before the province's; () for none (ES11)."""
        companies = [each for each in (self.branches.get(branch), self.province) if each]
        chains = ((company.units[code], people) for company in companies for code, people in company.chains.items())
        return next((people for unit, people in chains if code_or_name in (unit.code, unit.name)), ())

    def duty_hall_manager(self, branch: str) -> str | None:
        """Who is told first on days that are not worked (ES11)."""
        company = self.branches.get(branch)
        return company.duty_hall_manager if company else None

    def is_counter(self, code_or_name: str) -> bool:
        """Whether a hall or hotline of any branch is called so: a place that customers themselves go to or call."""
        units = (unit for company in self.branches.values() for unit in company.units.values())
        return any(unit.kind in ("hall", HOTLINE) and code_or_name in (unit.code, unit.name) for unit in units)

    def _duties(self, branch: str | None, hall: str | None) -> tuple[Mapping[str, str], ...]:
        company = self.branches.get(branch or "")
        if company is None:
            return (self.province.duties,)
        place = company.units.get(hall or HOTLINE) or company.units[HOTLINE]
        return (place.duties or {}, company.duties, self.province.duties)
