"""The cases as a script: who says what to whom, and when, all cases on one timeline. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS_A_DOCUMENT = {"intake.register": "complaint", "refund.request": "refund", "notify.send": "message"}


@dataclass(frozen=True)
class Person:
    """A caller: staff number, role, branch."""

    sub: str
    role: str
    branch: str | None = None


@dataclass(frozen=True)
class Line:
    """One call of one case. `refused` names the error that must come back; `shows` what the answer must hold."""

    case_id: str
    number: int
    at: datetime
    by: str
    call: str
    request: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    shows: Mapping[str, Any] = field(default_factory=dict)

    @property
    def service(self) -> str:
        return self.call.partition(".")[0]

    @property
    def method(self) -> str:
        return self.call.partition(".")[2]

    @property
    def numbers(self) -> set[str]:
        """The customer's number, where the request names one."""
        customer = self.request.get("customer", self.request)
        return {customer[name] for name in ("msisdn", "from") if name in customer}

    @property
    def by_phone(self) -> bool:
        """`phone.sms` with `{from, text}`: a customer's SMS over the message centre, taken by whoever it concerns."""
        return self.call == "phone.sms"

    @property
    def opens(self) -> str | None:
        """`complaint` or `refund` where the answer's id becomes this case's own; `message` is nobody's."""
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
        for number, step in enumerate(case["steps"], 1)
    ]
    return Script(people, cases, tuple(sorted(lines, key=lambda line: line.at)))


def _line(case_id: str, number: int, step: Mapping[str, Any], monday: datetime) -> Line:
    return Line(
        case_id,
        number,
        instant(step["at"], monday),
        step["by"],
        step["call"],
        _timed(step.get("with", {}), monday),
        step.get("refused"),
        step.get("shows", {}),
    )


def instant(text: str, monday: datetime) -> datetime:
    """`2 15:00` is the Tuesday at three in the afternoon, Shanghai time."""
    day, _, clock = text.partition(" ")
    hours, _, minutes = clock.partition(":")
    midnight = monday.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=int(day) - 1, hours=int(hours), minutes=int(minutes))


def _timed(value: Any, monday: datetime) -> Any:
    """Every `@2 15:00` in a request as ISO time."""
    if isinstance(value, dict):
        return {key: _timed(inner, monday) for key, inner in value.items()}
    if isinstance(value, list):
        return [_timed(inner, monday) for inner in value]
    if isinstance(value, str) and value.startswith("@"):
        return instant(value[1:], monday).isoformat()
    return value
