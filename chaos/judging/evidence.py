"""What the judge looks at, and nothing else: told lines, two journals, events overheard, final answers. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from chaos.judging.timeline import Timeline

Line = Mapping[str, Any]
Span = tuple[datetime, datetime]
BACK = timedelta(seconds=10)  # a server that was started reads its journal and finds its peers


@dataclass(frozen=True)
class Conditions:
    """What the run knows and no journal tells.

    answers_lost: SMS in hand of killed processes, their answers not yet stored; and SMS that the centre never answered.
    boss_settles: BOSS honours keys or can be asked; else what is unknown waits for a person, if there is a reason:
    boss_unanswered: keys that BOSS was asked to enter and of which it told nothing, or too late;
    kills_with_lines: lines in hand of processes of refund when they were killed.
    boss_refuses: BOSS was made to refuse entries: what is told as failed is right where BOSS has none of it.
    grace_seconds: machine seconds; of two things closer together than that either may come first.
    never_quiet: what was still moving when the run gave up waiting; empty where it became quiet.
    fell: each process that ended although nobody had ended it, as a sentence.
    database_away, broker_away: machine time, until it was started again. notify_stood, refund_stood: while a process
    of that service stood still."""

    answers_lost: int = 0
    boss_settles: bool = True
    boss_unanswered: tuple[str, ...] = ()
    kills_with_lines: int = 0
    boss_refuses: bool = False
    grace_seconds: float = 1.0
    never_quiet: str = ""
    fell: tuple[str, ...] = ()
    database_away: tuple[Span, ...] = ()
    broker_away: tuple[Span, ...] = ()
    notify_stood: tuple[Span, ...] = ()
    refund_stood: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Act:
    """One call and its fate: acknowledged, refused or open (given up, or never ended).

    sure: it is known whether it was done. A refusal after a try without an answer leaves that try open."""

    id: str
    journey: str
    sort: str
    who: str
    name: str
    at: datetime
    about: Mapping[str, Any]
    target: str | None = None
    fate: str = "open"
    answer: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    tries_without_answer: int = 0
    repeats: tuple[Line, ...] = ()

    @property
    def acknowledged(self) -> bool:
        return self.fate == "acknowledged"

    @property
    def sure(self) -> bool:
        return self.acknowledged or (self.fate == "refused" and not self.tries_without_answer)


@dataclass(frozen=True)
class Journey:
    """All acts around one number, in their order."""

    id: str
    sort: str
    msisdn: str
    acts: tuple[Act, ...]

    def named(self, *names: str) -> list[Act]:
        """The acts of these methods, `service.method`."""
        return [act for act in self.acts if act.name in names]


@dataclass(frozen=True)
class Evidence:
    """told: lines of chaos.told; boss, smsc: the simulators' journals; overheard: lines of chaos.overheard, repeats and
    all; final: what chaos.load.asking was told at the end."""

    told: Sequence[Line]
    boss: Sequence[Line]
    smsc: Sequence[Line]
    overheard: Sequence[Line]
    final: Mapping[str, Any]
    conditions: Conditions = Conditions()

    @cached_property
    def journeys(self) -> list[Journey]:
        """Every journey of which at least one call was attempted."""
        by_journey: dict[str, list[Act]] = defaultdict(list)
        for act in _acts(self.told):
            by_journey[act.journey].append(act)
        return [Journey(key, acts[0].sort, _number(acts), tuple(acts)) for key, acts in by_journey.items()]

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline.of(self.told)

    @property
    def asked_at(self) -> datetime:
        """Business time when the final questions began."""
        return moment(self.final["at"])

    def close(self, earlier: datetime, later: datetime) -> bool:
        """So little machine time lies between these business times that either may have been noticed first."""
        return self.timeline.seconds_between(earlier, later) <= self.conditions.grace_seconds

    def heard_before(self, event: Line, at: datetime) -> bool:
        """It was on the bus before this business time had come, by more than clocks of one machine may differ."""
        return (self.timeline.machine(at) - moment(event["machine"])).total_seconds() > self.conditions.grace_seconds

    @cached_property
    def happened(self) -> Mapping[tuple[str, str], list[Line]]:
        """The events overheard by document (complaint or refund) and `service.type`; each event_id once."""
        found: dict[tuple[str, str], dict[str, Line]] = defaultdict(dict)
        for event in self.overheard:
            for document in filter(None, (event.get("complaint_id"), event.get("refund_id"))):
                found[document, f"{event['service']}.{event['type']}"].setdefault(event["event_id"], event)
        return {key: list(events.values()) for key, events in found.items()}

    @cached_property
    def heard_of(self) -> Mapping[str, set[str]]:
        """The names, `service.type`, of the events overheard of each document."""
        names: dict[str, set[str]] = defaultdict(set)
        for document, name in self.happened:
            names[document].add(name)
        return names

    def events(self, document: str, name: str) -> list[Line]:
        """The events `service.type` of a document."""
        return self.happened.get((document, name), [])

    @property
    def redeliveries(self) -> int:
        """Events that came on the bus again under their own id: second copies, which nobody may count twice."""
        return len(self.overheard) - len({(event["service"], event["event_id"]) for event in self.overheard})


def until_back(spans: Iterable[Span]) -> list[Span]:
    """Outages, each with the time that its server takes to find its way back."""
    return [(began, ended + BACK) for began, ended in spans]


def moment(text: str) -> datetime:
    """A time of an answer or a journal."""
    return datetime.fromisoformat(text)


def _number(acts: list[Act]) -> str:
    return next((str(act.about["msisdn"]) for act in acts if "msisdn" in act.about), "")


def _acts(told: Sequence[Line]) -> list[Act]:
    later: dict[str, list[Line]] = defaultdict(list)
    for line in told:
        if line["what"] not in ("attempted", "clock"):
            later[line["id"]].append(line)
    return [_act(line, later[line["id"]]) for line in told if line["what"] == "attempted"]


def _act(line: Line, later: list[Line]) -> Act:
    name = f"{line['service']}.{line['method']}"
    said = (line["id"], line["journey"], line["sort"], line["who"], name, moment(line["at"]), line["about"])
    end = next((each for each in later if each["what"] in ("acknowledged", "refused")), None)
    before = later[: later.index(end)] if end else later
    return Act(
        *said,
        target=line.get("target"),
        fate=end["what"] if end else "open",
        answer=end.get("answer", {}) if end else {},
        digest=end.get("digest", "") if end else "",
        tries_without_answer=sum(each["what"] == "no_answer" for each in before),
        repeats=tuple(each for each in later if each["what"] == "repeated"),
    )
