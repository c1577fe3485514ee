"""The schema of catalogue.yml."""

from collections import Counter
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.intake.catalogue import Catalogue, CatalogueClass, Group, Leaf
from shared.policies import Policy

COORDINATIONS = ["interconnect", "cross_province"]


def _code(parts: int) -> fields.String:
    form = r"\.".join([r"[0-9]{2}"] * parts)
    shown = ".".join(["NN"] * parts)
    return fields.String(required=True, validate=validate.Regexp(f"^{form}$", error=f"expected a code such as {shown}"))


def _name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


class LeafSchema(Schema):
    """One leaf."""

    code = _code(3)
    name = _name()
    propose_coordination = fields.String(load_default=None, validate=validate.OneOf(COORDINATIONS))
    self_service_fault = fields.Boolean(load_default=False)
    written_reply = fields.Boolean(load_default=False)
    recharge = fields.Boolean(load_default=False)


class GroupSchema(Schema):
    """One group of leaves."""

    code = _code(2)
    key = _name()
    name = _name()
    fee_leaf = fields.String(load_default=None)
    leaves = fields.List(fields.Nested(LeafSchema), required=True, validate=validate.Length(min=1))


class ClassSchema(Schema):
    """One class."""

    code = _code(1)
    key = _name()
    name = _name()
    not_for_services_of = fields.List(fields.String(), load_default=list)
    groups = fields.List(fields.Nested(GroupSchema), required=True, validate=validate.Length(min=1))


class CatalogueSchema(Schema):
    """Loads a Catalogue."""

    classes = fields.List(fields.Nested(ClassSchema), required=True, validate=validate.Length(min=1))

    @validates_schema(skip_on_field_errors=True)
    def codes_fit_the_tree(self, data: dict[str, Any], **_: Any) -> None:
        faults = [*_misplaced(data["classes"]), *_doubled(data["classes"]), *_lost_references(data["classes"])]
        if faults:
            raise ValidationError({"classes": faults})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Catalogue:
        return Catalogue(tuple(_class(each) for each in data["classes"]))


def _nodes(classes: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every node that has children, with them."""
    groups = [(group, group["leaves"]) for each in classes for group in each["groups"]]
    return [*((each, each["groups"]) for each in classes), *groups]


def _misplaced(classes: list[dict[str, Any]]) -> list[str]:
    pairs = [(parent["code"], child["code"]) for parent, children in _nodes(classes) for child in children]
    return [f"{child} stands under {parent}" for parent, child in pairs if child.rpartition(".")[0] != parent]


def _doubled(classes: list[dict[str, Any]]) -> list[str]:
    codes = [each["code"] for each in classes]
    codes += [child["code"] for _, children in _nodes(classes) for child in children]
    return [f"{code} is given twice" for code, times in Counter(codes).items() if times > 1]


def _lost_references(classes: list[dict[str, Any]]) -> list[str]:
    groups = [group for each in classes for group in each["groups"]]
    leaves = {leaf["code"] for group in groups for leaf in group["leaves"]}
    lost = [f"fee_leaf {group['fee_leaf']} of {group['code']} is no leaf" for group in groups if _lost(group, leaves)]
    named = {each["code"]: each["not_for_services_of"] for each in classes}
    wrong = [(code, other) for code, others in named.items() for other in others if other not in named]
    return lost + [f"not_for_services_of {other} of {code} is no class" for code, other in wrong]


def _lost(group: dict[str, Any], leaves: set[str]) -> bool:
    return group["fee_leaf"] is not None and group["fee_leaf"] not in leaves


def _class(data: dict[str, Any]) -> CatalogueClass:
    groups = tuple(_group(data["name"], group) for group in data["groups"])
    return CatalogueClass(data["code"], data["key"], data["name"], groups, tuple(data["not_for_services_of"]))


def _group(class_name: str, data: dict[str, Any]) -> Group:
    path = (class_name, data["name"])
    leaves = tuple(Leaf(**leaf, path=(*path, leaf["name"])) for leaf in data["leaves"])
    return Group(data["code"], data["key"], data["name"], leaves, data["fee_leaf"])


CATALOGUE = Policy("catalogue", "catalogue.yml", CatalogueSchema)
