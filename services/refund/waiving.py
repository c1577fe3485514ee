"""Late fees that the front line waives without approval (RF9). Pure."""

from collections.abc import Iterator

from services.refund.claim import Claim, Complaint
from services.refund.errors import DoesNotFit, Missing
from services.refund.rules import RefundRules
from services.refund.sort_errors import LateFeeTooHigh, NotWaivedHere
from shared.errors import TousuError


def against_late_fee(claim: Claim, complaint: Complaint | None, rules: RefundRules) -> Iterator[TousuError]:
    """An ordinary customer's; the brand is the complaint's, else it has to be stated."""
    known = complaint.brand if complaint else None
    brand = known or claim.brand
    if brand is None:
        yield Missing("RF9", "brand")
    elif known and claim.brand not in (None, known):
        yield DoesNotFit("brand", "it is not the brand of the complaint")
    elif brand not in rules.late_fee.brands:
        yield NotWaivedHere(sorted(rules.late_fee.brands))


def against_sum(claim: Claim, earlier_fen: int, rules: RefundRules) -> Iterator[TousuError]:
    """The number's late fees together stay within the cap; `earlier_fen`: what was waived before."""
    counted_fen = claim.late_fee_fen + earlier_fen
    if claim.late_fee_fen and counted_fen > rules.late_fee.up_to_fen:
        band = next(band for band in rules.bands if band.holds(counted_fen))
        yield LateFeeTooHigh(rules.late_fee.up_to_fen, earlier_fen, band.levels)
