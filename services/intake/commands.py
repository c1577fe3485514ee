"""What callers ask of intake, as values: made by schemas.py, decided by the model. Pure; times UTC, money in fen."""

from dataclasses import dataclass
from datetime import datetime

from services.grounds import Ground
from services.intake import vocabulary as v
from services.intake.flagging_commands import AccusedOf
from services.intake.recharge import Recharge
from services.intake.task_commands import Closing
from services.intake.values import Coordination, Customer, ForwardedBy, NoCharge, Verification


@dataclass(frozen=True)
class RecordContact:
    means: v.Means
    direction: v.Direction
    content: str
    at: datetime | None = None
    customer_said: str | None = None
    fulfils: str | None = None
    verification: Verification | None = None
    wait_until: datetime | None = None


@dataclass(frozen=True)
class Propose:
    solution: str
    answer: v.ProposalAnswer
    counter: str | None = None


@dataclass(frozen=True)
class Judge:
    responsible_party: str
    severity: str
    note: str | None = None


@dataclass(frozen=True)
class Assign:
    handler: str


@dataclass(frozen=True)
class Transfer:
    to_department: str
    reason: str
    ground: Ground | None = None


@dataclass(frozen=True)
class MakePromise:
    kind: v.PromiseKind
    due_at: datetime
    what: str


@dataclass(frozen=True)
class Urge:
    said: str | None = None


@dataclass(frozen=True)
class Reclassify:
    category: str
    reason: str
    service: str | None = None


@dataclass(frozen=True)
class CorrectCustomer:
    reason: str
    brand: v.Brand | None = None
    name: str | None = None
    msisdn: str | None = None


@dataclass(frozen=True)
class Reply:
    """`knowledge`: the playbook's entry it uses (PB5). words_seen: words to avoid were shown to its sender (PB2)."""

    process: str
    content: str
    satisfaction: v.Satisfaction
    unknown_because: str | None = None
    means: v.Means | None = None
    knowledge: str | None = None
    words_seen: bool = False


@dataclass(frozen=True)
class FollowUp:
    satisfaction: v.Satisfaction
    said: str | None = None
    will_complain_further: bool = False
    closing: Closing | None = None


@dataclass(frozen=True)
class Reason:
    """Reopening, withdrawing, clearing a major: each needs only why."""

    reason: str


@dataclass(frozen=True)
class Archive:
    cause: str
    evidence: tuple[str, ...]
    lesson: str
    cause_kind: str | None = None


@dataclass(frozen=True)
class Remark:
    text: str


@dataclass(frozen=True)
class MarkMajor:
    trigger: str
    reason: str
    by: str | None = None


@dataclass(frozen=True)
class RecordOpinion:
    kind: v.OpinionKind
    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """`service` is the catalogue's group whose charge is disputed (IN24).

    Only customers' SMS (IN16, IN26) name `first_contact`, `inbound`, `no_charge` and `reported_port`."""

    ticket_type: v.TicketType
    channel: v.Channel
    handling: v.Handling
    customer: Customer
    brand: v.Brand
    category: str
    content: str
    branch: str
    complainant: v.Complainant = "holder"
    high_value: bool = False
    group: bool = False
    verification: Verification | None = None
    forwarded_by: ForwardedBy | None = None
    demand: str | None = None
    hall: str | None = None
    area: str | None = None
    customer_kind: v.CustomerKind | None = None
    coordination: Coordination | None = None
    triggers: tuple[v.Trigger, ...] = ()
    disputed_amount_fen: int | None = None
    promise: MakePromise | None = None
    to_department: str | None = None
    ground: Ground | None = None
    prohibition: int | None = None
    accused: AccusedOf | None = None
    recharge: Recharge | None = None
    service: str | None = None
    reply: Reply | None = None
    archive: Archive | None = None
    written_reply_wanted: bool = False
    first_contact: str | None = None
    inbound: v.Inbound | None = None
    no_charge: NoCharge | None = None
    reported_port: str | None = None


@dataclass(frozen=True)
class LadderTold:
    """What an event of escalation's says of a complaint. `extended_to`: the handling limit, where people decided it.

    `called_off`: kinds of clocks that an operator called off."""

    seq: int
    level: v.Level
    awaiting: v.Level | None
    limits: dict[str, datetime]
    extended_to: datetime | None = None
    called_off: tuple[str, ...] = ()
