"""The values a complaint is made of. Pure; all times UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from services.intake import vocabulary as v
from shared import phone


@dataclass(frozen=True)
class Customer:
    """Who complains: number, name, and the group customer's name (PR1)."""

    msisdn: str
    name: str | None = None
    group_name: str | None = None

    @property
    def masked(self) -> str:
        return phone.mask(self.msisdn)


@dataclass(frozen=True)
class Verification:
    """How the holder was verified (IN5). A service password itself is never stored (PR1)."""

    method: v.VerificationMethod
    verified: bool


@dataclass(frozen=True)
class ForwardedBy:
    """The body that forwards a third party's complaint, and its reference (IN5)."""

    body: str
    reference: str


@dataclass(frozen=True)
class Coordination:
    """With whom the case must be coordinated (CL3)."""

    kind: v.CoordinationKind
    counterpart: str


@dataclass(frozen=True)
class NoCharge:
    """The fee of a service that its customer cancelled in answer to a fee reminder (IN16): not charged at all.

    `period` is the month it was to be charged for, YYYY-MM."""

    service: str
    period: str
    fee_fen: int


@dataclass(frozen=True)
class Place:
    """Where a complaint stands among those on its number and leaf (IN8): the `nth` of them, and what it repeats.

    Tickets of other types and refused attempts have no `nth`."""

    nth: int | None = None
    repeat_of: str | None = None
    repeat_count: int = 0


@dataclass(frozen=True)
class Promise:
    """A time promised to the customer (CL7, CL8)."""

    promise_id: str
    kind: v.PromiseKind
    due_at: datetime
    made_at: datetime
    made_by: str
    fulfilled_at: datetime | None = None


@dataclass(frozen=True)
class Fulfilment:
    """A contact that fulfilled a clock of escalation's."""

    clock_id: str
    at: datetime


@dataclass(frozen=True)
class Major:
    """Why, by whom and when the complaint was declared major (MJ3)."""

    trigger: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Opinion:
    """Who gave an opinion, and when (MJ2)."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Knowledge:
    """Which entry of the playbook a reply used, in which version of its wording (PB5)."""

    entry: str
    version: str


@dataclass(frozen=True)
class FollowUp:
    """The last follow-up's result (RP3)."""

    satisfaction: v.Satisfaction
    at: datetime
    will_complain_further: bool = False


@dataclass(frozen=True)
class Turn:
    """A reply, what the customer then said of it, or a reopening: kept in full, so that a reader who misses the news of
    one learns of it from any later one (ES6)."""

    what: v.Turning
    at: datetime
    satisfaction: v.Satisfaction | None = None
    will_complain_further: bool = False


@dataclass(frozen=True)
class Ladder:
    """What escalation told last: a copy, late at times. `seq` is the number of the event it comes from."""

    seq: int = 0
    level: v.Level = "agent"
    awaiting: v.Level | None = None
    limits: dict[str, datetime] = field(default_factory=dict)
    called_off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """What figures need of a complaint (figures/trace.py): dated entries as text, the days they touch (counted in
    Shanghai since 1970), and the time of the last one in milliseconds."""

    text: str = ""
    days: tuple[int, ...] = ()
    until: int = 0


@dataclass(frozen=True)
class Wait:
    """Until when the customer was told on the phone to wait for the next call (RP8)."""

    wait_id: str
    told_at: datetime
    until: datetime


@dataclass(frozen=True)
class Task:
    """Something that somebody still has to do for the customer. `for_whom`: staff number, duty or department.

    `about`: the SMS it takes the place of; `source`: id of what it was made from, so that nothing makes two. `void`:
    ended undone, because nobody needs it any more. Its text stands apart (Complaint.task_texts)."""

    task_id: str
    kind: v.TaskKind
    for_whom: str
    due_at: datetime
    made_at: datetime
    why: v.TaskCause
    about: str | None = None
    source: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    void: bool = False

    @property
    def open(self) -> bool:
        return self.done_at is None
