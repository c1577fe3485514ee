"""Who has to sign a refund, in which order, and what is still unsigned (RF12). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.refund.claim import Claim
from services.refund.rules import LEVELS, Level, RefundRules
from services.rights import LEVELS as LADDER


@dataclass(frozen=True)
class Signature:
    """One person's yes: for which step, by whom in which role, when."""

    level: Level
    by: str
    role: str
    at: datetime
    comment: str = ""


def steps_for(claim: Claim, counted_fen: int, rules: RefundRules, earlier_extra_fen: int = 0) -> tuple[Level, ...]:
    """The levels that sign a claim that counts as `counted_fen` (its own total and that of its other pieces).

    `earlier_extra_fen`: the extras of its other pieces, which count with its own (RF11). Late fees within the cap need
    nobody (RF9), corrections whom the policy names (RF10)."""
    if claim.sort in ("late_fee", "correction"):
        return rules.correction_levels if claim.sort == "correction" else ()
    band = next(band for band in rules.bands if band.holds(counted_fen))
    steps = band.levels
    if claim.unverifiable and claim.unverifiable.why == "cannot_verify":
        steps = _reaching(steps, rules.cannot_verify)
    if claim.consent and not claim.consent.given:
        steps = _reaching(steps, rules.pre_refund.consent)
    if claim.extra_fen:
        extra_fen = claim.extra_fen + earlier_extra_fen
        cap = next((cap for cap in rules.extra_caps if extra_fen <= cap.to_fen), rules.extra_caps[-1])
        steps = _reaching(steps, cap.level)
    return steps


def _reaching(steps: tuple[Level, ...], level: Level) -> tuple[Level, ...]:
    """The steps, with this level at the end unless one as high is among them."""
    reached = any(LEVELS.index(step) >= LEVELS.index(level) for step in steps)
    return steps if reached else (*steps, level)


def unsigned(steps: Sequence[Level], signatures: Sequence[Signature]) -> tuple[Level, ...]:
    """The steps that still wait. Each signature serves one step: the first one that it is high enough for."""
    roles = [signature.role for signature in signatures]
    waiting = []
    for step in steps:
        if serving := next((role for role in roles if _reaches(role, step)), None):
            roles.remove(serving)
        else:
            waiting.append(step)
    return tuple(waiting)


def _reaches(role: str, step: Level) -> bool:
    return LADDER.index(role) >= LADDER.index(step)
