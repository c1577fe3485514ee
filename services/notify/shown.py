"""What notify shows of a message: the number masked; its text only to who may see personal data (PR1). Pure."""

from typing import Any

from services.notify.message import Message
from services.notify.templates import Templates
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.graver import Graver


def sent(message: Message) -> dict[str, Any]:
    """The answer to `send`."""
    answer = {"message_id": message.message_id, "status": message.status, "why": message.why}
    return answer | ({"hold_until": message.hold_until} if message.hold_until else {})


def in_short(message: Message) -> dict[str, Any]:
    """Which message it is. `may_be_repeated`: it was sent again after an unknown outcome."""
    return {
        "message_id": message.message_id,
        "template": message.template,
        "class": message.message_class,
        "to": message.masked,
        "role": message.role,
        "status": message.status,
        "complaint_id": message.complaint_id,
        "branch": message.branch,
        "may_be_repeated": message.may_be_repeated,
    }


def shown(message: Message) -> dict[str, Any]:
    """One message in `search`."""
    return in_short(message) | {
        "why": message.why,
        "created_at": message.created_at,
        "hold_until": message.hold_until,
        "submitted_at": message.submitted_at,
        "ended_at": message.ended_at,
        "parts": [
            {
                "number": part.number,
                "state": part.state,
                "provider_ids": list(part.provider_ids),
                "code": part.code,
                "receipt": part.receipt,
            }
            for part in message.parts
        ],
    }


def whole(message: Message, by: Actor, graver: Graver) -> dict[str, Any]:
    """The answer to `get`: with what it rests on (NT4, NT7, NT9), and with the text and the consent's reference, unless
    the caller may not see personal data (PR1); nothing graver (PR6)."""
    full, consent = sees_personal_data(by), message.consent
    evidence = {"channel": consent.channel, "at": consent.at} if consent else None
    if evidence and consent and full:
        evidence |= {"reference": graver.masked(consent.reference)}
    record = {"cause": message.cause, "approval": message.approval, "consent": evidence}
    return shown(message) | record | ({"text": graver.masked(message.text)} if full else {})


def both(messages: dict[str, Any], inbound: dict[str, Any]) -> dict[str, Any]:
    """One pulse of two stores; only messages ever wait for business time."""
    oldest = {"outbox_age_s": max(messages["outbox_age_s"], inbound["outbox_age_s"])}
    wakes = [at for at in (messages["next_wake_at"], inbound["next_wake_at"]) if at]
    counts = {name: messages[name] + inbound[name] for name in ("outbox", "due", "waking")}
    return messages | counts | oldest | {"next_wake_at": min(wakes, default=None)}


def templates_shown(templates: Templates) -> list[dict[str, Any]]:
    """The answer to `templates`: names, classes, variables, texts with the signature in front."""
    return [
        {
            "name": each.name,
            "class": each.message_class,
            "variables": dict(each.variables),
            "text": templates.signature + each.text,
        }
        for each in templates.templates.values()
    ]
