"""What a run is asked for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chaos.haste import Boss
from chaos.plan import SORTS, Sort

KILL_EVERY_S = 1.1  # with two processes of each service on two cores: a start takes a second of CPU time
LEAST_S = 20.0
LADDER, WHOLE_LADDER = timedelta(hours=36), timedelta(hours=62)  # forgotten complaints rise to the branch, the province
CLIMB = timedelta(hours=24)
WHOLE_LADDER_FROM_S = 100.0  # business time moves in steps: a shorter run has no time for so many


@dataclass(frozen=True)
class Options:
    """seed: of all chance. length: seconds of load (given the kills, unless said). replicas: processes of each service.

    journeys: customers. control: the mechanism that is taken away. outage: seconds that servers stay away.
    slow: the point at which everybody waits, and how long (`chaos.slowing`)."""

    seed: int = 7
    kills: int = 100
    length: float = 0.0
    replicas: int = 2
    journeys: int = 0
    faults: Sequence[Sort] = SORTS
    boss: Boss = "both"
    control: str = ""
    outage: float | None = None
    slow: str = ""

    @property
    def seconds(self) -> float:
        return self.length or max(LEAST_S, self.kills * KILL_EVERY_S * 2 / self.replicas, 3 * (self.outage or 0))

    @property
    def span(self) -> timedelta:
        """Business time from the first journey to the end."""
        return WHOLE_LADDER if self.seconds >= WHOLE_LADDER_FROM_S else LADDER

    @property
    def spread(self) -> timedelta:
        """From the first journey's start to the last one's: each has time to climb."""
        return self.span - CLIMB

    @property
    def customers(self) -> int:
        return self.journeys or max(26, round(self.seconds * 1.5))
