"""The schema of organisation.yml."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from shared import phone
from shared.organisation import HOTLINE, Branch, Employee, Organisation, Unit, UnknownDuty
from shared.policies.files import Policy


def _mobile(text: str) -> None:
    try:
        phone.parse(text)
    except phone.NotAMobileNumber as error:
        raise ValidationError(f"expected {error}") from error


def _phone(**options: Any) -> fields.String:
    return fields.String(validate=_mobile, **options)


def _duties(**options: Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=_phone(), **options)


class UnitSchema(Schema):
    """A department, or a partner outside."""

    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["department", "outside"]))
    phone = _phone(required=True)


class HotlineSchema(Schema):
    """A branch's hotline shift."""

    name = fields.String(required=True)
    duties = _duties(required=True)


class HallSchema(HotlineSchema):
    """A hall: the company's own, a partner's, or an agency."""

    run_by = fields.String(required=True, validate=validate.OneOf(["own", "partner", "agency"]))


class CompanySchema(Schema):
    """What province and branches have in common."""

    name = fields.String(required=True)
    duties = _duties(required=True)
    units = fields.Dict(keys=fields.String(), values=fields.Nested(UnitSchema), required=True)
    chains = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String(), validate=validate.Length(min=1)),
        load_default=dict,
    )


class DutyHallSchema(Schema):
    """The hall on duty on days that are not worked, and its manager's staff number (ES11)."""

    hall = fields.String(required=True)
    manager = fields.String(required=True)


class BranchSchema(CompanySchema):
    """A city company."""

    duty_hall = fields.Nested(DutyHallSchema, load_default=None)

    hotline = fields.Nested(HotlineSchema, required=True)
    halls = fields.Dict(keys=fields.String(), values=fields.Nested(HallSchema), required=True)


class EmployeeSchema(Schema):
    """One entry of `staff`."""

    phone = _phone(required=True)
    branch = fields.String(load_default=None)
    hall = fields.String(load_default=None)


class OrganisationSchema(Schema):
    """Loads an Organisation."""

    province = fields.Nested(CompanySchema, required=True)
    branches = fields.Dict(
        keys=fields.String(), values=fields.Nested(BranchSchema), required=True, validate=validate.Length(min=1)
    )
    staff = fields.Dict(keys=fields.String(), values=fields.Nested(EmployeeSchema), required=True)

    @validates_schema(skip_on_field_errors=True)
    def staff_works_somewhere(self, data: dict[str, Any], **_: Any) -> None:
        faults: dict[str, Any] = {}
        for sub, employee in data["staff"].items():
            company = data["branches"].get(employee["branch"])
            if employee["branch"] is not None and company is None:
                faults[sub] = {"branch": [f"{employee['branch']!r} is none of the branches"]}
            elif employee["hall"] is not None and employee["hall"] not in (company or {}).get("halls", {}):
                faults[sub] = {"hall": [f"{employee['hall']!r} is no hall of the employee's branch"]}
        if faults:
            raise ValidationError({"staff": faults})

    @validates_schema(skip_on_field_errors=True)
    def chains_are_of_units_and_staff(self, data: dict[str, Any], **_: Any) -> None:
        """A chain that names nobody would wake nobody."""
        places = {"province": data["province"], **{f"branches.{code}": each for code, each in data["branches"].items()}}
        faults = {place: said for place, company in places.items() if (said := _broken(company, data["staff"]))}
        if faults:
            raise ValidationError(faults)

    @validates_schema(skip_on_field_errors=True)
    def every_duty_is_answered(self, data: dict[str, Any], **_: Any) -> None:
        """A duty that one place names must be answered from every hall and hotline of every branch."""
        organisation = _organisation(data)
        faults = {code: _unanswered(organisation, code, _named_duties(data)) for code in organisation.branches}
        if any(faults.values()):
            raise ValidationError({"branches": {code: {"duties": said} for code, said in faults.items() if said}})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Organisation:
        return _organisation(data)


def _broken(company: dict[str, Any], staff: dict[str, Any]) -> dict[str, list[str]]:
    said = [f"{unit!r} is none of the units" for unit in company["chains"].keys() - company["units"].keys()]
    named = {who for people in company["chains"].values() for who in people}
    hall = company.get("duty_hall")
    if hall and hall["hall"] not in company["halls"]:
        said.append(f"{hall['hall']!r} is none of the halls")
    named |= {hall["manager"]} if hall else set()
    said += [f"{who!r} is not among the staff" for who in sorted(named - staff.keys())]
    return {"chains": said} if said else {}


def _named_duties(data: dict[str, Any]) -> list[str]:
    places = [data["province"], *data["branches"].values()]
    for branch in data["branches"].values():
        places += [branch["hotline"], *branch["halls"].values()]
    return sorted({duty for place in places for duty in place["duties"]})


def _unanswered(organisation: Organisation, branch: str, duties: list[str]) -> list[str]:
    said = []
    for hall in (code for code, unit in organisation.branches[branch].units.items() if unit.duties is not None):
        for duty in duties:
            try:
                organisation.phone_of(duty, branch, hall)
            except UnknownDuty:
                said.append(f"nobody answers {duty} at {hall}")
    return said


def _organisation(data: dict[str, Any]) -> Organisation:
    return Organisation(
        province=_company(None, data["province"]),
        branches={code: _company(code, branch) for code, branch in data["branches"].items()},
        staff={sub: Employee(sub, **employee) for sub, employee in data["staff"].items()},
    )


def _company(code: str | None, data: dict[str, Any]) -> Branch:
    units = {key: Unit(key, unit["name"], unit["kind"], code, unit["phone"]) for key, unit in data["units"].items()}
    for key, hall in data.get("halls", {}).items():
        units[key] = Unit(key, hall["name"], "hall", code, duties=hall["duties"], run_by=hall["run_by"])
    if hotline := data.get("hotline"):
        units[HOTLINE] = Unit(HOTLINE, hotline["name"], "hotline", code, duties=hotline["duties"])
    chains = {unit: tuple(people) for unit, people in data["chains"].items()}
    return Branch(code, data["name"], data["duties"], units, chains, (data.get("duty_hall") or {}).get("manager"))


ORGANISATION = Policy("organisation", "organisation.yml", OrganisationSchema)
