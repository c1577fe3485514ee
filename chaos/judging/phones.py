"""What phones show, and what notify tells of it. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chaos.judging.evidence import Evidence, Line, moment
from chaos.judging.texts import SHANGHAI, Book

DAILY = "service_group_digest"
NIGHT = timedelta(hours=9)  # NT1: from 22:00 to 7:00


@dataclass(frozen=True)
class Shown:
    """One SMS on a phone, read."""

    to: str
    text: str
    template: str
    words: Mapping[str, str]
    at: datetime
    day: str = ""

    @property
    def serial_no(self) -> str:
        return self.words.get("serial_no", "")

    @property
    def id(self) -> str:
        """For a finding: no whole number, no text."""
        name = f"{self.template or 'an unknown text'} to {masked(self.to)}"
        return f"{name} ({self.serial_no or self.day or 'no serial'})"


def read(line: Line, book: Book) -> Shown:
    """A line of the centre's journal."""
    template, words = book.read(line["text"])
    day = str(moment(line["at"]).astimezone(SHANGHAI).date()) if template == DAILY else ""
    return Shown(line["to"], line["text"], template, words, moment(line["at"]), day)


def masked(number: str) -> str:
    """As notify shows a number."""
    return f"{number[:3]}****{number[-4:]}"


class Told:
    """What notify tells of its messages, by template, masked number and complaint."""

    def __init__(self, evidence: Evidence) -> None:
        self._until = moment(evidence.final["until"])
        self._messages: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
        for each in evidence.final["messages"]:
            for complaint_id in {each["complaint_id"], None}:
                self._messages[each["template"], each["to"], complaint_id].append(each)
        self._complaints = {
            each["serial_no"]: each["complaint_id"] for found in evidence.final["complaints"].values() for each in found
        }

    def of(self, template: str, to: str, complaint_id: str | None) -> list[Mapping[str, Any]]:
        """The messages of this template to this number, of a complaint where one is named."""
        return self._messages[template, masked(to), complaint_id]

    def marked(self, shown: Shown) -> bool:
        """Some message that may have brought this text says that it may have come twice."""
        complaint_id = self._complaints.get(shown.serial_no)
        return any(each["may_be_repeated"] for each in self.of(shown.template, shown.to, complaint_id))

    def held(self, template: str, to: str, complaint_id: str | None) -> int:
        """How many wait for the end of the quiet hours, which has not come (NT2)."""
        known = self.of(template, to, complaint_id)
        ends = [moment(each["hold_until"]) for each in known if each["status"] == "held" and each["hold_until"]]
        return sum(self._until < end <= self._until + NIGHT for end in ends)
