"""What is claimed, for whom, why: the words of a claim (RF2, RF6) and the charge that it is about (RF19). Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Sort = Literal["refund", "pre_refund", "late_fee", "correction"]
DisputeType = Literal["subscription", "agency", "interconnect", "sp", "billing", "system"]
SubCause = Literal[
    "free_charged", "unlike_advertised", "change_unannounced", "not_opened", "suspended_or_closed", "after_cancelling"
]
Ground = Literal["double_refund", "unverifiable", "company_fault"]
WhyUnverifiable = Literal["cannot_verify", "time_limit"]
ConfirmationKind = Literal["written", "sms", "web", "wap", "oral"]
LATE_FEE = "\x1flate_fee"  # no service can be called so: same_service() takes such characters away


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
class Check:
    """A further record that was looked for (RF15): where and when it was found, or that there is none."""

    found: bool
    reference: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Confirmation:
    """The record of the customer's consent to a subscription (RF14), and what else was looked for (RF15).

    `after_trial`: the consent after a free trial. `fee_page_at`: when the page with the fee was shown."""

    kind: ConfirmationKind
    reference: str
    at: datetime
    second_confirmation: Check | None = None
    after_trial: Check | None = None
    fee_page_at: datetime | None = None


@dataclass(frozen=True)
class Consent:
    """Who allows a pre-refund, and why (RF4). `given`: he had the level for it and asked himself."""

    by: str
    reason: str
    given: bool = False


@dataclass(frozen=True)
class Claim:
    """A claim as it was brought. `period` is the billing month (YYYY-MM); `exception` the branch's reason under RF8.

    `sort`: a late fee (RF9) and a correction without money (RF10) have no ground and no dispute type.
    `no_charge`: the fee of a service that was cancelled in answer to its reminder (IN16), billed yet or not."""

    msisdn: str
    service: str
    period: str
    dispute_type: DisputeType | None
    ground: Ground | None
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
    sort: Sort = "refund"
    sub_cause: SubCause | None = None
    pre_page_fen: int = 0
    late_fee_fen: int = 0
    brand: str | None = None
    correction: str | None = None
    insisted: bool = False
    consent: Consent | None = None
    no_charge: bool = False


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
    accused: frozenset[str] = frozenset()
    brand: str | None = None
    ticket_type: str = "complaint"


def same_service(service: str) -> str:
    """One spelling for one service, so that width, case, spaces and unseen characters make no second charge of it."""
    written = unicodedata.normalize("NFKC", service).casefold()
    return "".join(character for character in written if unicodedata.category(character)[0] not in "ZC")


def charge(claim: Claim) -> tuple[str, str, str]:
    """What is refunded once (RF19): number, service and billing period; a late fee is a charge of its own (RF9)."""
    return claim.msisdn, LATE_FEE if claim.sort == "late_fee" else same_service(claim.service), claim.period
