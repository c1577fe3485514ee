"""What a customer's SMS is: satisfaction, an answer to a fee reminder, a report, an opt-out or something else (IN26).

Pure. Its words and patterns are policy; they are compared without width, case, spaces and punctuation."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from services.notify.templates import MessageClass

Sort = Literal["satisfaction", "fee_reminder_answer", "bad_message_report", "opt_out", "other"]
Wish = Literal["cancel", "keep", "other"]


@dataclass(frozen=True)
class Reminder:
    """A fee reminder that went to the number and is not answered yet (IN16). `period` is the month, YYYY-MM."""

    message_id: str
    service: str
    period: str
    fee_fen: int


@dataclass(frozen=True)
class Sorted:
    """The sort, and what was understood: `score` 1 to 5, the reported `port`, the answered `reminder` and the wish."""

    sort: Sort
    score: int | None = None
    port: str | None = None
    reminder: Reminder | None = None
    wish: Wish | None = None

    @property
    def answers(self) -> str | None:
        """The reminder that this settles; one that is only asked about can still be answered."""
        return self.reminder.message_id if self.reminder and self.wish in ("cancel", "keep") else None


OTHER = Sorted("other")


@dataclass(frozen=True)
class Survey:
    """How a score is written: a `pattern` whose group 1 is the score, or `words`; `fillers` say nothing."""

    pattern: re.Pattern[str]
    words: Mapping[str, int]
    fillers: tuple[str, ...]


@dataclass(frozen=True)
class ReminderRules:
    """Which template reminds of a fee, for how many days it can be answered, and how: in one word, or in a sentence
    of at most `longest` characters that holds one of the other words."""

    template: str
    days: int
    cancel: frozenset[str]
    keep: frozenset[str]
    cancel_within: tuple[str, ...]
    keep_within: tuple[str, ...]
    longest: int


@dataclass(frozen=True)
class ReportRules:
    """Words of a report, and what a reported port number looks like."""

    words: tuple[str, ...]
    port: re.Pattern[str]


@dataclass(frozen=True)
class OptOutRules:
    """Whole texts that end messages of the classes `stops`; `confirmed` is the template that says so (NT4)."""

    words: frozenset[str]
    stops: tuple[MessageClass, ...]
    confirmed: str


@dataclass(frozen=True)
class AgainRules:
    """Machine time. Within `surely` an equal SMS is a copy. `unanswered`: so long it is one where the centre may not
    have had our answer."""

    surely: timedelta
    unanswered: timedelta


@dataclass(frozen=True)
class InboundRules:
    """The section `inbound` of notify.yml."""

    again: AgainRules
    survey: Survey
    reminder: ReminderRules
    report: ReportRules
    opt_out: OptOutRules


def folded(text: str) -> str:
    """Letters and digits alone, in one width and case."""
    return "".join(each for each in _plain(text) if unicodedata.category(each)[0] in "LN")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def sorted_out(text: str, reminder: Reminder | None, rules: InboundRules) -> Sorted:
    """What the SMS is; `reminder` is the number's newest fee reminder that waits for an answer."""
    said = folded(text)
    if reminder and (wish := _exactly(said, rules.reminder)):
        return Sorted("fee_reminder_answer", reminder=reminder, wish=wish)
    if said in rules.opt_out.words:
        return Sorted("opt_out")
    port = rules.report.port.search(_plain(text))
    if port or any(word in said for word in rules.report.words):
        return Sorted("bad_message_report", port=port.group() if port else None)
    if score := _score(said, rules.survey):
        return Sorted("satisfaction", score=score)
    if reminder:
        return Sorted("fee_reminder_answer", reminder=reminder, wish=_wish(said, rules.reminder))
    return OTHER


def _exactly(said: str, rules: ReminderRules) -> Wish | None:
    """The wish of an SMS that holds nothing else."""
    if said in rules.keep:
        return "keep"
    return "cancel" if said in rules.cancel else None


def _wish(said: str, rules: ReminderRules) -> Wish:
    """The wish of a short sentence: who keeps may say what he does not cancel, so keeping goes first."""
    if len(said) > rules.longest:
        return "other"
    if any(word in said for word in rules.keep_within):
        return "keep"
    return "cancel" if any(word in said for word in rules.cancel_within) else "other"


def _score(said: str, survey: Survey) -> int | None:
    found = survey.pattern.fullmatch(said)
    if found:
        return int(found[1])
    if said in survey.words:
        return survey.words[said]
    for filler in survey.fillers:
        said = said.replace(filler, "")
    found = survey.pattern.fullmatch(said)
    return int(found[1]) if found else survey.words.get(said)
