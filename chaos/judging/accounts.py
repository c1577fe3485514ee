"""What notify says became of its messages, against the phones: those that nobody looks for one by one. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from chaos.judging.copies import KIND
from chaos.judging.evidence import Evidence, moment
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.phones import Shown, masked
from chaos.judging.reasons import Reasons
from chaos.judging.texts import Book

WAITS_FOR_RECEIPT, NEVER, UNKNOWN = "submitted", ("failed", "expired"), "unknown"
NOT_REPEATED = "care"

Message = Mapping[str, Any]
Place = tuple[str, str, str]


class Accounts:
    """`looked_for`: template, masked number and serial number of those that are looked for one by one."""

    def __init__(self, evidence: Evidence, book: Book, looked_for: Set[Place]) -> None:
        self._messages, self._book, self._looked_for = evidence.final["messages"], book, looked_for
        self._serials = {case["complaint_id"]: case["serial_no"] for case in evidence.final["cases"].values()}

    def unknown(self, reasons: Reasons) -> Iterator[Outcome]:
        """One for each of which nobody knows, although no answer can have been lost and any could be stored."""
        for each in self._messages:
            mine = left_unknown(each) or (each["status"] == UNKNOWN and self._nobody_looks_for(each))
            if mine and not (reasons.lost_answer() or reasons.not_stored(moment(each["created_at"]))):
                yield _outcome(each, "lost", "sent, or unknown for a reason", "unknown without any")

    def ended(self) -> Iterator[Outcome]:
        """One for each that never came, by notify's own word, or whose receipt is lost."""
        for each in self._messages:
            if each["status"] == WAITS_FOR_RECEIPT:
                yield _outcome(each, "otherwise", "what its receipt said", "submitted, without a receipt")
            if each["status"] in NEVER and self._nobody_looks_for(each):
                yield _outcome(each, "lost", "on the phone", each["status"])

    def nowhere(self, shown: Sequence[Shown]) -> Iterator[Outcome]:
        """One for each sort of which notify says that more were delivered than any phone has."""
        there = Counter((each.template, masked(each.to), each.serial_no) for each in shown)
        delivered = [each for each in self._messages if each["status"] == "delivered"]
        told = Counter(place for each in delivered if (place := self._place(each)))
        for (template, to, serial), times in told.items():
            place = template, to, serial
            if place not in self._looked_for and there[place] < times:
                name = f"{template} to {to} ({serial or 'no serial'})"
                lost = Finding(KIND, "lost", name, f"{times} on the phone, as told", str(there[place]))
                yield outcome(KIND, name, True, [lost])

    def _nobody_looks_for(self, message: Message) -> bool:
        return self._place(message) not in self._looked_for

    def _place(self, message: Message) -> Place | None:
        """None where escalation does not know its complaint: that is found elsewhere."""
        if not self._book.names_complaint(message["template"]):
            return message["template"], message["to"], ""
        serial = self._serials.get(message["complaint_id"])
        return (message["template"], message["to"], serial) if serial else None


def left_unknown(message: Message) -> bool:
    """Nobody knows of it, and rightly nobody sends it again (policies/notify.yml, resends)."""
    return bool(message["status"] == UNKNOWN and message["class"] == NOT_REPEATED)


def _outcome(message: Message, wrong: str, expected: str, seen: str) -> Outcome:
    name = f"{message['template']} {message['message_id']}"
    return outcome(KIND, name, True, [Finding(KIND, wrong, name, expected, seen)])
