"""What escalation refuses: one sentence each, carrying its ids and what would be needed."""

from datetime import datetime

from shared.errors import Conflict, Forbidden, InvalidRequest, NotFound, RuleRefused, Unavailable


class AccusedNeverActs(RuleRefused):
    """IN15: whoever is accused of a prohibition neither takes the case over nor moves it."""

    def __init__(self, complaint_id: str) -> None:
        message = "whoever is accused of a prohibition has no part in the complaint; somebody else of the level acts"
        super().__init__("IN15", message, complaint_id=complaint_id, needed="another employee")


class AnotherLevel(RuleRefused):
    """ES2: each level acts for itself, one level after the other."""

    def __init__(self, level: str, awaiting: str | None, following: str | None, role: str) -> None:
        super().__init__(
            "ES2",
            f"the case is at level {level}, and each level acts only for itself",
            level=level,
            awaiting=awaiting,
            next=following,
            role=role,
        )


class NothingBelow(RuleRefused):
    """ES2: the agent is the lowest level."""

    def __init__(self, level: str) -> None:
        super().__init__("ES2", f"there is no level below {level}", level=level)


class TooOften(RuleRefused):
    """ES5: going up and down has an end."""

    def __init__(self, times: int, following: str) -> None:
        super().__init__(
            "ES5",
            "the case was handed back as often as the policy allows: settle it at this level or pass it up",
            handed_back=times,
            next=following,
            needed="a reply, or escalate (from the province: arbitrate)",
        )


class NothingLeft(RuleRefused):
    """ES5: a hand-back returns only what was unused."""

    def __init__(self, level: str, holder: str) -> None:
        super().__init__(
            "ES5",
            f"{level} has used up its time on this complaint: settle it at this level or pass it up",
            level=level,
            holder=holder,
            needed="a reply, or escalate (from the province: arbitrate)",
        )


class OnlyByHand(RuleRefused):
    """ES9: the province cannot escalate, it opens arbitration."""

    def __init__(self, level: str) -> None:
        super().__init__(
            "ES9",
            "above the province there is only arbitration, opened with body and case number",
            level=level,
            next="arbitration",
        )


class NotFromHere(RuleRefused):
    """ES9: arbitration is opened from the province."""

    def __init__(self, level: str, following: str | None) -> None:
        super().__init__("ES9", "arbitration is opened from the province only", level=level, next=following)


class NobodyAwaited(Conflict):
    """The level has accepted already, or the case was handed on."""

    def __init__(self, complaint_id: str, level: str) -> None:
        super().__init__("the case does not wait to be taken over", complaint_id=complaint_id, level=level)


class NotInHand(Conflict):
    """Nobody works on the complaint: replied to, archived or withdrawn, and not risen since."""

    def __init__(self, complaint_id: str, status: str) -> None:
        super().__init__("nobody works on this complaint any more", complaint_id=complaint_id, status=status)


class NoLadder(RuleRefused):
    """IN3: only complaints that were taken have a ladder."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("IN3", "only complaints that were taken have clocks and levels", complaint_id=complaint_id)


class IncidentClosedAlready(Conflict):
    """MJ4: an incident ends once."""

    def __init__(self, incident_id: str) -> None:
        super().__init__("the incident is closed already", incident_id=incident_id)


class AgainstTheManual(RuleRefused):
    """ES10: what happened on the spot is not what the manual allows; the record must not make it look as if it were."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__("ES10", f"{what}: tell the branch instead of recording it as done by the manual", field=field)


class NobodyTold(Conflict):
    """ES11: nobody is waited for, since somebody acts already or nobody is left."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("nobody is waited for to acknowledge", complaint_id=complaint_id)


class NotTold(RuleRefused):
    """ES11: one after the other is told, and only he can acknowledge or be unreachable."""

    def __init__(self, who: str, told: str) -> None:
        super().__init__("ES11", "somebody else is told at present", who=who, told=told)


class NotYourOpinion(Forbidden):
    """MJ1, MJ2: who gives which opinion."""

    def __init__(self, kind: str, role: str) -> None:
        super().__init__("the role may not give this opinion", kind=kind, role=role)


class NoSuchClock(NotFound):
    """Neither an id nor a kind of this case's clocks."""

    def __init__(self, clock: str, known: list[str]) -> None:
        super().__init__("the case has no such clock", clock=clock, clocks=known)


class SeveralClocks(InvalidRequest):
    """A kind names a clock only where there is one."""

    def __init__(self, kind: str, ids: list[str]) -> None:
        super().__init__(
            "there are several clocks of this kind: name one by its id", clock=[f"one of {', '.join(ids)}"], kind=kind
        )


class NotCoordinated(RuleRefused):
    """CL3: only coordination gives more time."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__(
            "CL3",
            "only a complaint that needs interconnection or another province can be given more time",
            complaint_id=complaint_id,
            needed="coordination",
        )


class NotExtendable(RuleRefused):
    """CL3: this clock is not one that coordination extends, or it has ended."""

    def __init__(self, clock_id: str, kind: str, state: str, extendable: list[str]) -> None:
        super().__init__(
            "CL3", "this clock cannot be extended", clock_id=clock_id, kind=kind, state=state, extendable=extendable
        )


class NotLater(InvalidRequest):
    """An extension ends after the present due time, and in the future."""

    def __init__(self, due_at: datetime, now: datetime) -> None:
        super().__init__(
            "an extension is later than the present due time, and in the future",
            due_at=[f"must be after {max(due_at, now).isoformat()}"],
        )


class BeyondHandling(RuleRefused):
    """CL8: an answer is never promised for later than the handling limit."""

    def __init__(self, latest: datetime) -> None:
        message = "an answer is promised within the handling limit: extend that first"
        super().__init__("CL8", message, latest=latest.isoformat(timespec="milliseconds"))


class ClocksNotKnownYet(Unavailable):
    """The complaint was opened under clocks that escalation was never started with, as intake was."""

    def __init__(self, version: str) -> None:
        message = "the clocks of this complaint are not known here yet: restart escalation with intake's files"
        super().__init__(message, policy_version=version)
