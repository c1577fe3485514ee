"""The wire between any number of refunds and a BOSS that hears of things late, twice or never."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund import settling
from services.refund.lines import key_of
from services.refund.model import Refund
from services.refund.outcomes import Absent, Asked, Entered, NoAnswer, Paid, Refused
from services.refund.rules import BillingRules

Change = Callable[[str, Callable[[Refund], list[Any]]], None]


@dataclass(eq=False)
class Sending:
    """A message to BOSS. It may arrive until `until`, late or never; `said` is what BOSS answered to it."""

    refund_id: str
    fence: int
    key: str
    msisdn: str
    amount_fen: int
    until: datetime
    said: Paid | None = None
    awaited: bool = True


@dataclass(frozen=True)
class Question:
    refund_id: str
    fence: int
    key: str


class Wire:
    """`entries` is BOSS's journal: key, number, amount. What comes back is stored by `change(refund_id, decide)`."""

    def __init__(self, rules: BillingRules, now: datetime, change: Change) -> None:
        self.rules, self.now, self._change = rules, now, change
        self.entries: list[tuple[str, str, int]] = []
        self.sendings: list[Sending] = []
        self.questions: list[Question] = []

    # -- from a process that holds a lease

    def leased(self, refund: Refund) -> None:
        """A process has taken this lease: its message is on its way."""
        assert refund.lease
        line, fence, claim = refund.present_line, refund.lease.fence, refund.claim
        key = key_of(refund.refund_id, line)
        if line.state == "paying":
            until = self.now + self.rules.lease + self.rules.absent_after  # it leaves within its lease
            self.sendings.append(Sending(refund.refund_id, fence, key, claim.msisdn, line.amount_fen, until))
        else:
            self.questions.append(Question(refund.refund_id, fence, key))

    def go_on(self, sent: int, asked: int, fates: list[str]) -> None:
        """What befalls the messages since then, one fate after the other."""
        for fate in fates:
            for question in self.questions[asked:]:
                self.tell(question, lost=fate == "lost")
            for sending in self.sendings[sent:]:
                sent += 1
                if fate in ("entered", "entered, not told", "refused"):
                    self.hear(sending, refuse=fate == "refused")
                if fate != "paused":  # a paused process has stopped; its message may still arrive
                    self.answer(sending, lost=fate == "entered, not told")

    # -- BOSS

    def hear(self, sending: Sending, refuse: bool = False) -> None:
        known = self.rules.honours_keys and self.stands(sending.key)
        if refuse and not known:
            sending.said = Refused("closed_day")
            return
        if not known:
            self.entries.append((sending.key, sending.msisdn, sending.amount_fen))
        sending.said = Entered("B1", sending.msisdn, sending.amount_fen)

    def stands(self, key: str) -> bool:
        return any(known == key for known, *_ in self.entries)

    def truth(self, key: str) -> Asked:
        found = (Entered("B1", msisdn, fen) for known, msisdn, fen in self.entries if known == key)
        return next(found, Absent())

    # -- back

    def answer(self, sending: Sending, lost: bool = False) -> None:
        sending.awaited = False
        said = NoAnswer("timeout") if lost or sending.said is None else sending.said
        now, rules = self.now, self.rules
        self._change(sending.refund_id, lambda refund: settling.paid(refund, sending.fence, said, now, rules))

    def tell(self, question: Question, lost: bool = False) -> None:
        self.questions.remove(question)
        said = NoAnswer("timeout") if lost else self.truth(question.key)
        now, rules = self.now, self.rules
        self._change(question.refund_id, lambda refund: settling.asked(refund, question.fence, said, now, now, rules))

    # -- what is still out there

    def under_way(self, refund_id: str | None = None) -> list[Sending]:
        """Messages that may still arrive."""
        mine = (each for each in self.sendings if refund_id in (None, each.refund_id))
        return [each for each in mine if each.said is None and self.now < each.until]

    def awaited(self) -> list[Sending]:
        return [each for each in self.sendings if each.awaited]
