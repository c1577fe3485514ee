"""Correcting a complaint's leaf or customer; running clocks follow (CL10). Pure."""

from dataclasses import replace
from datetime import datetime

from services.intake import commands as c
from services.intake import history as h
from services.intake.catalogue import Leaf
from services.intake.course import Events, Occasion, followed, must_be
from services.intake.errors import AnotherIsOpen, ChargedElsewhere, UnknownCategory, WrongField
from services.intake.limits import recomputed
from services.intake.model import Complaint
from services.intake.repeats import Standing, place_after
from services.intake.rules import Rules
from services.intake.values import Customer, Place


def leaf_for(category: str, service: str | None, rules: Rules) -> Leaf:
    """The leaf to file under; UnknownCategory offers the nearest (IN9), ChargedElsewhere the right one (IN24)."""
    leaf = rules.catalogue.leaf(category)
    if leaf is None:
        raise UnknownCategory(rules.catalogue.nearest(category))
    if service and (right := rules.catalogue.charges_elsewhere(category, service)):
        raise ChargedElsewhere(right)
    return leaf


def reclassify(complaint: Complaint, command: c.Reclassify, on: Occasion) -> Events:
    """Under another leaf, where it takes a place of its own (IN8)."""
    must_be(complaint, "open", "replied")
    leaf = leaf_for(command.category, command.service, on.rules)
    if leaf.code == complaint.category:
        raise WrongField("category", "the complaint is filed under this leaf already")
    place = _place(complaint, complaint.customer.msisdn, leaf.code, on)
    filed = (leaf.code, leaf.name, leaf.full_name, leaf.self_service_fault)
    event = h.ComplaintReclassified(*filed, place, command.reason, recharge_leaf=leaf.recharge)
    limits, ended = recomputed(complaint, followed(complaint, [event], on), on.now, on.rules)
    return [replace(event, limits=limits, ended=ended)]


def correct_customer(complaint: Complaint, command: c.CorrectCustomer, on: Occasion) -> Events:
    """Another brand, name or number; another number takes a place of its own (IN8)."""
    must_be(complaint, "open", "replied")
    if command.brand is None and command.name is None and command.msisdn is None:
        raise WrongField("brand", "give at least one of brand, name and msisdn")
    event = h.CustomerCorrected(command.reason, _corrected(complaint.customer, command), command.brand)
    if command.msisdn not in (None, complaint.customer.msisdn):
        event = replace(event, place=_place(complaint, command.msisdn, complaint.category, on))
    limits, _ = recomputed(complaint, followed(complaint, [event], on), on.now, on.rules)
    return [replace(event, limits=limits)]


def _corrected(customer: Customer, command: c.CorrectCustomer) -> Customer | None:
    if command.name is None and command.msisdn is None:
        return None
    return replace(customer, name=command.name or customer.name, msisdn=command.msisdn or customer.msisdn)


def _place(complaint: Complaint, msisdn: str, category: str, on: Occasion) -> Place:
    """The place it takes there; only what has a place among its like takes another one."""
    if complaint.place.nth is None:
        return complaint.place
    others = [each for each in on.earlier(msisdn, category) if each.complaint_id != complaint.complaint_id]
    if rival := next((each for each in others if each.live), None):
        raise AnotherIsOpen(rival.complaint_id)
    return place_after([_as_of(complaint.registered_at, each) for each in others], complaint.registered_at)


def _as_of(registered_at: datetime, other: Standing) -> Standing:
    """What was archived only after the registration is not repeated by it."""
    later = other.archived_at is not None and other.archived_at > registered_at
    return replace(other, archived_at=None) if later else other
