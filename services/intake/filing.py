"""How a complaint finds its place among those on its number and leaf (IN8): insert first, read only on a clash.

The unique indexes decide every race; what they refuse is read again and decided anew, at most five times."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from services.intake import commands as c
from services.intake.course import Events, Occasion
from services.intake.errors import AnotherIsOpen
from services.intake.model import Complaint
from services.intake.repeats import FIRST, place_after
from services.intake.serial import serial_number
from services.intake.store import Complaints
from services.intake.taking import particulars_of, register, register_again, takes_a_place
from services.intake.values import Place
from shared.documents import Clash, Decide
from shared.errors import Unavailable
from shared.requests import Request
from shared.stored import Saved

TRIES = 5


class Moved(Exception):
    """The complaint that was to be urged is no longer the live one."""


def take(complaints: Complaints, command: c.Register, request: Request, on: Occasion) -> Saved[Complaint]:
    """Stores a registration: as a new complaint, or in the live one on its number and leaf. Unavailable if crowded."""
    place = FIRST if takes_a_place(command) else Place()
    for attempt in range(TRIES):
        serial_no = serial_number(request.id, on.now, attempt)
        events = register(command, particulars_of(command, request.id, serial_no, place, on), on)
        try:
            return complaints.insert(request.id, events, on.by, on.now, request)
        except Clash:
            if (done := complaints.answer_of(request)) or (done := _urged(complaints, command, request, on)):
                return done
        if place.nth:
            place = place_after(complaints.earlier(command.customer.msisdn, command.category), on.now)
    raise Unavailable("too many register this at once; repeat the same request")


def _urged(complaints: Complaints, command: c.Register, request: Request, on: Occasion) -> Saved[Complaint] | None:
    """The live complaint on the same number and leaf, urged; None if there is none (any more)."""
    if not takes_a_place(command):
        return None
    earlier = complaints.earlier(command.customer.msisdn, command.category)
    live = next((each.complaint_id for each in earlier if each.live), None)
    try:
        return complaints.change(live, partial(_again, command, on), on.by, request) if live else None
    except Moved:
        return None


def _again(command: c.Register, on: Occasion, complaint: Complaint, now: datetime) -> Events:
    same = (complaint.customer.msisdn, complaint.category) == (command.customer.msisdn, command.category)
    if not (same and complaint.live):
        raise Moved
    return register_again(complaint, command, replace(on, now=now))


def change_alone(complaints: Complaints, complaint_id: str, decide: Decide, **more: Any) -> Saved[Complaint]:
    """A change that may make the complaint the live one on its number and leaf; AnotherIsOpen if there is one."""
    for _ in range(TRIES):
        try:
            return complaints.change(complaint_id, decide, **more)
        except Clash:
            _no_rival(complaints, complaint_id)
    raise Unavailable("too many change this at once; repeat the same request")


def _no_rival(complaints: Complaints, complaint_id: str) -> None:
    complaint = complaints.get(complaint_id).state
    for each in complaints.earlier(complaint.customer.msisdn, complaint.category):
        if each.live and each.complaint_id != complaint_id:
            raise AnotherIsOpen(each.complaint_id)
