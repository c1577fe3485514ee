"""What is refused of operators' repairs of clocks."""

from datetime import datetime

from shared.errors import Conflict, InvalidRequest, RuleRefused


class ClockEnded(Conflict):
    """Only a running clock is repaired: a broken one stays broken."""

    def __init__(self, clock_id: str, state: str) -> None:
        super().__init__("this clock has ended, and stays as it ended", clock_id=clock_id, state=state)


class NotAhead(InvalidRequest):
    """A clock is moved to another time than it has, which lies ahead."""

    def __init__(self, due_at: datetime, now: datetime) -> None:
        times = f"must be after {now.isoformat()}, and not {due_at.isoformat()}"
        super().__init__("a clock is moved to another time, which lies ahead", due_at=[times])


class OnlyEarlier(RuleRefused):
    """CL3: a limit that the manual sets becomes longer by coordination alone; an operator may move it earlier."""

    def __init__(self, clock_id: str, kind: str, rule: str, latest: datetime) -> None:
        known = {"clock_id": clock_id, "kind": kind, "limit_of": rule}
        message = "this limit can only be moved earlier: more time needs coordination"
        at_most = latest.isoformat(timespec="milliseconds")
        super().__init__("CL3", message, **known, latest=at_most, needed="extend, by branch or above")


class NotCancellable(RuleRefused):
    """CL3: a limit that the manual sets is not called off."""

    def __init__(self, clock_id: str, kind: str, rule: str, cancellable: list[str]) -> None:
        known = {"clock_id": clock_id, "kind": kind, "limit_of": rule, "cancellable": cancellable}
        super().__init__("CL3", "this clock cannot be called off", **known)
