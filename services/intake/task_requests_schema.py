"""What callers send about tasks."""

from dataclasses import dataclass
from datetime import datetime

from services.intake import task_commands as t
from services.intake import vocabulary as v
from services.intake.schemas import Command, Value
from shared.fields import USUAL_PAGE, After, Flag, Moment, Page, Text, short, word_of

LONGEST_ADDRESS = 200


@dataclass(frozen=True)
class TaskSearch:
    """A page of tasks, soonest first; `open` false lists those that are done."""

    branch: str | None = None
    hall: str | None = None
    kind: v.TaskKind | None = None
    for_whom: str | None = None
    open: bool = True
    before: datetime | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


class TaskSearchSchema(Value):
    makes = TaskSearch
    branch = short()
    hall = short()
    kind = word_of(v.TaskKind)
    for_whom = short()
    open = Flag()
    before = Moment()
    limit = Page()
    after = After(allow_none=True)


class FinishTaskSchema(Command):
    makes = t.FinishTask
    task = short(required=True)
    said = Text()


class WantWrittenReplySchema(Command):
    makes = t.WantWrittenReply
    address = Text(LONGEST_ADDRESS)
    by_when = Moment()
