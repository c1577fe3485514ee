"""Complaints for tests: each maker has good defaults, a test names only what matters to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.intake import commands as c
from services.intake import history as h
from services.intake.catalogue_schema import CATALOGUE
from services.intake.causes_schema import CAUSES
from services.intake.course import Occasion, followed, nothing_earlier
from services.intake.model import Complaint
from services.intake.playbook_schema import PLAYBOOK
from services.intake.repeats import FIRST, Standing
from services.intake.rules import Rules
from services.intake.taking import particulars_of, register, takes_a_place
from services.intake.task_schema import TASKS
from services.intake.values import Customer, Place, Verification
from services.major_schema import MAJOR
from shared.aggregate import Actor
from shared.policies import load
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.settings import PROJECT

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
HOUR = timedelta(hours=1)
AGENT = Actor("E1001", "agent", "SZ")
COLLEAGUE = Actor("E1002", "agent", "SZ")
NUMBER = "13900000001"
HOLDER = Verification("calling_number", True)
A_REPLY = c.Reply("核对话单", "已更正", "satisfied")
AN_ARCHIVE = c.Archive("转卡时减免未迁移", ("一月账单",), "转卡当日核对减免项")


@cache
def rules() -> Rules:
    """The policies as they are delivered."""
    policies = load(PROJECT / "policies", (CLOCKS, CALENDAR, CATALOGUE, ORGANISATION, MAJOR, CAUSES, TASKS, PLAYBOOK))
    return Rules(
        catalogue=policies["catalogue"],
        organisation=policies["organisation"],
        major=policies["major"],
        calendar=policies["calendar"],
        version=policies.version("clocks"),
        clocks_of={policies.version("clocks"): policies["clocks"]}.__getitem__,
        causes=policies["causes"],
        tasks=policies["tasks"],
        playbook=policies["playbook"],
    )


def on(now: datetime = MONDAY, by: Actor = AGENT, earlier: Sequence[Standing] = ()) -> Occasion:
    """An occasion; `earlier` are the other complaints on whatever number and leaf is asked for."""
    return Occasion(by, now, rules(), (lambda *_: earlier) if earlier else nothing_earlier)


def request(**fields: Any) -> c.Register:
    """A registration by the hotline, of a verified holder."""
    usual: dict[str, Any] = {
        "ticket_type": "complaint",
        "channel": "hotline",
        "handling": "record_only",
        "customer": Customer(NUMBER, "陈先生"),
        "brand": "ordinary",
        "category": "04.01.01",
        "content": "话费有误",
        "branch": "SZ",
        "verification": HOLDER,
    }
    return c.Register(**usual | fields)


def first_events(command: c.Register, occasion: Occasion | None = None, place: Place = FIRST) -> list[Any]:
    """The events that a registration becomes."""
    occasion = occasion or on()
    taken = place if takes_a_place(command) else Place()
    particulars = particulars_of(command, "c0ffee", "261123000000016", taken, occasion)
    return register(command, particulars, occasion)


def complaint(*events: Any, now: datetime = MONDAY, **fields: Any) -> Complaint:
    """A registered complaint after further events (all at `now`)."""
    taken = followed(None, first_events(request(**fields), on(MONDAY)), on(MONDAY))
    return after(taken, *events, now=now)


def after(known: Complaint, *events: Any, now: datetime = MONDAY, by: Actor = AGENT) -> Complaint:
    """The complaint after these events."""
    return followed(known, list(events), on(now, by))


def replied(now: datetime = MONDAY + HOUR, by: Actor = AGENT, **fields: Any) -> Complaint:
    """A complaint with a stored reply."""
    return after(complaint(**fields), h.ComplaintReplied("satisfied", "核对话单", "已更正"), now=now, by=by)


def archived(now: datetime = MONDAY + 2 * HOUR, **fields: Any) -> Complaint:
    """An archived complaint."""
    return after(replied(**fields), h.ComplaintArchived("原因", ("证据",), "教训"), now=now)


def major(*opinions: Any, **fields: Any) -> Complaint:
    """A complaint marked major, with these kinds of opinions."""
    told = [h.OpinionRecorded(kind, "M1001", "意见") for kind in opinions]
    return complaint(h.MajorMarked("media_threat", "M1001", "扬言曝光"), *told, **fields)
