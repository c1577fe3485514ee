"""What passes over a carrier link, in no protocol's words."""

from dataclasses import dataclass
from typing import Protocol

PERMANENT, TEMPORARY, THROTTLED = "permanent", "temporary", "throttled"


@dataclass(frozen=True)
class Segment:
    """One part on its way: `number` of `total` of `message_id`; `header` (UDH) and `payload` are octets."""

    message_id: str
    number: int
    total: int
    to: str
    encoding: str
    header: bytes
    payload: bytes


@dataclass(frozen=True)
class Accepted:
    """The carrier took the segment and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True)
class Refused:
    """The carrier said no: `permanent` (never again), `temporary` (try again), `throttled` (not now, no failure)."""

    code: str
    kind: str


@dataclass(frozen=True)
class Unknown:
    """Nobody can say whether the carrier took it: the link broke or the answer did not come."""

    reason: str


Outcome = Accepted | Refused | Unknown


@dataclass(frozen=True)
class Receipt:
    """What became of an accepted segment; `state` in the carrier's words (DELIVRD …), `error` the network's."""

    provider_id: str
    state: str
    error: str = ""


@dataclass(frozen=True)
class InboundSms:
    """A phone's SMS to us, or one part of it: then `reference`, `total` and `number` join the parts."""

    sender: str
    to: str
    text: str
    reference: int = 0
    total: int = 1
    number: int = 1


class Sink(Protocol):
    """Who is told. A method returns once the fact is stored; when it raises, the carrier sends the fact again."""

    def receipt(self, receipt: Receipt) -> None: ...

    def inbound(self, sms: InboundSms) -> None: ...

    def answered(self, sms: InboundSms) -> None:
        """The carrier was told in good time that this SMS is stored."""

    def late_answer(self, segment: Segment, outcome: Outcome) -> None:
        """The answer to a segment that `submit` had given up as Unknown."""
