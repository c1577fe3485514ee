"""What intake refuses, one sentence each. No personal data in any of them."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.catalogue import Leaf
from services.intake.playbook import Hit
from shared.errors import Conflict, Forbidden, InvalidRequest, NotFound, RuleRefused


class WrongField(InvalidRequest):
    """One field that the schema alone could not judge."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"the request is not valid: {field}")
        self.details = {field: [message]}


class UnknownCategory(InvalidRequest):
    """The category is no leaf of the catalogue; the nearest ones are offered (IN9)."""

    def __init__(self, nearest: Sequence[Leaf]) -> None:
        super().__init__("the category is no leaf of the catalogue (IN9)")
        offered = [{"category": leaf.code, "name": leaf.full_name} for leaf in nearest]
        self.details = {"category": ["no leaf of the catalogue"], "rule": "IN9", "nearest": offered}


class ChargedElsewhere(RuleRefused):
    """Charges of Monternet, own and group services have leaves of their own (IN24)."""

    def __init__(self, leaf: Leaf) -> None:
        message = f"charges of this service belong under {leaf.code}"
        super().__init__("IN24", message, category=leaf.code, category_name=leaf.full_name)


class NotTheHolder(RuleRefused):
    """The holder was not verified; the attempt is recorded as refused (IN5)."""

    def __init__(self, lacks: str, complaint_id: str, serial_no: str) -> None:
        message = "only the holder may complain; the attempt is recorded as refused"
        super().__init__("IN5", message, needed=lacks, complaint_id=complaint_id, serial_no=serial_no)


class SentAway(RuleRefused):
    """A hall does not send its customer to the hotline or to another hall (IN18)."""

    def __init__(self, department: str) -> None:
        message = "a hall does not send a customer to the hotline or another hall; name a department"
        super().__init__("IN18", message, to_department=department)


class OtherBranch(Forbidden):
    """The caller's token is bound to another branch; that of a partner's staff to another hall (PR4)."""

    def __init__(self, branch: str, hall: str | None = None) -> None:
        super().__init__("your token is bound to your own branch or hall", branch=branch, hall=hall)


class NotToBeExported(RuleRefused):
    """Authorities, associations and partners get only what the complaint needs (PR3, PR5)."""

    def __init__(self, rule: str, refused: Sequence[str], allowed: Sequence[str]) -> None:
        message = f"not to be passed on: {', '.join(refused)}"
        super().__init__(rule, message, refused=list(refused), allowed=list(allowed))


class WrongState(Conflict):
    """The complaint has moved on (or not far enough) for this command."""

    def __init__(self, complaint_id: str, status: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"the complaint is {status}; this needs one that is {' or '.join(allowed)}",
            complaint_id=complaint_id,
            status=status,
            allowed=list(allowed),
        )


class NotAComplaint(RuleRefused):
    """Only complaints have clocks, levels and majors (IN3)."""

    def __init__(self, complaint_id: str, ticket_type: str) -> None:
        super().__init__("IN3", "only a complaint can be major", complaint_id=complaint_id, ticket_type=ticket_type)


class PromisedTooLate(RuleRefused):
    """An answer is promised within the handling limit; an extension comes first (CL8, CL3)."""

    def __init__(self, latest: datetime) -> None:
        message = "an answer cannot be promised later than the handling limit; extend that first (CL3)"
        super().__init__("CL8", message, latest=latest.isoformat(timespec="milliseconds"))


class OpinionsMissing(RuleRefused):
    """A major complaint needs opinions first (MJ2)."""

    def __init__(self, complaint_id: str, missing: Sequence[str]) -> None:
        message = f"a major complaint needs first the opinion of: {', '.join(missing)}"
        super().__init__("MJ2", message, complaint_id=complaint_id, missing=list(missing))


class NotRepliedYet(RuleRefused):
    """Only a complaint that was replied to is archived (RP6)."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("RP6", "a complaint is archived only after a reply", complaint_id=complaint_id, needed="reply")


class RatedByHandler(RuleRefused):
    """Whoever handled or answered it does not ask for the customer's satisfaction (RP3)."""

    def __init__(self, complaint_id: str) -> None:
        message = "whoever handled or answered the complaint does not rate himself; somebody else follows up"
        super().__init__("RP3", message, complaint_id=complaint_id)


class AccusedNeverHandles(RuleRefused):
    """Whoever is accused of a prohibition neither handles, answers nor ends the complaint (IN15)."""

    def __init__(self, complaint_id: str | None, needed: str) -> None:
        message = "whoever is accused of a prohibition never handles, answers or ends the complaint; take somebody else"
        super().__init__("IN15", message, complaint_id=complaint_id, needed=needed)


class NothingToWriteFrom(RuleRefused):
    """A written reply is made from the reply, for a customer who is known (RP7, IN5)."""

    def __init__(self, complaint_id: str, missing: Sequence[str]) -> None:
        message = f"a written reply is made from the reply; first needed: {', '.join(missing)}"
        super().__init__("RP7", message, complaint_id=complaint_id, missing=list(missing))


class NoWrittenReply(NotFound):
    """No written reply was made of this complaint (RP7)."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("no written reply was made of this complaint", complaint_id=complaint_id)


class AnotherIsOpen(RuleRefused):
    """There is at most one open complaint on a number and leaf (IN8)."""

    def __init__(self, other_id: str | None) -> None:
        super().__init__("IN8", "another complaint on this number and leaf is open", complaint_id=other_id)


class NotMajor(Conflict):
    """Opinions are given on major complaints."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("only on a major complaint is an opinion given", complaint_id=complaint_id)


class NoSuchTask(InvalidRequest):
    """The complaint has no such task; the open ones are named."""

    def __init__(self, complaint_id: str, open_tasks: Sequence[str]) -> None:
        super().__init__("the complaint has no such task")
        self.details = {"task": ["no such task"], "complaint_id": complaint_id, "open": list(open_tasks)}


class TaskIsDone(Conflict):
    """A task is finished once."""

    def __init__(self, complaint_id: str, task_id: str) -> None:
        super().__init__("this task is finished already", complaint_id=complaint_id, task=task_id)


class DoneByItsAct(RuleRefused):
    """A call, a follow-up and a written answer are finished by doing them, not by saying so (RP3, RP7, RP8)."""

    def __init__(self, rule: str, needed: str, task_id: str) -> None:
        super().__init__(rule, f"this task is finished by {needed}", task=task_id, needed=needed)


class NothingToFulfil(InvalidRequest):
    """A contact fulfils a promise, a wait, a task or a clock that the complaint has; those it has are named."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__("the contact fulfils nothing that this complaint has: see details")
        self.details = {"fulfils": ["no promise, wait, task or clock of this complaint"], "known": list(known)}


class WaitsTooLong(RuleRefused):
    """A customer is told to wait at most so long until the next call (RP8)."""

    def __init__(self, latest: datetime) -> None:
        message = "the customer is called again earlier than that"
        super().__init__("RP8", message, latest=latest.isoformat(timespec="milliseconds"))


class WordsHeldBack(RuleRefused):
    """A reply with words that the playbook holds back is sent only by whoever has seen them (PB2)."""

    def __init__(self, complaint_id: str, hits: Sequence[Hit]) -> None:
        super().__init__(
            "PB2",
            "the reply has words that hurt: say it otherwise, or send it with words_seen",
            complaint_id=complaint_id,
            hits=[{"word": hit.word, "why": hit.why, "instead": hit.instead} for hit in hits],
        )
