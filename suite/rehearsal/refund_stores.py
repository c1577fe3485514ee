"""Refund's stores in memory."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.refund.claim import Claim, Complaint, charge, same_service
from services.refund.copies.store import last_act, verify_by
from services.refund.model import AT_ONCE, Refund
from services.refund.requesting import Pieces
from services.refund.store import Refunds
from shared.aggregate import Actor
from shared.stored import Saved
from suite.rehearsal.memory import KEYS, Memory


class RememberedCopies:
    """What refund keeps of the complaints: the newest, in whatever order they come."""

    def __init__(self) -> None:
        self._facts: dict[str, Mapping[str, Any]] = {}
        self._cases: dict[str, Mapping[str, Any]] = {}

    def keep_facts(self, facts: Mapping[str, Any], asked: bool = False) -> None:
        """No key is ever taken away in a rehearsal: what was asked for is no newer."""
        del asked
        self._keep(self._facts, facts)

    def forget(self, complaint_id: str) -> None:
        """None is erased in a rehearsal."""

    def keep_case(self, case: Mapping[str, Any]) -> None:
        self._keep(self._cases, case)

    def _keep(self, copies: dict[str, Mapping[str, Any]], told: Mapping[str, Any]) -> None:
        known = copies.get(told["complaint_id"])
        if known is None or known["seq"] < told["seq"]:
            copies[told["complaint_id"]] = told

    def accused(self, complaint_id: str) -> frozenset[str]:
        return frozenset(self._facts.get(complaint_id, {}).get("accused", ()))

    def verify_by(self, complaint_id: str, refund_id: str) -> datetime | None:
        case = self._cases.get(complaint_id)
        return verify_by(case).get(refund_id) if case else None

    def find(self, complaint_id: str) -> Complaint | None:
        facts, case = self._facts.get(complaint_id), self._cases.get(complaint_id, {})
        if facts is None:
            return None
        return Complaint(
            complaint_id,
            facts["branch"],
            facts["status"],
            facts["channel"],
            KEYS.open_from_suite(facts["customer"]["sealed"])["msisdn"],
            facts["verified"],
            frozenset(clock["kind"] for clock in case.get("clocks", ()) if clock["state"] == "broken"),
            last_act(facts),
            accused=frozenset(facts["accused"]),
            brand=facts["brand"],
            ticket_type=facts["ticket_type"],
        )


class RememberedRefunds(Memory, Refunds):
    """`complaints` is what refund keeps of them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.complaints = RememberedCopies()  # type: ignore[assignment]  # the same methods

    def holder(self, claim: Claim, besides: str) -> str | None:
        held = (each for each in self._others(besides) if each.holds_charge and charge(each.claim) == charge(claim))
        return next((each.refund_id for each in held), None)

    def in_doubt(self, _filters: Mapping[str, Any], _by: Actor) -> tuple[list[Saved[Refund]], str | None]:
        return [saved for saved in self.known.values() if saved.state.doubts], None

    def interrupted(self, machine_now: datetime, limit: int) -> list[str]:
        sent = [each for each in self._others("") if each.status == "paying" and each.wake_at != AT_ONCE]
        return [each.refund_id for each in sent if each.wake_at and each.wake_at <= machine_now][:limit]

    def slow(self, before: datetime, _by: Actor) -> tuple[int, datetime | None]:
        since = [each.on_its_way_since for each in self._others("")]
        found = [moment for moment in since if moment and moment < before]
        return len(found), min(found, default=None)

    def goodwill(self, claim: Claim, besides: str) -> frozenset[int]:
        taken = (each for each in self._others(besides) if each.holds_charge and _same_service(each.claim, claim))
        return frozenset(each.goodwill_slot for each in taken if each.goodwill_slot)

    def pieces(self, claim: Claim, besides: str, since: datetime) -> Pieces:
        held = [each for each in self._others(besides) if each.holds_charge and _a_piece(each, claim, since)]
        return Pieces(
            sum(each.committed_fen for each in held),
            sum(each.claim.extra_fen for each in held),
            sum(each.claim.late_fee_fen for each in held),
        )

    def places(self, claim: Claim) -> tuple[int, int | None]:
        known = [saved.state for saved in self.known.values()]
        of_number = [each.number_place or 0 for each in known if each.claim.msisdn == claim.msisdn]
        of_complaint = [each.complaint_place or 0 for each in known if each.claim.complaint_id == claim.complaint_id]
        return 1 + max(of_number, default=0), 1 + max(of_complaint, default=0) if claim.complaint_id else None

    def _others(self, besides: str) -> list[Any]:
        return [saved.state for saved in self.known.values() if saved.id != besides]


def _same_service(one: Claim, other: Claim) -> bool:
    return (one.msisdn, same_service(one.service)) == (other.msisdn, same_service(other.service))


def _a_piece(other: Refund, claim: Claim, since: datetime) -> bool:
    of_complaint = claim.complaint_id is not None and other.claim.complaint_id == claim.complaint_id
    return of_complaint or (other.claim.msisdn == claim.msisdn and other.requested_at >= since)
