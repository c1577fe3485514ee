"""A case: one complaint's clocks and its place on the ladder. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from services.escalation.clocks import Clock, next_instant
from services.escalation.facts import LONG_AGO, Facts, PreRefund
from services.escalation.history.onsite import Disturbance, MediaVisit
from services.escalation.holding import Move, Stretch
from services.escalation.steps import Step
from shared.aggregate import private


@dataclass(frozen=True)
class Reopening:
    """Intake has to reopen the complaint (ES6): asked `tries` times, again at `wake_at` (machine time)."""

    cause: str
    since: datetime
    wake_at: datetime = LONG_AGO
    tries: int = 0


@dataclass(frozen=True)
class Marking:
    """Intake has to mark the complaint major (MJ3, MJ4): asked `tries` times, again at `wake_at`.

    `cause`: the incident or record behind it, so that each is asked for once."""

    trigger: str
    cause: str
    wake_at: datetime = LONG_AGO
    tries: int = 0


@dataclass(frozen=True)
class Walk:
    """Whom a rise was told to by name, and who is told from `next_at` on if he does not act (ES11)."""

    told: str
    told_at: datetime
    next_at: datetime
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """`level` is who has it, `awaiting` the level that has yet to take it over, `arbitration_…` the outside body.

    `record` is what the history says of time and people, for simulations (record.py); no two lives differ by it."""

    complaint_id: str
    facts: Facts
    level: str = "agent"
    awaiting: str | None = None
    clocks: tuple[Clock, ...] = ()
    alerted: tuple[str, ...] = ()
    explaining: int = 0
    reopening: Reopening | None = None
    walk: Walk | None = None
    incident_id: str | None = None
    marking: Marking | None = None
    closed: bool = False
    moves: tuple[Move, ...] = ()
    worked: tuple[Stretch, ...] = ()
    pre_refunds: tuple[PreRefund, ...] = ()
    disturbances: tuple[Disturbance, ...] = private(default=())
    media_visits: tuple[MediaVisit, ...] = private(default=())
    record: str = field(default="", compare=False)
    arbitration_body: str = private("")
    arbitration_case_no: str = private("")
    steps: tuple[Step, ...] = private(default=())

    @property
    def clocks_version(self) -> str:
        """The version of the clocks that it lives under: that of those it has."""
        return self.clocks[0].policy_version if self.clocks else self.facts.policy_version

    @property
    def major(self) -> bool:
        return self.facts.major is not None

    @property
    def since(self) -> datetime:
        """When this handling of the complaint began: its registration, or its latest reopening."""
        return self.facts.reopened_at or self.facts.registered_at

    @property
    def at_work(self) -> bool:
        """Neither replied to nor withdrawn, as far as the case has lived it."""
        return bool(self.worked) and self.worked[-1].to is None

    @property
    def running(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.clocks if clock.running)

    @property
    def next_instant(self) -> datetime | None:
        """When time itself does something next: a clock warns or breaks, the next one of a chain is told."""
        instants = (next_instant(self.clocks), self.walk and self.walk.next_at)
        return min((each for each in instants if each), default=None)

    def clock(self, clock_id: str) -> Clock:
        """The clock with this id; KeyError for none."""
        for clock in self.clocks:
            if clock.clock_id == clock_id:
                return clock
        raise KeyError(clock_id)

    def pre_refund(self, refund_id: str) -> PreRefund | None:
        """What is known of this pre-refund, if anything is."""
        return next((each for each in self.pre_refunds if each.refund_id == refund_id), None)

    def running_of(self, kind: str) -> Clock | None:
        """The running clock of this kind, if there is one."""
        return next((clock for clock in self.clocks if clock.running and clock.kind == kind), None)

    @property
    def in_hand(self) -> bool:
        """Whether somebody still works on it: open, to be reopened, or risen after its reply (effect promise)."""
        at_work = self.awaiting is not None or self.running_of("level") is not None
        return self.facts.status == "open" or self.reopening is not None or at_work
