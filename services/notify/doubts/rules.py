"""Which messages without an outcome are listed, who answers for them, who hears of it: notify.yml. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from services.doubts import Rise
from services.notify.message import Message
from services.notify.templates import MessageClass


@dataclass(frozen=True)
class DoubtRules:
    """`receipt_late_after`: then a submitted message without receipt is listed. `owner`: the duty that has to act.

    `classes` rise by age, and so does every message that must keep a limit (NT2)."""

    receipt_late_after: timedelta
    owner: str
    classes: frozenset[MessageClass]
    rises: tuple[Rise, ...] = ()

    def first_after_s(self, message: Message) -> int | None:
        """Seconds from the beginning of a doubt to its first rise; None for what rises never."""
        rising = message.message_class in self.classes or message.before is not None
        return int(self.rises[0].after.total_seconds()) if rising and self.rises else None
