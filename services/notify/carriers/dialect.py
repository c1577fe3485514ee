"""What a protocol brings to the link: codec, login, receipt parsing. Everything else is the link's own."""

from dataclasses import dataclass
from typing import Any, Protocol

from services.notify.carriers.traffic import Accepted, InboundSms, Receipt, Refused, Segment


@dataclass(frozen=True)
class Answer:
    """The other side's answer to our request `sequence`; `body` is the dialect's own."""

    sequence: int
    body: Any


@dataclass(frozen=True)
class Delivery:
    """A receipt or an inbound SMS; `stored` answers once it is stored, `failed` otherwise (empty: say nothing)."""

    content: Receipt | InboundSms
    stored: bytes
    failed: bytes


@dataclass(frozen=True)
class Request:
    """What is answered at once (keepalive, goodbye, a frame nobody understands); `ends`: the other side leaves."""

    answer: bytes
    ends: bool = False
    trouble: str = ""


Arrival = Answer | Delivery | Request


class Dialect(Protocol):
    """One account's protocol. Methods that make a frame take its sequence number; none touches the network."""

    shortest_frame: int
    longest_frame: int
    last_sequence: int

    def login(self, sequence: int) -> bytes: ...

    def check_login(self, answer: Answer) -> None:
        """Raises LoginRefused."""

    def submit(self, sequence: int, segment: Segment) -> bytes: ...

    def outcome(self, answer: Answer) -> Accepted | Refused: ...

    def keepalive(self, sequence: int) -> bytes: ...

    def goodbye(self, sequence: int) -> bytes: ...

    def read(self, frame: bytes) -> Arrival: ...
