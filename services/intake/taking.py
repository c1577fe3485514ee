"""Taking a complaint: what one registration becomes. Pure: `now`, place and serial number come in, events come out."""

from functools import partial

from services.intake import commands as c
from services.intake import flagging_commands as f
from services.intake import history as h
from services.intake.accused import Accused, is_accused
from services.intake.answering import archive, reopen, reply
from services.intake.climbing import mark_by_policy
from services.intake.consequences import wished_by_leaf, with_tasks
from services.intake.correcting import leaf_for
from services.intake.course import Events, Occasion, Step, followed, in_turn
from services.intake.errors import WrongField
from services.intake.flagging import (
    accused_by,
    complete_recharge,
    flag_prohibition,
    in_the_past,
    not_by_the_accused,
    not_to_the_accused,
)
from services.intake.handling import not_sent_away, passed_on, promise
from services.intake.limits import started
from services.intake.model import Complaint, Particulars
from services.intake.rules import COMPLAINT_TEAM, Rules
from services.intake.task_commands import WantWrittenReply
from services.intake.tasks import want_written_reply
from services.intake.values import Place

VERIFIED_AT_THE_CALL_BACK = ("letter", "opinion_book")


def check(command: c.Register, rules: Rules) -> None:
    """Raises what is wrong with the request itself: leaf (IN9, IN24), handling mode (IN4), department (IN18)."""
    leaf_for(command.category, command.service, rules)
    direct = command.handling == "direct_reply"
    if direct and command.reply is None:
        raise WrongField("reply", "a direct reply tells the reply (IN4)")
    for name in ("reply", "archive"):
        if not direct and getattr(command, name) is not None:
            raise WrongField(name, "only with handling direct_reply (IN4)")
    if command.to_department:
        not_sent_away(command.channel, command.branch, command.to_department, rules.organisation)
        verified = command.verification is not None and command.verification.verified
        where, dispatched = (command.branch, command.to_department), command.handling == "dispatch"
        passed_on(*where, command.ground, verified, rules.organisation, dispatched)
        not_to_the_accused(None, _accused(command, rules), command.branch, command.to_department, rules)
    if command.accused and command.prohibition is None:
        raise WrongField("prohibition", "which prohibition the accused is said to have broken (IN15)")


def lacking(command: c.Register) -> str | None:
    """The proof of the holder that a complaint lacks (IN5), None when it lacks nothing.

    A third party tells who forwards it instead; letters and the opinion book are verified at the call-back."""
    if command.ticket_type != "complaint" or command.channel in VERIFIED_AT_THE_CALL_BACK:
        return None
    if command.channel == "third_party":
        return None if command.forwarded_by else "forwarded_by"
    return None if command.verification and command.verification.verified else "verification"


def takes_a_place(command: c.Register) -> bool:
    """Whether it counts among the complaints on its number and leaf (IN8): other tickets and refused ones do not."""
    return command.ticket_type == "complaint" and lacking(command) is None


def register(command: c.Register, particulars: Particulars, on: Occasion) -> Events:
    """The first events of a complaint: taken or refused (IN1, IN5), major (MJ3), promised (CL8), answered (IN4)."""
    in_the_past(command.recharge, on)
    if lacks := lacking(command):
        return [h.ComplaintRefused(**vars(particulars), lacks=lacks)]
    taken = h.ComplaintRegistered(**vars(particulars), limits=started("registered", particulars, on.now, on.rules))
    steps = _further(command, on)
    return with_tasks(None, [taken, *in_turn(followed(None, [taken], on), steps, on)], on)


def register_again(complaint: Complaint, command: c.Register, on: Occasion) -> Events:
    """A second registration on the number and leaf of a live complaint: that one is urged, reopened if replied (IN8).

    What is said now, new triggers, a promise and a direct reply are kept with it (IN1)."""
    if command.reply and command.branch != complaint.branch:
        raise WrongField("reply", "another branch works on this complaint; without a reply it is urged (IN8)")
    told = h.ComplaintUrged(command.content, command.channel, command.triggers, command.disputed_amount_fen)
    steps: list[Step] = [lambda _: [told], *_flagged(command, on), *_further(command, on)]
    if complaint.status == "replied":
        steps.insert(0, partial(reopen, command=c.Reason(command.content), on=on, cause="urged"))
    return with_tasks(complaint, in_turn(complaint, steps, on), on)


def _further(command: c.Register, on: Occasion) -> list[Step]:
    steps: list[Step] = [partial(mark_by_policy, command=command, on=on)]
    if command.written_reply_wanted:
        steps.append(partial(want_written_reply, command=WantWrittenReply(), on=on))
    else:
        steps.append(partial(wished_by_leaf, on=on))
    if command.promise or command.reply:
        steps.append(partial(not_by_the_accused, on=on))
    if command.promise:
        steps.append(partial(promise, command=command.promise, on=on))
    if command.reply:
        steps.append(partial(reply, command=command.reply, on=on))
    if command.archive:
        steps.append(partial(archive, command=command.archive, on=on))
    return steps


def _flagged(command: c.Register, on: Occasion) -> list[Step]:
    """What a second registration says of prohibitions and of the recharge is kept too (IN1, IN15, IN25)."""
    steps: list[Step] = []
    if command.prohibition is not None:
        flag = f.FlagProhibition(command.prohibition, command.content, command.accused)
        steps.append(partial(flag_prohibition, command=flag, on=on))
    if command.recharge:
        steps.append(partial(complete_recharge, command=f.CompleteRecharge(command.recharge), on=on))
    return steps


def _accused(command: c.Register, rules: Rules) -> tuple[Accused, ...]:
    accused = accused_by(command.accused, rules)
    return (accused,) if accused else ()


def particulars_of(command: c.Register, complaint_id: str, serial_no: str, place: Place, on: Occasion) -> Particulars:
    """What the record keeps of it; whoever registers is first contact, and handles it until it is taken over (IN7)."""
    leaf = leaf_for(command.category, command.service, on.rules)
    department = command.to_department or (None if command.handling == "direct_reply" else COMPLAINT_TEAM)
    accused, first = _accused(command, on.rules), command.first_contact or on.by.sub
    return Particulars(
        complaint_id=complaint_id,
        serial_no=serial_no,
        category_name=leaf.name,
        category_path=leaf.full_name,
        self_service_fault=leaf.self_service_fault,
        first_contact=first,
        handler=None if is_accused(accused, first, on.rules.organisation) else first,
        department=department,
        policy_version=on.rules.version,
        ground_kind=command.ground.kind if command.ground else None,
        place=place,
        accused=accused,
        recharge_leaf=leaf.recharge,
        **{name: getattr(command, name) for name in KEPT},
    )


KEPT = (
    *("ticket_type", "channel", "handling", "customer", "brand", "category", "content", "branch", "complainant"),
    *("high_value", "group", "verification", "forwarded_by", "demand", "hall", "area", "customer_kind"),
    *("coordination", "triggers", "disputed_amount_fen", "prohibition", "recharge"),
    *("inbound", "no_charge", "reported_port", "ground"),
)
