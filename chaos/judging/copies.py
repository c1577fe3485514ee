"""SMS that a phone has more often than what they tell of happened. Pure.

Each copy needs a reason (chaos.judging.reasons), and has to be marked."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chaos.judging.evidence import Evidence
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.phones import Shown, Told
from chaos.judging.reasons import Reasons

KIND = "SMS"
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


def copies(evidence: Evidence, shown: Sequence[Shown], told: Told, reasons: Reasons) -> Iterator[Outcome]:
    """One outcome for each; those that need an answer lost for their reason use these up first."""
    for copy in sorted(_surplus(evidence, shown, reasons), key=lambda copy: copy.not_stored):
        why = "its answer was lost" if reasons.lost_answer() else NOT_STORED if copy.not_stored else ""
        yield _judged(copy, told.marked(copy.example), why)


def _judged(copy: Copy, marked: bool, why: str) -> Outcome:
    if marked and why:
        return Outcome(KIND, copy.example.id, True, "doubled", because=why)
    beside = "" if marked else ", and notify marks none as repeated"
    finding = Finding(KIND, "doubled", copy.example.id, "once", f"{copy.copies} times{beside}")
    return outcome(KIND, copy.example.id, True, [finding])


def _surplus(evidence: Evidence, shown: Sequence[Shown], reasons: Reasons) -> Iterator[Copy]:
    same_text: dict[tuple[str, str, str], list[Shown]] = defaultdict(list)
    for each in shown:
        same_text[each.to, each.text, each.day].append(each)
    causes = _causes(evidence, shown)
    for same in same_text.values():
        cause = same[0].serial_no, same[0].template
        if same[0].template not in INSTEAD or cause in causes:
            surplus = len(same) - max(1, causes[cause])
            not_stored = sum(reasons.not_stored(each.at) for each in same[:-1])
            for number in range(surplus):
                yield Copy(same[0], len(same), number < not_stored)


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
