"""Whether and when a message may go out (NT1-NT4, NT9). Pure; the care cap itself is the store's unique index.

Asked when a message is written, and once more when it is about to leave (leaving.py)."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.errors import ApprovalMissing, ConsentInTheFuture, ConsentMissing
from services.notify.history import Consent, MessageQueued
from services.notify.quiet import next_at
from services.notify.rules import NotifyPolicy
from services.notify.sorting import OptOutRules
from services.notify.templates import MessageClass, Template
from shared.calendar import SHANGHAI

CONSENT_CHANNELS = ("written", "sms", "web", "wap")
NEEDS_APPROVAL = ("public", "emergency")
ALWAYS_AT_ONCE = ("staff", "emergency")
GIVES_WAY = ("care", "commercial", "public")


def check_permission(template: Template, consent: Consent | None, approval: str | None, now: datetime) -> None:
    """Raises ConsentMissing, ConsentInTheFuture (NT4) or ApprovalMissing (NT9)."""
    if consent and consent.at > now:
        raise ConsentInTheFuture(template.name)
    if template.message_class == "commercial" and (consent is None or consent.channel not in CONSENT_CHANNELS):
        raise ConsentMissing(template.name, CONSENT_CHANNELS)
    if template.message_class in NEEDS_APPROVAL and not approval:
        raise ApprovalMissing(template.name)


def stopped(
    message_class: MessageClass, opted_out_at: datetime | None, consent: Consent | None, rules: OptOutRules
) -> str:
    """Why a number that asked for no more such messages gets none; empty where a newer consent allows it (NT4)."""
    if opted_out_at is None or message_class not in rules.stops or (consent and consent.at > opted_out_at):
        return ""
    day = opted_out_at.astimezone(SHANGHAI).date().isoformat()
    return f"NT4 the customer has opted out of {message_class} messages on {day}"


def hold_until(
    message_class: MessageClass,
    now: datetime,
    acted_at: datetime | None,
    before: datetime | None,
    policy: NotifyPolicy,
) -> tuple[datetime | None, str]:
    """Until when (business time) it is held, None for not at all; and why."""
    if message_class in ALWAYS_AT_ONCE:
        return None, "NT3 at once" if message_class == "staff" else "NT9 at once"
    end = policy.quiet.end_from(now)
    if end is None:
        return None, "no quiet hours"
    if message_class != "transactional":
        return end, "NT1 quiet hours"
    if acted_at and now - acted_at <= policy.acted_within:
        return None, "NT2 the customer acted within the hour"
    if before and before <= end:
        return None, "NT2 it would fall due in quiet hours"
    return end, "NT2 quiet hours"


def queued(message_class: MessageClass, why: str, machine_now: datetime, policy: NotifyPolicy) -> MessageQueued:
    """Into the queue; what nobody waits for lets the rest pass first."""
    begins = machine_now + policy.carrier.gives_way if message_class in GIVES_WAY else machine_now
    return MessageQueued(why, begins, machine_now + policy.carrier.submitted_within)


def digest_until(now: datetime, policy: NotifyPolicy) -> datetime:
    """When the digest that takes up `now` goes out (ES4)."""
    return next_at(now, policy.digest_at)


def care_slots(sent_at: datetime, policy: NotifyPolicy) -> Sequence[str]:
    """The places a customer has for care messages in the month in which one would be sent (NT1)."""
    return [f"{_month(sent_at)}:{number}" for number in range(1, policy.care_per_month + 1)]


def counts_in(care_slot: str, sent_at: datetime) -> bool:
    """Whether the place belongs to the month in which the message leaves."""
    return care_slot.startswith(f"{_month(sent_at)}:")


def _month(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m")
