"""A complaint: what its registration tells, and how it stands. Pure; moved only by the events of history/."""

from dataclasses import dataclass, field
from datetime import datetime

from services.grounds import Ground, GroundKind
from services.intake import vocabulary as v
from services.intake.accused import Accused
from services.intake.recharge import Recharge
from services.intake.values import (
    Coordination,
    Customer,
    FollowUp,
    ForwardedBy,
    Fulfilment,
    Ladder,
    Major,
    NoCharge,
    Opinion,
    Place,
    Promise,
    Task,
    Trace,
    Turn,
    Verification,
    Wait,
)
from shared.aggregate import private

LIVE: frozenset[v.Status] = frozenset({"open", "replied"})


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a registration tells: basic information, category and content (IN6). Money in fen.

    `inbound`: the SMS it came from answered a fee reminder, `no_charge` what it cancels (IN16); `reported_port`: the
    sender of a bad message (IN26)."""

    complaint_id: str
    serial_no: str
    ticket_type: v.TicketType
    channel: v.Channel
    handling: v.Handling
    category: str
    category_name: str
    category_path: str
    brand: v.Brand
    branch: str
    first_contact: str
    handler: str | None
    policy_version: str
    customer: Customer = private()
    content: str = private()
    demand: str | None = private(default=None)
    complainant: v.Complainant = "holder"
    high_value: bool = False
    group: bool = False
    self_service_fault: bool = False
    hall: str | None = None
    area: str | None = None
    department: str | None = None
    customer_kind: v.CustomerKind | None = None
    coordination: Coordination | None = None
    verification: Verification | None = None
    forwarded_by: ForwardedBy | None = None
    triggers: tuple[str, ...] = ()
    disputed_amount_fen: int | None = None
    prohibition: int | None = None
    inbound: v.Inbound | None = None
    no_charge: NoCharge | None = None
    reported_port: str | None = None
    accused: tuple[Accused, ...] = ()
    recharge_leaf: bool = False
    recharge: Recharge | None = private(default=None)
    place: Place = field(default_factory=Place)
    ground: Ground | None = private(default=None)
    ground_kind: GroundKind | None = None


@dataclass(frozen=True, kw_only=True)
class Complaint(Particulars):
    """A complaint as it stands. Texts of contacts, replies and the like stay in history alone.

    `clocks_gone`: kinds of clocks that were called off, each time. `seq` is the number of its last history entry;
    `limits` are intake's own, by kind of clock."""

    seq: int
    status: v.Status
    registered_at: datetime
    limits: dict[str, datetime] = field(default_factory=dict)
    extended_to: datetime | None = None
    ladder: Ladder = field(default_factory=Ladder)
    urged_count: int = 0
    urged_at: datetime | None = None
    reopened_at: datetime | None = None
    answered_at: datetime | None = None
    called_back_at: datetime | None = None
    replied_at: datetime | None = None
    replied_by: str | None = None
    word_hits: tuple[str, ...] = ()
    judged_at: datetime | None = None
    archived_at: datetime | None = None
    cause_kind: str | None = None
    withdrawn_at: datetime | None = None
    written_reply_at: datetime | None = None
    remarked_at: datetime | None = None
    follow_up: FollowUp | None = None
    turns: tuple[Turn, ...] = ()
    promises: tuple[Promise, ...] = ()
    fulfilled: tuple[Fulfilment, ...] = ()
    major: Major | None = None
    opinions: dict[str, Opinion] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)
    tasks: tuple[Task, ...] = ()
    task_texts: dict[str, str] = private(default_factory=dict)
    waits: tuple[Wait, ...] = ()
    clocks_gone: tuple[str, ...] = ()
    last_called_at: datetime | None = None
    written_reply_wanted: bool = False
    written_reply_address: str | None = private(default=None)
    improvements_told: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Open or replied: a second complaint on its number and leaf urges this one (IN8)."""
        return self.status in LIVE

    @property
    def due_times(self) -> dict[str, datetime]:
        """The due time of each clock, as far as known here: intake's own, corrected by what escalation told."""
        running = {kind: due_at for kind, due_at in self.limits.items() if kind not in self.ladder.called_off}
        return running | self.ladder.limits

    @property
    def answer_limit(self) -> datetime | None:
        """Until when an answer can be promised (CL8): the handling limit, extended where escalation told so (CL3)."""
        return self.extended_to or self.limits.get("handling")

    @property
    def verified(self) -> bool:
        """Whether the holder is known: before that neither personal data nor money (IN5)."""
        return self.verification is not None and self.verification.verified

    @property
    def waiting_since(self) -> datetime:
        """Since when the customer waits: since it was registered or reopened, or since he was told how long (RP8)."""
        began = self.reopened_at or self.registered_at
        return max(began, self.waits[-1].told_at) if self.waits else began

    @property
    def called_while_waiting(self) -> bool:
        """Whether he was called since he was registered or reopened, so that the first clock of RP8 is met."""
        return self.last_called_at is not None and self.last_called_at >= (self.reopened_at or self.registered_at)

    @property
    def awaits_call(self) -> bool:
        """Whether the customer is to be called before he has waited too long (RP8): not called since he waits.

        The call that told him how long to wait does not count."""
        if self.status != "open" or "waiting_call" not in self.due_times:
            return False
        called, told = self.last_called_at, self.waits[-1].told_at if self.waits else None
        return called is None or called < self.waiting_since or called == told
