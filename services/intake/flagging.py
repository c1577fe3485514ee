"""Prohibitions flagged, the accused kept away (IN15); recharges told later (IN25); written replies (RP7). Pure."""

from services.intake import commands as c
from services.intake import flagging_commands as f
from services.intake import history as h
from services.intake.accused import Accused, is_accused, is_accused_partner, named
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import AccusedNeverHandles, NothingToWriteFrom, WrongField
from services.intake.model import Complaint
from services.intake.recharge import Recharge
from services.intake.rules import Rules
from services.intake.tasks import all_done

STILL_OPEN_TO_THE_ACCUSED = frozenset({"urge", "flag_prohibition"})  # what a customer says through him is kept (IN1)
VERIFIED_AT_THE_CALL_BACK = ("letter", "opinion_book")


def flag_prohibition(complaint: Complaint, command: f.FlagProhibition, on: Occasion) -> Events:
    """The complaint touches a prohibition; an accused handler is relieved of it at once (IN15)."""
    must_be(complaint, "open", "replied", "archived")
    accused = accused_by(command.accused, on.rules)
    released = bool(accused and complaint.handler and is_accused((accused,), complaint.handler, on.rules.organisation))
    return [h.ProhibitionFlagged(command.prohibition, command.reason, accused, released)]


def accused_by(said: f.AccusedOf | None, rules: Rules) -> Accused | None:
    """The accusation as it is kept."""
    return named(said.staff, said.partner, rules.organisation) if said else None


def kept_from_the_accused(method: str, complaint: Complaint, command: object, on: Occasion) -> None:
    """Raises AccusedNeverHandles where the accused acts, or would be given the complaint (IN15)."""
    if method not in STILL_OPEN_TO_THE_ACCUSED:
        not_by_the_accused(complaint, on)
    organisation = on.rules.organisation
    if isinstance(command, c.Assign) and is_accused(complaint.accused, command.handler, organisation):
        raise AccusedNeverHandles(complaint.complaint_id, "handler")
    if isinstance(command, c.Transfer):
        not_to_the_accused(complaint.complaint_id, complaint.accused, complaint.branch, command.to_department, on.rules)


def not_by_the_accused(complaint: Complaint, on: Occasion) -> Events:
    """No events; raises AccusedNeverHandles where the caller is accused (IN15)."""
    if is_accused(complaint.accused, on.by.sub, on.rules.organisation):
        raise AccusedNeverHandles(complaint.complaint_id, "another handler")
    return []


def not_to_the_accused(
    complaint_id: str | None, accused: tuple[Accused, ...], branch: str, place: str, rules: Rules
) -> None:
    """Raises AccusedNeverHandles where the place is the accused partner's (IN15)."""
    if is_accused_partner(accused, branch, place, rules.organisation):
        raise AccusedNeverHandles(complaint_id, "to_department")


def complete_recharge(complaint: Complaint, command: f.CompleteRecharge, on: Occasion) -> Events:
    """What failed with the recharge, told later or better (IN25); never a time to come."""
    must_be(complaint, "open", "replied", "archived")
    in_the_past(command.recharge, on)
    return [h.RechargeCompleted(command.recharge)]


def in_the_past(recharge: Recharge | None, on: Occasion) -> None:
    """Raises WrongField where a recharge is said to have failed at a time to come (IN25)."""
    if recharge and recharge.at and recharge.at > on.now:
        raise WrongField("at", "a recharge that failed lies in the past")


def written_reply(complaint: Complaint, _command: f.MakeWrittenReply, _on: Occasion) -> Events:
    """The written reply is made from the reply (RP7), and only for a customer who is known (IN5)."""
    missing = []
    if complaint.replied_at is None:
        missing.append("reply")
    if complaint.channel in VERIFIED_AT_THE_CALL_BACK and not complaint.verified:
        missing.append("verification")
    if missing:
        raise NothingToWriteFrom(complaint.complaint_id, missing)
    must_be(complaint, "replied", "archived")
    return [h.WrittenReplyMade(), *all_done(complaint, "written_reply")]
