"""A service cancelled in answer to a fee reminder is not charged: the whole fee as a claim (IN16). Pure."""

from collections.abc import Mapping
from typing import Any

from services.refund.claim import Claim, Complaint

CAUSE = "客户在资费提醒短信中回复取消业务，按规定不收取该业务的任何费用"


def no_charge_claim(complaint: Complaint, no_charge: Mapping[str, Any], reference: str) -> Claim:
    """The claim on `{service, period, fee_fen}`; `reference` is where the customer's answer stands (serial number)."""
    return Claim(
        msisdn=complaint.msisdn,
        service=no_charge["service"],
        period=no_charge["period"],
        dispute_type="subscription",
        ground="company_fault",
        principal_fen=no_charge["fee_fen"],
        cause=CAUSE,
        branch=complaint.branch,
        evidence=(reference,),
        complaint_id=complaint.complaint_id,
        no_charge=True,
    )


def request_id_of(complaint_id: str) -> str:
    """The request under which it is taken: the same for every copy of the news, so that it is taken once."""
    return f"no-charge:{complaint_id}"[-64:]
