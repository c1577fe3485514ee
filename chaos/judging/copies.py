"""SMS that a phone has more often than what they tell of happened, and the reason that each copy may have. Pure.

After a kill between submit and its stored answer nobody knows whether the centre has the SMS, nor where the centre took
one without an answer: so many may come twice. So may one whose answer came and could not be stored, since MongoDB was
away or notify stood still. Every one of them has to be marked."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chaos.judging.evidence import BACK, Evidence
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.phones import Shown, Told

KIND = "SMS"
ANSWER = timedelta(seconds=11)  # an answer may take so long, and then its storing begins
NOT_STORED = "its answer could not be stored"
INSTEAD = {  # the same words each time the customer had his care message of the month already (NT8)
    "call_for_progress": ("progress", ("escalated", "complaint_transferred")),
    "call_for_survey": ("survey", ("complaint_replied",)),
}


@dataclass(frozen=True)
class Copy:
    """One that is too many. not_stored: at the time of the one before it answers could not be stored."""

    example: Shown
    copies: int
    not_stored: bool


def copies(evidence: Evidence, shown: Sequence[Shown], told: Told) -> Iterator[Outcome]:
    """One outcome for each; those that need an answer lost for their reason use these up first."""
    left = evidence.conditions.kills_in_submit
    for copy in sorted(_surplus(evidence, shown), key=lambda copy: copy.not_stored):
        why = "its answer was lost" if left > 0 else NOT_STORED if copy.not_stored else ""
        left -= left > 0
        yield _judged(copy, told.marked(copy.example), why)


def _judged(copy: Copy, marked: bool, why: str) -> Outcome:
    if marked and why:
        return Outcome(KIND, copy.example.id, True, "doubled", because=why)
    beside = "" if marked else ", and notify marks none as repeated"
    finding = Finding(KIND, "doubled", copy.example.id, "once", f"{copy.copies} times{beside}")
    return outcome(KIND, copy.example.id, True, [finding])


def _surplus(evidence: Evidence, shown: Sequence[Shown]) -> Iterator[Copy]:
    same_text: dict[tuple[str, str, str], list[Shown]] = defaultdict(list)
    for each in shown:
        same_text[each.to, each.text, each.day].append(each)
    causes = _causes(evidence, shown)
    for same in same_text.values():
        cause = same[0].serial_no, same[0].template
        if same[0].template not in INSTEAD or cause in causes:
            surplus = len(same) - max(1, causes[cause])
            not_stored = sum(_could_not_be_stored(evidence, each.at) for each in same[:-1])
            for number in range(surplus):
                yield Copy(same[0], len(same), number < not_stored)


def _could_not_be_stored(evidence: Evidence, at: datetime) -> bool:
    """The answer to what came at this business time."""
    machine, conditions = evidence.timeline.machine(at), evidence.conditions
    away = [(began, ended + BACK) for began, ended in conditions.database_away]
    return any(began - ANSWER <= machine <= ended for began, ended in (*away, *conditions.notify_stood))


def _causes(evidence: Evidence, shown: Sequence[Shown]) -> Counter[tuple[str, str]]:
    """How often, by serial number, something happened that the same words tell each time."""
    happened = Counter[tuple[str, str]]()
    for complaints in evidence.final["complaints"].values():
        for complaint in complaints:
            if (case := evidence.final["cases"].get(complaint["complaint_id"])) is None:
                continue  # how often it rose is not known
            names = [entry["event"] for entry in complaint["history"]] + [step["step"] for step in case["steps"]]
            for template, (_, events) in INSTEAD.items():
                happened[complaint["serial_no"], template] += sum(name in events for name in names)
    for template, (customers, _) in INSTEAD.items():
        for serial in {each.words["serial_no"] for each in shown if each.template == customers}:
            if (serial, template) in happened:
                happened[serial, template] -= 1  # of this one the customer was told
    return happened
