"""Nothing is erased while it runs, or before the time of keeping is over (PR1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.erasing import NotYetErasable
from services.escalation.erasing import judge as of_case
from services.intake.erasing import judge as of_complaint
from services.notify.erasing import judge as of_message
from services.notify.erasing import judge_sms as of_sms
from services.refund.erasing import judge as of_refund
from shared.policies import load
from shared.policies.privacy import PRIVACY
from shared.settings import PROJECT

KEPT_FOR: timedelta = load(PROJECT / "policies", [PRIVACY])["privacy"].kept_for
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OVER, MINUTE = LONG_AGO + KEPT_FOR, timedelta(minutes=1)

Make = Callable[..., Any]


def complaint(status: str) -> Any:
    times = {"registered_at": LONG_AGO, "archived_at": LONG_AGO if status == "archived" else None, "withdrawn_at": None}
    return SimpleNamespace(status=status, **times)


def case(status: str) -> Any:
    return SimpleNamespace(facts=complaint(status), in_hand=status in ("open", "replied"))


def refund(status: str) -> Any:
    return SimpleNamespace(status=status, doubts=(), paid_at=None, requested_at=LONG_AGO)


def message(status: str) -> Any:
    final = status in ("suppressed", "delivered", "failed", "expired")
    return SimpleNamespace(status=status, final=final, created_at=LONG_AGO, complaint_id=None)


def sms(status: str) -> Any:
    return SimpleNamespace(received=status == "received", sent_at=LONG_AGO if status == "received" else None)


SETTLED = "paid failed rejected withdrawn closed"
ALL = [
    (of_complaint, complaint, "archived refused withdrawn", "open replied"),
    (of_case, case, "archived refused withdrawn", "open replied"),
    (
        of_refund,
        refund,
        "paid failed rejected withdrawn closed",
        "requested approving approved paying unknown verifying",
    ),
    (of_message, message, "delivered failed expired suppressed submitted", "queued held submitting unknown"),
    (of_sms, sms, "received", "incomplete"),
]


@pytest.mark.parametrize(("judge", "make", "status"), [(j, m, s) for j, m, ended, _ in ALL for s in ended.split()])
def test_PR1_what_ended_is_erased_once_its_time_is_over_and_not_before(judge: Make, make: Make, status: str) -> None:
    judge(KEPT_FOR)(make(status), OVER)

    with pytest.raises(NotYetErasable, match="time of keeping") as refused:
        judge(KEPT_FOR)(make(status), OVER - MINUTE)
    assert refused.value.details["until"] == OVER.isoformat(timespec="milliseconds")


@pytest.mark.parametrize(("judge", "make", "status"), [(j, m, s) for j, m, _, runs in ALL for s in runs.split()])
def test_PR1_what_still_runs_is_never_erased(judge: Make, make: Make, status: str) -> None:
    with pytest.raises(NotYetErasable, match="not finished"):
        judge(KEPT_FOR)(make(status), OVER + 10 * KEPT_FOR)
