"""The four lawful grounds for passing personal data on (PR5), and what each demands. Pure."""

from dataclasses import dataclass
from typing import Literal

from shared.errors import RuleRefused

GroundKind = Literal["holder_verified", "police_or_court", "partner_agreement", "authority"]


@dataclass(frozen=True)
class Ground:
    """Why it is lawful to pass data on. `reference`: of the letter, order, agreement or verification.

    `body`: which police, court or authority asks; `consent` and `service`: of a partner, the customer's consent and the
    ordered service it is for."""

    kind: GroundKind
    reference: str
    body: str | None = None
    consent: str | None = None
    service: str | None = None


DEMANDS: dict[GroundKind, tuple[str, ...]] = {
    "holder_verified": (),
    "police_or_court": ("body",),
    "partner_agreement": ("consent", "service"),
    "authority": ("body",),
}


class NoLawfulGround(RuleRefused):
    """Personal data leaves the company on one of four grounds only, each with what it demands (PR5)."""

    def __init__(self, message: str, needed: tuple[str, ...]) -> None:
        super().__init__("PR5", message, needed=list(needed), grounds=list(DEMANDS))


def must_be_lawful(ground: Ground | None, holder_verified: bool) -> Ground:
    """The ground, if it is given whole; NoLawfulGround names what is missing."""
    if ground is None:
        raise NoLawfulGround("data leaves the company on a lawful ground only; name it with its reference", ("ground",))
    missing = tuple(name for name in DEMANDS[ground.kind] if getattr(ground, name) is None)
    if missing:
        raise NoLawfulGround(f"the ground {ground.kind} also names: {', '.join(missing)}", missing)
    if ground.kind == "holder_verified" and not holder_verified:
        raise NoLawfulGround("the holder of this complaint is not verified", ("verification",))
    return ground
