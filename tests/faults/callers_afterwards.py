"""What callers may count on once a server is back: they were answered in time, nothing is lost, all is worked off."""

from services import SERVICES
from suite.play.callers import Callers as Everybody
from suite.play.callers import Refused
from suite.waiting import wait_until
from tests.faults.callers_meanwhile import Answered, Callers, registration
from tests.system.hands import AGENT, OPERATOR, PROVINCE

ERROR_WITHIN, SETTLED_WITHIN = 5.0, 30.0


def in_time(answers: list[Answered]) -> None:
    late = [each for each in answers if each.took > ERROR_WITHIN]
    assert not late, f"{len(late)} of {len(answers)} waited longer: {late[:9]}"


def nothing_is_lost(everybody: Everybody, callers: Callers) -> None:
    """Every complaint that a caller was told of is there, once: its request again answers the same."""
    for request_id, complaint_id in callers.registered.items():
        assert everybody.call(PROVINCE, "intake", "get", complaint_id)["complaint_id"] == complaint_id
        again = everybody.call(AGENT, "intake", "register", registration(int(request_id[1:])))
        assert again["complaint_id"] == complaint_id


def the_backlog_is_worked_off(everybody: Everybody, callers: Callers) -> None:
    """Every complaint has its case, and no outbox holds anything."""
    wait_until(
        "outboxes are empty",
        lambda: not any(everybody.call(OPERATOR, service, "pulse")["outbox"] for service in SERVICES),
        within=SETTLED_WITHIN,
    )
    for complaint_id in callers.registered.values():
        wait_until("it has its case", lambda: has_case(everybody, complaint_id), within=SETTLED_WITHIN)  # noqa: B023


def has_case(everybody: Everybody, complaint_id: str) -> bool:
    try:
        return bool(everybody.call(PROVINCE, "escalation", "case", complaint_id))
    except Refused as refused:
        if refused.name != "NotFound":
            raise
        return False
