"""The cases as a script: who says what to whom, and when, all cases on one timeline. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS_A_DOCUMENT = {
    "intake.register": "complaint",
    "intake.add_measure": "measure",
    "refund.request": "refund",
    "refund.pre_refund": "refund",
    "refund.waive_late_fee": "refund",
    "refund.sign_daily_sheet": "sheet",
    "notify.send": "message",
}


@dataclass(frozen=True)
class Person:
    """A caller: staff number, role, branch."""

    sub: str
    role: str
    branch: str | None = None


@dataclass(frozen=True)
class Line:
    """One call of one case. `refused` names the error that must come back; `shows` what the answer must hold, by path.

    asks: it is a query, which goes out as it is. each: it goes to every complaint of the case."""

    case_id: str
    number: int
    at: datetime
    by: str
    call: str
    request: Any = field(default_factory=dict)
    refused: str | None = None
    shows: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = False
    each: bool = False

    @property
    def service(self) -> str:
        return self.call.partition(".")[0]

    @property
    def method(self) -> str:
        return self.call.partition(".")[2]

    @property
    def numbers(self) -> set[str]:
        """The customer's number, where the request names one."""
        request = {} if self.asks else self.request
        customer = request.get("customer", request)
        return {customer[name] for name in ("msisdn", "from") if name in customer}

    @property
    def by_phone(self) -> bool:
        """`phone.sms` with `{from, text}`: a customer's SMS over the message centre, taken by whoever it concerns."""
        return self.call == "phone.sms"

    @property
    def opens(self) -> str | None:
        """`complaint` or `refund` where the answer's id becomes this case's own; the others are nobody's."""
        return OPENS_A_DOCUMENT.get(self.call)


@dataclass(frozen=True)
class Case:
    """One real case: its title and what must hold when everything is over."""

    id: str
    title: str
    end: Mapping[str, Any]


@dataclass(frozen=True)
class Script:
    """All cases, and their lines in the order of time."""

    people: Mapping[str, Person]
    cases: tuple[Case, ...]
    lines: tuple[Line, ...]


def read(text: str, monday: datetime) -> Script:
    """The script of a cases file; `monday` is the start of day 1, Shanghai time."""
    written = yaml.safe_load(text)
    people = {name: Person(**who) for name, who in written["people"].items()}
    cases = tuple(Case(case["id"], case["title"], case.get("end", {})) for case in written["cases"])
    lines = [
        _line(case["id"], number, step, monday)
        for case in written["cases"]
        for number, step in enumerate(_spread(case["steps"]), 1)
    ]
    return Script(people, cases, tuple(sorted(lines, key=lambda line: line.at)))


def _spread(steps: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """A registration by several customers as one step each."""
    for step in steps:
        for number in step.get("customers", [None]):
            customer = {"customer": step["with"]["customer"] | {"msisdn": number}} if number else {}
            yield {**step, "with": step["with"] | customer} if number else step


def _line(case_id: str, number: int, step: Mapping[str, Any], monday: datetime) -> Line:
    return Line(
        case_id,
        number,
        instant(step["at"], monday),
        step["by"],
        step.get("call") or step["ask"],
        _timed(step.get("with", {}), monday),
        step.get("refused"),
        step.get("shows", {}),
        "ask" in step,
        step.get("each", False),
    )


def instant(text: str, monday: datetime) -> datetime:
    """`2 15:00` is the Tuesday at three in the afternoon, Shanghai time."""
    day, _, clock = text.partition(" ")
    hours, _, minutes = clock.partition(":")
    midnight = monday.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=int(day) - 1, hours=int(hours), minutes=int(minutes))


def _timed(value: Any, monday: datetime) -> Any:
    """Every `@2 15:00` in a request as ISO time, every `@day 2` as a date."""
    if isinstance(value, dict):
        return {key: _timed(inner, monday) for key, inner in value.items()}
    if isinstance(value, list):
        return [_timed(inner, monday) for inner in value]
    if isinstance(value, str) and value.startswith("@day "):
        return instant(f"{value[5:]} 12:00", monday).date().isoformat()
    if isinstance(value, str) and value.startswith("@"):
        return instant(value[1:], monday).isoformat()
    return value
