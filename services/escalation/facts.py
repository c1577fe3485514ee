"""What intake says of a complaint, as far as clocks and ladder need it. Pure; a copy, never the owner.

Every intake event carries all of it, so that the newest one is enough and any one can create the case.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from shared.aggregate import private

Status = Literal["open", "replied", "archived", "refused", "withdrawn"]
OpinionKind = Literal["supervisor", "support", "legal"]

# What the clock policy may ask for.
ASKED_FOR = ("ticket_type", "channel", "brand", "handling", "self_service_fault", "inbound")

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Promise:
    """A time promised (CL8): `answer` is met by the reply, `effect` by a contact that fulfils it (CL7)."""

    promise_id: str
    kind: Literal["answer", "effect"]
    due_at: datetime
    made_at: datetime
    fulfilled_at: datetime | None = None


@dataclass(frozen=True)
class Wait:
    """On the phone, at `told_at`, the customer was told to wait until the next call (RP8)."""

    wait_id: str
    told_at: datetime
    until: datetime


@dataclass(frozen=True)
class Fulfilled:
    """A contact that fulfilled the clock with this id."""

    clock_id: str
    at: datetime


@dataclass(frozen=True)
class Major:
    """Why and since when the complaint is major (MJ3)."""

    trigger: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Opinion:
    """Who gave an opinion, when (MJ2). Its text stays in intake."""

    by: str
    at: datetime


@dataclass(frozen=True)
class FollowUp:
    """What the customer said of the reply (RP3, ES6)."""

    satisfaction: str
    at: datetime
    will_complain_further: bool = False


@dataclass(frozen=True)
class Turn:
    """A reply, what the customer said of it, or a reopening; each of them is told, not only the latest (ES6)."""

    what: Literal["replied", "followed_up", "reopened"]
    at: datetime
    satisfaction: str | None = None
    will_complain_further: bool = False


@dataclass(frozen=True)
class Coordination:
    """Somebody outside the branch must help (CL3)."""

    kind: Literal["interconnect", "cross_province"]
    counterpart: str = ""


@dataclass(frozen=True)
class PreRefund:
    """What refund says of a pre-refund as of its event `seq`; `verified_at`: when somebody said what the facts are."""

    refund_id: str
    seq: int
    paid_at: datetime
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Customer:
    """The customer as events carry him: a masked number, and what only those with the suite key can read."""

    masked: str = ""
    sealed: str = ""


@dataclass(frozen=True)
class Facts:
    """A complaint's facts as of `as_of`, when event number `seq` happened. All times UTC."""

    complaint_id: str
    seq: int
    as_of: datetime
    status: Status
    ticket_type: str
    channel: str
    category: str
    brand: str
    registered_at: datetime
    branch: str
    hall: str | None = None
    area: str | None = None
    serial_no: str = ""
    category_name: str = ""
    handling: str = ""
    complainant: str = ""
    self_service_fault: bool = False
    department: str | None = None
    first_contact: str = ""
    handler: str | None = None
    inbound: str | None = None
    triggers: tuple[str, ...] = ()
    accused: tuple[str, ...] = ()
    coordination: Coordination | None = None
    reopened_at: datetime | None = None
    answered_at: datetime | None = None
    called_back_at: datetime | None = None
    last_called_at: datetime | None = None
    remarked_at: datetime | None = None
    replied_at: datetime | None = None
    archived_at: datetime | None = None
    withdrawn_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    waits: tuple[Wait, ...] = ()
    fulfilled: tuple[Fulfilled, ...] = ()
    major: Major | None = None
    opinions: dict[OpinionKind, Opinion] = field(default_factory=dict)
    follow_up: FollowUp | None = None
    turns: tuple[Turn, ...] = ()
    policy_version: str = ""
    customer: Customer = private(default_factory=Customer)

    @property
    def has_ladder(self) -> bool:
        """Only complaints that were taken have clocks and levels (IN3, IN5)."""
        return self.ticket_type == "complaint" and self.status != "refused"

    @property
    def has_clocks(self) -> bool:
        """What has a ladder, and tickets from an answer to a fee reminder, which wait for a contact (IN16)."""
        return self.has_ladder or (self.inbound is not None and self.status != "refused")

    @property
    def alarms(self) -> frozenset[str]:
        """Every trigger named, also the one it was declared major for."""
        return frozenset(self.triggers) | ({self.major.trigger} if self.major else set())

    @property
    def latest_turns(self) -> tuple[Turn, ...]:
        """The latest of each sort: all that earlier versions of intake told."""
        said = self.follow_up
        latest = (
            self.replied_at and Turn("replied", self.replied_at),
            said and Turn("followed_up", said.at, said.satisfaction, said.will_complain_further),
            self.reopened_at and Turn("reopened", self.reopened_at),
        )
        return tuple(each for each in latest if each)

    @property
    def all_turns(self) -> tuple[Turn, ...]:
        """Every turn that is known."""
        return (*self.turns, *(each for each in self.latest_turns if each not in self.turns))

    def says_the_same_as(self, other: "Facts") -> bool:
        """Whether nothing that matters here differs."""
        return replace(self, seq=other.seq, as_of=other.as_of) == other
