"""The commands on one complaint: method -> what it accepts, and what decides it. One line a method."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from services.intake import answering, climbing, correcting, flagging, handling, schemas, tasks
from services.intake import task_requests_schema as task_requests
from services.intake.consequences import deciding_tasks
from services.intake.course import Events
from services.intake.flagging_schema import CompleteRechargeSchema, FlagProhibitionSchema, WrittenReplySchema
from services.intake.following_up import follow_up


class Method(NamedTuple):
    """`decide(complaint, command, occasion)` gives the events."""

    schema: schemas.Command
    decide: Callable[..., Events]


_DECIDED = {
    "record_contact": Method(schemas.RecordContactSchema(), handling.record_contact),
    "propose": Method(schemas.ProposeSchema(), handling.propose),
    "judge": Method(schemas.JudgeSchema(), handling.judge),
    "assign": Method(schemas.AssignSchema(), handling.assign),
    "transfer": Method(schemas.TransferSchema(), handling.transfer),
    "promise": Method(schemas.PromiseSchema(), handling.promise),
    "urge": Method(schemas.UrgeSchema(), handling.urge),
    "reclassify": Method(schemas.ReclassifySchema(), correcting.reclassify),
    "correct_customer": Method(schemas.CorrectCustomerSchema(), correcting.correct_customer),
    "reply": Method(schemas.ReplySchema(), answering.reply),
    "follow_up": Method(schemas.FollowUpSchema(), follow_up),
    "reopen": Method(schemas.ReasonSchema(), answering.reopen),
    "withdraw": Method(schemas.ReasonSchema(), answering.withdraw),
    "archive": Method(schemas.ArchiveSchema(), answering.archive),
    "remark": Method(schemas.RemarkSchema(), answering.remark),
    "flag_prohibition": Method(FlagProhibitionSchema(), flagging.flag_prohibition),
    "complete_recharge": Method(CompleteRechargeSchema(), flagging.complete_recharge),
    "written_reply": Method(WrittenReplySchema(), flagging.written_reply),
    "mark_major": Method(schemas.MarkMajorSchema(), climbing.mark_major),
    "clear_major": Method(schemas.ReasonSchema(), climbing.clear_major),
    "record_opinion": Method(schemas.RecordOpinionSchema(), climbing.record_opinion),
    "reopen_from_ladder": Method(schemas.ReasonSchema(), partial(answering.reopen, cause="ladder")),
    "want_written_reply": Method(task_requests.WantWrittenReplySchema(), tasks.want_written_reply),
    "finish_task": Method(task_requests.FinishTaskSchema(), tasks.finish_task),
}
METHODS = {name: Method(each.schema, deciding_tasks(each.decide)) for name, each in _DECIDED.items()}
