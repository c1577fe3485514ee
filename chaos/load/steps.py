"""A journey: what one customer and the staff who serve him do, and when in business time. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chaos.told import Call
from suite.play.script import Person

PHONE = Person("phone", "customer")


@dataclass(frozen=True)
class Step:
    """One call, `after` the journey's start. Values "$complaint" and "$refund" are ids that earlier answers told.

    on: which of these ids comes before the request. again: a double click `at_once` or `at_the_end` of the journey."""

    after: timedelta
    by: Person
    method: str
    request: Mapping[str, Any] = field(default_factory=dict)
    on: str | None = None
    again: str = ""


@dataclass(frozen=True)
class Journey:
    """What happens around one number. `id` is unique in a run, `sort` says what it shows."""

    id: str
    sort: str
    msisdn: str
    start: datetime
    steps: tuple[Step, ...]

    def at(self, number: int) -> datetime:
        """When the step of this number (from 0) is to be made."""
        return self.start + self.steps[number].after

    def call(self, number: int, known: Mapping[str, str]) -> Call | None:
        """The step as a call, the same each time; None where an id it needs was never told."""
        step = self.steps[number]
        if step.on and step.on not in known:
            return None
        service, _, method = step.method.partition(".")
        request_id = f"{self.id}-{number + 1}"
        request = {name: known.get(value[1:]) if _is_own(value) else value for name, value in step.request.items()}
        if None in request.values():
            return None
        target = known[step.on] if step.on else None
        numbered = {"request_id": request_id, **request}
        return Call(request_id, self.id, self.sort, step.by.sub, service, method, numbered, target)


def _is_own(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("$")


def ids_in(answer: Any) -> Iterator[tuple[str, str]]:
    """The ids that an answer tells, by the name steps call them."""
    if isinstance(answer, dict):
        for name in ("complaint", "refund"):
            if isinstance(told := answer.get(f"{name}_id"), str):
                yield name, told
