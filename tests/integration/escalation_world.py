"""Escalation and intake as real containers on one business clock, called as a hall or hotline would."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nameko.exceptions import RemoteError

from services.escalation.service import EscalationService
from services.intake.service import IntakeService
from shared.clock import ClockFile
from shared.settings import Settings

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
PATIENCE = 15.0
ROLES = {
    "agent": ("E1001", "SZ"),
    "duty_manager": ("M1001", "SZ"),
    "branch": ("B1001", "SZ"),
    "province": ("P1001", None),
    "support": ("S1001", None),
    "legal": ("L1001", None),
    "operator": ("O1001", None),
    "finance": ("F1001", None),
    "other_agent": ("E2001", "GZ"),
    "other_duty_manager": ("M2001", "GZ"),
}


class World:
    """`world.agent.escalation.case(id)` calls as that role; `other_…` are of another branch."""

    def __init__(self, settings: Settings, start_service: Any, make_client: Any) -> None:
        self.settings = settings
        assert settings.clock_file
        self.clock = ClockFile(settings.clock_file)
        self.clock.start(MONDAY)
        self._make_client, self._clients = make_client, dict[str, Any]()
        self._numbers = itertools.count(int(time.time()) % 100_000)
        self.intake = start_service(IntakeService, settings)
        self.escalation = start_service(EscalationService, settings)

    def __getattr__(self, role: str) -> Any:
        if role not in ROLES:
            raise AttributeError(role)
        if role not in self._clients:
            sub, branch = ROLES[role]
            self._clients[role] = self._make_client(self.settings, sub, role.replace("other_", ""), branch)
        return self._clients[role]

    def now(self) -> datetime:
        setting = self.clock.read()
        assert setting
        return setting.business(datetime.now(UTC))

    def pass_time(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def number(self) -> str:
        return f"1390{next(self._numbers):07d}"

    def registered(self, **changes: Any) -> str:
        """A fresh complaint's id."""
        customer = {"msisdn": self.number(), "brand": changes.pop("brand", "ordinary")}
        request = {
            "request_id": f"r{customer['msisdn']}",
            "ticket_type": "complaint",
            "channel": "hotline",
            "handling": "transfer",
            "customer": customer,
            "verification": {"method": "service_password", "verified": True},
            "category": "04.01.01",
            "content": "客户对话单有异议",
            "branch": "SZ",
        }
        complaint: dict[str, Any] = self.agent.intake.register({**request, **changes})
        return str(complaint["complaint_id"])

    def command(self, **words: Any) -> dict[str, Any]:
        return {"request_id": f"q{next(self._numbers)}", **words}

    def reply(self, complaint_id: str) -> Any:
        words = {"process": "核查话单", "content": "已解释", "satisfaction": "satisfied"}
        return self.agent.intake.reply(complaint_id, self.command(**words))

    def case(self, complaint_id: str) -> dict[str, Any]:
        case: dict[str, Any] = self.duty_manager.escalation.case(complaint_id)
        return case

    def clock_of(self, complaint_id: str, kind: str) -> dict[str, Any]:
        """The last clock of this kind."""
        return [clock for clock in self.case(complaint_id)["clocks"] if clock["kind"] == kind][-1]

    def wait(self, happened: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Looks until it has happened; fails after so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if answer := happened():
                return answer
            time.sleep(0.05)
        pytest.fail(f"not within {seconds} s")

    def wait_for_level(self, complaint_id: str, level: str) -> dict[str, Any]:
        return self.wait(lambda: (case := self.case(complaint_id))["level"] == level and case)


def refusal(call: Callable[..., Any], *arguments: Any) -> tuple[str, dict[str, Any]]:
    """The error's name and its details."""
    with pytest.raises(RemoteError) as caught:
        call(*arguments)
    return caught.value.exc_type, caught.value.value["details"]
