"""What is claimed, for whom, why: the words of a claim (RF2, RF6) and the charge that it is about (RF19). Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DisputeType = Literal["subscription", "agency", "interconnect", "sp", "billing", "system"]
Ground = Literal["double_refund", "unverifiable", "company_fault"]
WhyUnverifiable = Literal["cannot_verify", "time_limit"]
ConfirmationKind = Literal["written", "sms", "web", "wap", "oral"]


@dataclass(frozen=True)
class FoundBy:
    """The department that found a wrong charge without a complaint, and its own reference (RF6)."""

    department: str
    reference: str


@dataclass(frozen=True)
class Unverifiable:
    """Why the facts cannot be had (RF2): `checks` made without result, or a time limit that has passed."""

    why: WhyUnverifiable
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Confirmation:
    """The record of the customer's consent to a subscription (RF14)."""

    kind: ConfirmationKind
    reference: str
    at: datetime


@dataclass(frozen=True)
class Claim:
    """A claim as it was brought. `period` is the billing month (YYYY-MM); `exception` the branch's reason under RF8."""

    msisdn: str
    service: str
    period: str
    dispute_type: DisputeType
    ground: Ground
    principal_fen: int
    cause: str
    branch: str
    evidence: tuple[str, ...] = ()
    complaint_id: str | None = None
    found_by: FoundBy | None = None
    unverifiable: Unverifiable | None = None
    confirmation: Confirmation | None = None
    extra_fen: int = 0
    fault_ticket: str | None = None
    maintenance_opinion: str | None = None
    hall: str | None = None
    exception: str | None = None


@dataclass(frozen=True)
class Complaint:
    """What refund knows of a complaint: `broken` are the kinds of its clocks that broke (RF2), `acted_at` is when the
    customer last asked (NT2)."""

    complaint_id: str
    branch: str
    status: str
    channel: str
    msisdn: str
    verified: bool = True
    broken: frozenset[str] = frozenset()
    acted_at: datetime | None = None


def same_service(service: str) -> str:
    """One spelling for one service, so that width, case, spaces and unseen characters make no second charge of it."""
    written = unicodedata.normalize("NFKC", service).casefold()
    return "".join(character for character in written if unicodedata.category(character)[0] not in "ZC")


def charge(claim: Claim) -> tuple[str, str, str]:
    """What is refunded once (RF19): number, service and billing period."""
    return claim.msisdn, same_service(claim.service), claim.period
