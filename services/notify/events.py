"""What notify publishes, and which events of others it reads. Schema 1 of each."""

from collections.abc import Mapping
from typing import Any

from services.notify import history as h
from services.notify.doubts.happened import MessageDoubtRose
from services.notify.inbound import Sms, SmsReceived
from services.notify.message import Message
from shared.aggregate import Stamp, event_name
from shared.codec import plain

SCHEMA = 1
LOST = (h.MessageFailed, h.MessageExpired, h.MessageSuppressed)
AWAITED = frozenset(event_name(kind) for kind in (SmsReceived, *LOST))  # intake reads them
TOLD = (h.MessageDelivered, *LOST, MessageDoubtRose)

READS: Mapping[str, tuple[str, ...]] = {
    "intake": (
        *("complaint_registered", "complaint_refused", "complaint_urged", "contact_recorded", "solution_proposed"),
        *("complaint_judged", "complaint_assigned", "complaint_transferred", "promise_made", "complaint_reclassified"),
        *("customer_corrected", "complaint_replied", "followed_up", "complaint_reopened", "complaint_withdrawn"),
        "prohibition_flagged",
        *("complaint_archived", "remark_written", "major_marked", "major_cleared", "opinion_recorded"),
        *("task_set", "task_done", "written_reply_wanted", "improvement_told"),
    ),
    "escalation": (
        *("case_opened", "clock_warned", "clock_broken", "clock_extended", "escalated", "case_accepted", "handed_back"),
        *("major_declared", "major_revoked", "opinion_requested", "opinion_given", "arbitration_opened"),
        *("media_alerted", "disturbance_alerted", "explanation_asked", "case_closed", "incident_raised"),
        *("disturbance_recorded", "media_recorded", "chain_told", "chain_exhausted"),
        *("clock_recomputed", "clock_recounted", "clock_moved", "clock_called_off", "pre_refund_followed"),
    ),
    "refund": (
        *("refund_requested", "refund_step_signed", "refund_approved", "refund_rejected", "refund_withdrawn"),
        *("refund_paying", "refund_paid", "refund_unknown", "refund_failed", "refund_settled"),
        *("refund_verified", "refund_verification_broken", "refund_doubt_rose", "refund_sent_late"),
    ),
}
RULED = {**READS, "notify": (event_name(MessageDoubtRose),)}  # its own it does not hear of over the bus


def of_message(message: Message, event: Any, stamp: Stamp) -> dict[str, Any] | None:
    """`message_delivered`, `message_failed`, `message_expired`, `message_suppressed`, `message_doubt_rose`."""
    if not isinstance(event, TOLD):
        return None
    data = {
        "message_id": message.message_id,
        "seq": stamp.n,
        "template": message.template,
        "class": message.message_class,
        "role": message.role,
        "to": message.masked,
        "branch": message.branch,
        "status": message.status,
        "why": message.why,
        "change": {"name": event_name(type(event))} | _risen(event),
    }
    return data | ({"complaint_id": message.complaint_id} if message.complaint_id else {})


def _risen(event: Any) -> dict[str, Any]:
    """Whom an event tells that nobody knows what became of the message."""
    return {"to": event.to, "since": plain(event.since)} if isinstance(event, MessageDoubtRose) else {}


def of_sms(sms: Sms, event: Any, stamp: Stamp, sealed: str) -> dict[str, Any] | None:
    """`sms_received`: what it is (IN26) and what was understood; `sealed` holds number and text under the suite key."""
    if not isinstance(event, SmsReceived):
        return None
    understood = event.understood
    return {
        "sms_id": sms.sms_id,
        "seq": stamp.n,
        "sent_at": plain(event.sent_at),
        "whole": event.whole,
        "sort": understood.sort,
        "score": understood.score,
        "port": understood.port,
        "reminder": plain(understood.reminder),
        "wish": understood.wish,
        "customer": {"masked": sms.masked, "sealed": sealed},
        "change": {"name": event_name(SmsReceived)},
    }
