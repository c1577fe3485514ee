"""Events as intake, escalation and refund publish them, policies and directory as shipped, with good defaults."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from services.notify.notify_policy import NOTIFY
from services.notify.rules import NotifyPolicy
from services.notify.template_policy import TEMPLATES
from services.notify.templates import Templates
from shared.calendar import SHANGHAI
from shared.organisation import Organisation
from shared.policies import PolicySet, load
from shared.policies.organisation import ORGANISATION

CUSTOMER = "13900000001"
SERIAL = "2026112300018"
DUTY_MANAGER, BRANCH, PROVINCE = "13800001021", "13800001001", "13800009001"  # of hall SZ-FT, of SZ
FIRST_CONTACT, HANDLER = "13800001102", "13800001103"  # E1002, E1003


def shanghai(text: str) -> datetime:
    """`2026-11-23 09:00` as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


REGISTERED = shanghai("2026-11-23 09:00")
DUE = shanghai("2026-11-25 09:00")


@cache
def policies() -> PolicySet:
    return load(Path("policies"), [NOTIFY, TEMPLATES, ORGANISATION])


def policy() -> NotifyPolicy:
    value: NotifyPolicy = policies()["notify"]
    return value


def templates() -> Templates:
    value: Templates = policies()["templates"]
    return value


def organisation() -> Organisation:
    value: Organisation = policies()["organisation"]
    return value


def facts(**changes: Any) -> dict[str, Any]:
    """The data of an intake event, opened."""
    return {
        "complaint_id": "c" * 32,
        "seq": 1,
        "serial_no": SERIAL,
        "status": "open",
        "ticket_type": "complaint",
        "channel": "hall",
        "handling": "transfer",
        "category": "04.01.01",
        "category_name": "话费争议",
        "brand": "ordinary",
        "high_value": False,
        "group": False,
        "branch": "SZ",
        "hall": "SZ-FT",
        "department": None,
        "first_contact": "E1002",
        "handler": "E1003",
        "level": "agent",
        "prohibition": None,
        "repeat_of": None,
        "urged_count": 0,
        "urged_at": None,
        "registered_at": REGISTERED.isoformat(),
        "reopened_at": None,
        "promises": [],
        "limits": {"handling": DUE.isoformat()},
        "major": None,
        "customer": {"masked": "139****0001", "sealed": "", "msisdn": CUSTOMER},
        "change": {"name": "complaint_registered"},
    } | changes


def clock(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "clock_id": f"id-of-{kind}",
        "kind": kind,
        "started_at": REGISTERED.isoformat(),
        "due_at": DUE.isoformat(),
        "state": "running",
    } | changes


def case(*clocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The data of an escalation event, opened."""
    running = list(clocks) or [clock("handling")]
    return {
        "complaint_id": "c" * 32,
        "seq": 1,
        "serial_no": SERIAL,
        "category_name": "话费争议",
        "level": "agent",
        "awaiting": None,
        "major": False,
        "branch": "SZ",
        "hall": "SZ-FT",
        "first_contact": "E1002",
        "handler": "E1003",
        "clocks": running,
        "limits": {each["kind"]: each["due_at"] for each in running},
        "customer": {"masked": "139****0001", "sealed": "", "msisdn": CUSTOMER},
        "change": {"name": "case_opened"},
    } | changes


def refund(**changes: Any) -> dict[str, Any]:
    """The data of a refund event, opened."""
    return {
        "refund_id": "r" * 32,
        "seq": 5,
        "complaint_id": "c" * 32,
        "status": "paid",
        "total_fen": 3120,
        "returned_fen": 3120,
        "branch": "SZ",
        "hall": "SZ-FT",
        "shows_in": "2026-12",
        "acted_at": REGISTERED.isoformat(),
        "customer": {"masked": "139****0001", "sealed": "", "msisdn": CUSTOMER},
        "change": {"name": "refund_paid"},
    } | changes
