"""The wire between any number of refunds and a BOSS that hears of things late, twice or never."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from services.refund import settling
from services.refund.doubts import late
from services.refund.doubts.overtaken import overtaken
from services.refund.lines import key_of
from services.refund.model import Refund
from services.refund.outcomes import Absent, Asked, Entered, Late, NoAnswer, Paid, Refused
from services.refund.rules import BillingRules
from shared.lease import FencedOut

Change = Callable[[str, Callable[[Refund], list[Any]]], None]


class Entry(NamedTuple):
    """One entry of BOSS's journal."""

    key: str
    msisdn: str
    amount_fen: int
    reference: str


@dataclass(eq=False)
class Sending:
    """A message to BOSS. It may arrive until `until`, late or never; `said` is what BOSS answered to it.

    `leave_by`: when it has to be on its way; a process that stands still then sends it all the same, so much `late`."""

    refund_id: str
    fence: int
    key: str
    msisdn: str
    amount_fen: int
    number: int
    leave_by: datetime
    until: datetime
    said: Entered | Refused | None = None
    awaited: bool = True
    stands_still: bool = False
    late: timedelta | None = None


@dataclass(frozen=True)
class Question:
    refund_id: str
    fence: int
    key: str
    sendings: int


class Wire:
    """`entries` is BOSS's journal. What comes back is stored by `change(refund_id, decide)`."""

    def __init__(self, rules: BillingRules, now: datetime, change: Change) -> None:
        self.rules, self.now, self._change = rules, now, change
        self.entries: list[Entry] = []
        self._references = count(1)
        self.sendings: list[Sending] = []
        self.questions: list[Question] = []

    # -- from a process that holds a lease

    def leased(self, refund: Refund) -> None:
        """A process has taken this lease: its message is on its way."""
        assert refund.lease
        line, fence, claim = refund.present_line, refund.lease.fence, refund.claim
        key = key_of(refund.refund_id, line)
        if line.state == "paying":
            leave_by = self.now + self.rules.lease
            until = leave_by + self.rules.absent_after
            what = refund.refund_id, fence, key, claim.msisdn, line.amount_fen, line.sendings
            self.sendings.append(Sending(*what, leave_by, until))
        else:
            self.questions.append(Question(refund.refund_id, fence, key, line.sendings))

    def go_on(self, sent: int, asked: int, fates: list[str]) -> None:
        """What befalls the messages since then, one fate after the other."""
        for fate in fates:
            for question in self.questions[asked:]:
                self.tell(question, lost=fate == "lost")
            for sending in self.sendings[sent:]:
                sent += 1
                sending.stands_still = fate == "stands still"  # before it sends
                if not sending.stands_still:
                    self.befall(sending, fate)

    def befall(self, sending: Sending, fate: str) -> None:
        if fate in ("entered", "entered, not told", "refused"):
            self.hear(sending, refuse=fate == "refused")
        if fate != "paused":  # a paused process has stopped; its message may still arrive
            self.answer(sending, lost=fate == "entered, not told")

    def stand_no_more(self, sending: Sending, fate: str) -> None:
        """Its process goes on and sends, without another look at the clock; then it sees how late that was."""
        sending.stands_still = False
        if self.now > sending.leave_by:
            sending.late, sending.until = self.now - sending.leave_by, self.now + self.rules.absent_after
        self.befall(sending, fate)

    # -- BOSS

    def hear(self, sending: Sending, refuse: bool = False) -> None:
        known = next((each for each in self.entries if each.key == sending.key), None)
        entry = known if self.rules.honours_keys else None
        if refuse and not entry:
            sending.said = Refused("closed_day")
            return
        if not entry:
            entry = Entry(sending.key, sending.msisdn, sending.amount_fen, f"B{next(self._references)}")
            self.entries.append(entry)
        sending.said = Entered(entry.reference, entry.msisdn, entry.amount_fen)

    def stands(self, key: str) -> bool:
        return any(entry.key == key for entry in self.entries)

    def truth(self, key: str) -> Asked:
        found = (Entered(each.reference, each.msisdn, each.amount_fen) for each in self.entries if each.key == key)
        return next(found, Absent())

    def reverse(self, key: str, keep: int) -> None:
        """A person has all but the first so many entries of this key reversed."""
        kept = [entry for entry in self.entries if entry.key == key][:keep]
        self.entries = [entry for entry in self.entries if entry.key != key or entry in kept]

    # -- back

    def answer(self, sending: Sending, lost: bool = False) -> None:
        sending.awaited = False
        said = NoAnswer("timeout") if lost or sending.said is None else sending.said
        outcome = said if sending.late is None else Late(said, sending.late)
        self._change(sending.refund_id, lambda refund: self._concluded(refund, sending, outcome))

    def _concluded(self, refund: Refund, sending: Sending, outcome: Paid) -> list[Any]:
        try:
            return settling.paid(refund, sending.fence, outcome, self.now, self.rules)
        except FencedOut:
            return overtaken(refund, late.Sending(sending.key, sending.number), outcome, self.now, self.rules)

    def tell(self, question: Question, lost: bool = False) -> None:
        self.questions.remove(question)
        said = NoAnswer("timeout") if lost else self.truth(question.key)
        self._change(question.refund_id, lambda refund: self._told(refund, question, said))

    def _told(self, refund: Refund, question: Question, said: Asked) -> list[Any]:
        try:
            return settling.asked(refund, question.fence, said, self.now, self.now, self.rules)
        except FencedOut:
            return overtaken(refund, late.Sending(question.key, question.sendings), said, self.now, self.rules)

    # -- what is still out there

    def under_way(self, refund_id: str | None = None) -> list[Sending]:
        """Messages that may still arrive."""
        mine = (each for each in self.sendings if refund_id in (None, each.refund_id))
        return [each for each in mine if not each.stands_still and each.said is None and self.now < each.until]

    def awaited(self) -> list[Sending]:
        return [each for each in self.sendings if each.awaited and not each.stands_still]

    def standing_still(self) -> list[Sending]:
        return [each for each in self.sendings if each.stands_still]
