"""Whether an SMS that the centre brings is one that it brought before, or a part of one that is not whole yet. Pure.

SMPP gives a phone's SMS no name of its own: it is known by its phone, its text or reference, and by whether the centre
had our answer. What had it is not brought again; an equal SMS is then the customer's next one."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.inbound import Sms, place
from services.notify.sorting import AgainRules


def earlier(known: Sequence[Sms], number: int, text: str, now: datetime, rules: AgainRules) -> Sms | None:
    """Which of `known` (alike, newest first) this part belongs to; None where it begins a new SMS."""
    copies = (sms for sms in known if _brought_again(sms, number, text, now, rules))
    unfinished = (sms for sms in known if not sms.received and place(number) not in sms.texts)
    return next(copies, None) or next(unfinished, None)


def _brought_again(sms: Sms, number: int, text: str, now: datetime, rules: AgainRules) -> bool:
    if sms.came_at is None or sms.texts.get(place(number)) != text:
        return False
    return now - sms.came_at <= (rules.surely if number in sms.answered else rules.unanswered)
