"""What is left to look at once a process has died at every crash point and the suite is quiet again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from suite.play.journals import Journal
from suite.running import Suite
from tests.faults.crash_calling import Told
from tests.faults.crash_people import Caller
from tests.faults.crash_trials import Trials
from tests.system.hands import PROVINCE

TAKEN_OVER = "was taken over while its answers came"  # as notify says it


@dataclass(frozen=True)
class Broken:
    """A clock that broke, as it was told. at: when it was found to be over, in business time."""

    complaint_id: str
    clock_id: str
    kind: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class Afterwards:
    """events: all that were on the bus, copies under one id left out."""

    suite: Suite
    caller: Caller
    told: Told
    trials: Trials
    events: list[dict[str, Any]]

    def complaint(self, complaint_id: str) -> dict[str, Any]:
        """As intake shows it."""
        return dict(self.caller.ask(PROVINCE, "intake.get", complaint_id))

    def case(self, complaint_id: str) -> dict[str, Any]:
        """As escalation shows it."""
        return dict(self.caller.ask(PROVINCE, "escalation.case", complaint_id))

    def journal(self, simulator: str) -> list[dict[str, Any]]:
        """All that BOSS or the centre has written down."""
        return Journal(self.suite.folder.journal(simulator)).all()

    def heard(self, complaint_id: str) -> Counter[str]:
        """How often what was told of a complaint."""
        return Counter(event["type"] for event in self.events if event.get("complaint_id") == complaint_id)

    @property
    def died_submitting(self) -> int:
        """How many SMS processes had in the submit window when they died."""
        return sum(death.held.get("submit", 0) for death in self.trials.deaths.values())

    def taken_over(self, message_ids: Iterable[str]) -> int:
        """How often one of these was sent anew by another process while the first one's answers came: nobody died, but
        a process stood still beyond a lease of seconds."""
        lines = [f"message {message_id} {TAKEN_OVER}" for message_id in message_ids]
        logs = (self.suite.folder.path / "logs").glob("notify-*.log")
        return sum(said.count(line) for said in map(Path.read_text, logs) for line in lines)

    def broken(self) -> list[Broken]:
        """Every clock each time that its breaking was told."""
        return [_broken(event) for event in self.events if event["type"] == "clock_broken"]


def _broken(event: dict[str, Any]) -> Broken:
    change, at = event["data"]["change"], datetime.fromisoformat(event["at"])
    due_at = datetime.fromisoformat(change["due_at"])
    return Broken(event["complaint_id"], change["clock_id"], change["kind"], due_at, at)
