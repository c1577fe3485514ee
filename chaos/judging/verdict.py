"""The verdict over a whole run: counts, every finding, lateness; green only if nothing is wrong. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chaos.judging.accounts import left_unknown
from chaos.judging.calls import calls
from chaos.judging.clocks import clocks, lateness
from chaos.judging.complaints import complaints, double_clicks
from chaos.judging.copies import NOT_STORED
from chaos.judging.evidence import Evidence
from chaos.judging.expected import Phones
from chaos.judging.messages import messages
from chaos.judging.outcome import Count, Finding, counted
from chaos.judging.parked import rightly_parked
from chaos.judging.promptness import promptness
from chaos.judging.refunds import refunds
from chaos.judging.strangers import strangers
from chaos.judging.texts import Book
from chaos.told import UNKNOWN


@dataclass(frozen=True)
class Lateness:
    """Machine seconds from due to stored, of so many clocks that fired."""

    fired: int
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True)
class Verdict:
    """counts by kind (complaints, clocks, refunds, SMS); findings as sentences are what a person reads first.

    undisturbed: the lateness of those clocks that no outage of a server had a part in. answers_lost: SMS whose answer
    died with a killed process or was never given by the centre: so many may come twice. not_stored: those that came
    twice beyond that, while MongoDB was away or notify stood still. waiting: refunds that only a
    person can settle, because BOSS can neither be asked nor honours keys. left_unknown: SMS of which nobody knows and
    that are not sent again, since they are care."""

    counts: Mapping[str, Count]
    findings: tuple[Finding, ...]
    lateness: Lateness
    undisturbed: Lateness
    redeliveries: int
    answers_lost: int
    not_stored: int
    waiting: int
    left_unknown: int

    @property
    def green(self) -> bool:
        return not self.findings

    def shown(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"green": self.green, "findings": [str(finding) for finding in self.findings]}


def judge(evidence: Evidence, templates: Mapping[str, Any], organisation: Mapping[str, Any]) -> Verdict:
    """`templates`, `organisation`: policies/templates.yml and organisation.yml as they are written."""
    if not evidence.final:
        return _without_answers(evidence)
    sms = list(messages(evidence, Book(templates), Phones(organisation)))
    parked = rightly_parked(evidence)
    outcomes = [*complaints(evidence), *clocks(evidence), *refunds(evidence, parked), *sms]
    found = [finding for each in outcomes for finding in each.findings]
    found = [*_of_the_run(evidence), *strangers(evidence), *promptness(evidence), *found]
    late, undisturbed = spread(lateness(evidence)), spread(lateness(evidence, undisturbed=True))
    repeated, lost = evidence.redeliveries, evidence.conditions.answers_lost
    not_stored = sum(each.because == NOT_STORED for each in sms)
    left = sum(map(left_unknown, evidence.final["messages"]))
    return Verdict(counted(outcomes), tuple(found), late, undisturbed, repeated, lost, not_stored, len(parked), left)


def _without_answers(evidence: Evidence) -> Verdict:
    """Of a suite that does not answer in the end nothing else can be said."""
    late, repeated, lost = spread(lateness(evidence)), evidence.redeliveries, evidence.conditions.answers_lost
    return Verdict(counted([]), tuple(_of_the_run(evidence)), late, late, repeated, lost, 0, 0, 0)


def _of_the_run(evidence: Evidence) -> Iterator[Finding]:
    """A run that never became quiet, processes that fell, events that died, answers that the contract does not know."""
    if still := evidence.conditions.never_quiet:
        yield Finding("run", "otherwise", "quiet", "nothing moves any more", still)
    for fell in evidence.conditions.fell:
        yield Finding("run", "otherwise", "process", "an end only when it is told or killed", fell)
    for letter in evidence.final.get("dead_letters", ()):
        yield Finding("run", "lost", "dead letter", "every event handled", letter)
    for journey in evidence.journeys:
        if not journey.named("intake.register"):  # else the complaint is judged by them
            yield from double_clicks(journey)
    for line in evidence.told:
        if line["what"] == "no_answer" and line["why"].startswith(UNKNOWN):
            yield Finding("run", "otherwise", line["id"], "an error of the contract", line["why"])
    yield from calls(evidence)


def spread(seconds: list[float]) -> Lateness:
    """Of sorted values: the middle one, the one that 99 of 100 do not exceed, the last one."""
    if not seconds:
        return Lateness(0, 0.0, 0.0, 0.0)
    return Lateness(len(seconds), _share(seconds, 50), _share(seconds, 99), round(seconds[-1], 3))


def _share(seconds: list[float], percent: int) -> float:
    return round(seconds[max(0, -(-len(seconds) * percent // 100) - 1)], 3)
