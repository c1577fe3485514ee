"""How somebody acts in a rehearsal: a request, or commands on one complaint, case or refund, each at its hour."""

from itertools import count
from typing import Any

from shared.aggregate import Actor
from suite.rehearsal import requests as r
from suite.rehearsal.people import AGENT
from suite.rehearsal.stage import Stage, hour

numbers = count(1)
Step = tuple[float, Actor, str, dict[str, Any]]  # hour, who, service.method, command


def ask(stage: Stage, method: str, request: dict[str, Any], by: Actor, at: float) -> dict[str, Any]:
    """A request with an id of its own; what it answers."""
    given = r.without_none({"request_id": f"request-{next(numbers)}", **request})
    answer: dict[str, Any] = stage.call(method, given, by=by, at=hour(at))
    stage.deliver()
    return answer


def live(stage: Stage, target: str, *steps: Step) -> None:
    """Commands on one complaint, case or refund, in order."""
    for at, by, method, command in steps:
        stage.call(method, target, {"request_id": f"request-{next(numbers)}", **command}, by=by, at=hour(at))
        stage.deliver()


def registered(stage: Stage, request: dict[str, Any], at: float = 0, by: Actor = AGENT) -> str:
    """The id of a complaint taken at this hour."""
    return str(ask(stage, "intake.register", request, by, at)["complaint_id"])
