"""What notify shows of a message of which nobody knows what became: no number, no text. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.doubts import phone_of
from services.notify.message import Message
from services.notify.rules import NotifyPolicy
from services.notify.shown import in_short
from shared.organisation import Organisation

WAITS = {"unknown": "carrier", "submitted": "receipt"}


@dataclass(frozen=True)
class Looking:
    """What it takes to show one: the time (business), the policy, the directory."""

    now: datetime
    policy: NotifyPolicy
    organisation: Organisation

    def shown(self, message: Message) -> dict[str, Any]:
        """`waits_for`: carrier (an answer may still come, or it is sent once more), receipt. Whatever it waits for, a
        person may settle it."""
        since = message.doubt_since or message.created_at
        duty = message.risen[-1].to if message.risen else self.policy.doubts.owner
        why = next((part.code for part in message.parts if part.state == "unknown" and part.code), "")
        return {
            **in_short(message),
            "since": since,
            "age_s": max(0, int((self.now - since).total_seconds())),
            "why": why or ("no_receipt" if message.status == "submitted" else "interrupted"),
            "attempts": 1 + message.resends,
            "waits_for": WAITS.get(message.status, "carrier"),
            "settled_by": "person",
            "next_try": message.wake_at,
            "rises_at": message.rises_at,
            "risen": [{"to": told.to, "at": told.at} for told in message.risen],
            "owner": {"duty": duty, "phone": phone_of(self.organisation, duty, message.branch)},
        }
