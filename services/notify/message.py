"""A message as it stands: one SMS to one number. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from services.notify.history import Consent
from services.notify.parts import WITH_THE_CARRIER, Part
from services.notify.templates import MessageClass
from shared.aggregate import private
from shared.lease import Lease

Status = Literal["queued", "held", "suppressed", "submitting", "submitted", "delivered", "failed", "unknown", "expired"]


@dataclass(frozen=True)
class Told:
    """Which duty was told that nobody knows what became of it, and when."""

    to: str
    at: datetime


FINAL = ("suppressed", "delivered", "failed", "expired")


@dataclass(frozen=True)
class Message:
    """
    `hold_until` is business time; `wake_at` (when to look again) and `valid_until` are machine time.

    `attempts` counts temporary refusals, `throttles` those in a row that mean only "not now", `resends` submits after
    an unknown outcome.

    `unknown_since` (business time): the carrier's answer is missing. `rises_after_s`: seconds until the first duty is
    told of it, `risen` those that were, `rises_next` when the next one is.
    """

    message_id: str
    template: str
    message_class: MessageClass
    masked: str
    cause: str
    created_at: datetime
    status: Status = "queued"
    why: str = ""
    role: str = ""
    branch: str | None = None
    complaint_id: str | None = None
    care_slot: str | None = None
    approval: str | None = private(default=None)
    consent: Consent | None = private(default=None)
    acted_at: datetime | None = None
    before: datetime | None = None
    hold_until: datetime | None = None
    wake_at: datetime | None = None
    valid_until: datetime | None = None
    lease: Lease | None = None
    parts: tuple[Part, ...] = ()
    attempts: int = 0
    throttles: int = 0
    resends: int = 0
    may_be_repeated: bool = False
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    unknown_since: datetime | None = None
    rises_after_s: int | None = None
    rises_next: datetime | None = None
    risen: tuple[Told, ...] = ()
    to: str = private("")
    text: str = private("")
    variables: Mapping[str, Any] = private(default_factory=dict)

    @property
    def final(self) -> bool:
        return self.status in FINAL

    @property
    def doubt_since(self) -> datetime | None:
        """Since when nobody knows what became of it: no answer of the carrier, or no receipt yet."""
        if self.final:
            return None
        return self.unknown_since or (self.submitted_at if self.status == "submitted" else None)

    @property
    def rises_at(self) -> datetime | None:
        """When the next duty is told of that."""
        since = self.doubt_since
        if since is None or self.risen:
            return self.rises_next if since else None
        return None if self.rises_after_s is None else since + timedelta(seconds=self.rises_after_s)

    @property
    def begun(self) -> bool:
        """Whether the carrier has some of it, or may have: then the rest follows at once."""
        return any(part.state not in ("waiting", "refused", "sending") for part in self.parts)

    @property
    def provider_ids(self) -> tuple[str, ...]:
        return tuple(known for part in self.parts for known in part.provider_ids)

    def part_of(self, provider_id: str) -> Part | None:
        """The part that the carrier calls so."""
        return next((part for part in self.parts if provider_id in part.provider_ids), None)


def standing(parts: tuple[Part, ...]) -> Status:
    """`submitted`: the carrier has every part; `unknown`: it may have them all; else `queued`: some never left."""
    states = {part.state for part in parts}
    if states <= set(WITH_THE_CARRIER):
        return "submitted"
    return "unknown" if states <= {*WITH_THE_CARRIER, "unknown"} else "queued"
