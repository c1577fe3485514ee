"""What can be wrong with a refund: one sentence each, with the ids that help and no personal data."""

from shared.errors import Conflict, Forbidden, InvalidRequest, NotFound, RuleRefused


class UnknownComplaint(NotFound):
    """The claim names a complaint that does not exist, or that the caller does not see."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("there is no such complaint, or it is not visible to you", complaint_id=complaint_id)


class AnotherBranch(Forbidden):
    """A caller bound to a branch claims in the name of another."""

    def __init__(self, branch: str) -> None:
        super().__init__("you act for your own branch only", branch=branch)


class DoesNotFit(InvalidRequest):
    """A field that is well formed but contradicts the rest."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}", **{field: [why]})


class Missing(RuleRefused):
    """The claim lacks what the rule asks for; details name the fields."""

    def __init__(self, rule: str, *fields: str) -> None:
        super().__init__(rule, f"the claim lacks {', '.join(fields)}", missing=list(fields))


class NotVerifiedYet(RuleRefused):
    """The holder of a letter's or opinion book's complaint was not called back yet (IN5)."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("IN5", "the customer has to be verified in a call-back first", complaint_id=complaint_id)


class ComplaintRefused(RuleRefused):
    """The complaint itself was refused: the caller was not the holder (IN5)."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("IN5", "the complaint was refused, there is nothing to refund", complaint_id=complaint_id)


class NoClockBroken(RuleRefused):
    """`time_limit` without a broken handling or verification clock (RF2)."""

    def __init__(self, complaint_id: str | None) -> None:
        super().__init__(
            "RF2",
            "no handling or verification clock of this complaint is known to be broken",
            complaint_id=complaint_id,
            needs={"clock": ["handling", "verification"], "state": "broken"},
        )


class NeverUnverifiable(RuleRefused):
    """A subscription without a confirmation record (RF14), or a part of it (RF15), is the company's fault."""

    def __init__(self, rule: str = "RF14", *fields: str) -> None:
        super().__init__(
            rule,
            "a subscription without the customer's confirmation is company fault, never unverifiable",
            missing=list(fields) or ["confirmation"],
            needs={"ground": "company_fault"},
        )


class OralDoesNotCount(RuleRefused):
    """Oral consent is no confirmation (RF14)."""

    def __init__(self) -> None:
        super().__init__(
            "RF14",
            "oral consent is no confirmation: leave it out and claim company fault",
            needs={"confirmation.kind": ["written", "sms", "web", "wap"]},
        )


class ExtraRefused(RuleRefused):
    """An extra without verified company fault, or above the highest cap (RF11)."""

    def __init__(self, why: str, most_fen: int) -> None:
        super().__init__("RF11", why, most_fen=most_fen)


class GoodwillUsedUp(RuleRefused):
    """A further unverifiable refund on the same number and service (RF8)."""

    def __init__(self) -> None:
        super().__init__(
            "RF8",
            "an unverifiable charge of this service was refunded to this number before; the branch may allow it again",
            needs={"level": "branch", "field": "exception"},
        )


class ExceptionNotAllowed(Forbidden):
    """Only the branch or above allows an exception under RF8."""

    def __init__(self) -> None:
        super().__init__("only the branch or above may allow an exception", needs={"level": "branch"})


class AlreadyClaimed(RuleRefused):
    """Number, service and period have a refund already (RF19)."""

    def __init__(self, refund_id: str) -> None:
        super().__init__("RF19", "this charge has a refund already", refund_id=refund_id)


class AccusedNeverDecides(RuleRefused):
    """Whoever is accused of a prohibition neither claims nor judges a refund of that complaint (IN15)."""

    def __init__(self, complaint_id: str) -> None:
        message = "whoever is accused of a prohibition has no part in the complaint's refunds; take somebody else"
        super().__init__("IN15", message, complaint_id=complaint_id, needed="another employee")


class RequesterNeverApproves(RuleRefused):
    """Who requested a refund does not judge it (RF12)."""

    def __init__(self, refund_id: str) -> None:
        super().__init__("RF12", "the requester never approves", refund_id=refund_id)


class SignedBefore(RuleRefused):
    """One person never signs twice (RF12)."""

    def __init__(self, refund_id: str, level: str) -> None:
        super().__init__("RF12", "you have signed this refund already", refund_id=refund_id, needs={"level": level})


class LevelTooLow(Forbidden):
    """The step that waits belongs to a higher level (RF12)."""

    def __init__(self, refund_id: str, level: str) -> None:
        super().__init__(f"this step waits for {level}", refund_id=refund_id, rule="RF12", needs={"level": level})


class NotYours(Forbidden):
    """Only the requester or a manager withdraws a claim."""

    def __init__(self, refund_id: str) -> None:
        super().__init__("only the requester or a manager may withdraw it", refund_id=refund_id)


class NotTaken(Conflict):
    """Whoever enters a refused line in BOSS by hand says so before he does: until then the claim may be withdrawn."""

    def __init__(self, refund_id: str) -> None:
        super().__init__(
            "take it first (outcome by_hand), and see that nobody has withdrawn it; then say that it is paid",
            refund_id=refund_id,
            needs={"method": "refund.settle", "outcome": "by_hand"},
        )


SETTLE_LATE = "look up the line that was sent too late in BOSS and settle it first (refund.settle with its key)"
TOLD = "first it is told whether it was entered (refund.settle with paid or not_paid)"
_OVER = "nothing is left to do with it"
_SIGN = "it waits for a signature (refund.approve, refund.reject) or is taken back (refund.withdraw)"
_FREE = "its charge is free, a new claim may be brought (refund.request)"
INSTEAD = {
    "requested": _SIGN,
    "approving": _SIGN,
    "approved": "it is sent to BOSS in a moment: wait for that; refund.get tells",
    "paying": "BOSS is being told: wait until it is paid, failed or unknown; refund.get tells",
    "unknown": "find out what BOSS has (refund.ask), or say it (refund.settle with paid or not_paid)",
    "failed": "BOSS has not entered it: take it to enter it by hand (refund.settle with by_hand), or let it be",
    "verifying": "its facts wait to be verified (refund.verify)",
    "paid": _OVER,
    "closed": _OVER,
    "rejected": _FREE,
    "withdrawn": _FREE,
}


class NotNow(Conflict):
    """The refund's state does not allow this (any more). `instead`: what to do, where the state alone does not tell."""

    def __init__(self, refund_id: str, status: str, act: str, instead: str = "") -> None:
        super().__init__(
            f"a refund that is {status} cannot be {act}: {instead or INSTEAD[status]}",
            refund_id=refund_id,
            status=status,
        )
