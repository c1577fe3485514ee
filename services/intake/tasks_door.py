"""The intake service's door to tasks: call-backs, written replies, care (RP3, RP7, RP8, CR1)."""

from abc import ABC, abstractmethod
from typing import Any

from services.intake.desk import Desk
from services.intake.policies import rules_of
from services.intake.tasks_shown import task_shown
from shared.auth import Caller
from shared.bus.rpc import rpc
from shared.providers import InForce

Answer = dict[str, Any]


class TasksDoor(ABC):
    """Part of IntakeService, which gives it these."""

    caller: Caller
    policies: InForce

    @abstractmethod
    def _desk(self) -> Desk: ...

    @abstractmethod
    def _carried_out(self, method: str, id: Any, command: Any) -> Answer: ...

    @rpc
    def want_written_reply(self, id: Any, command: Any) -> Answer:
        """The customer wants a written answer (RP7): a designated person's task."""
        return self._carried_out("want_written_reply", id, command)

    @rpc
    def finish_task(self, id: Any, command: Any) -> Answer:
        """A task is done; a call, a follow-up and a written answer are finished by doing them."""
        return self._carried_out("finish_task", id, command)

    @rpc
    def tasks(self, filter: Any) -> Answer:
        """A page of tasks, soonest first; the open ones unless `open` is false: {items, after}."""
        by = self.caller.may("intake.tasks")
        found, after = self._desk().tasks(filter, by)
        return {"items": [task_shown(*each, by, rules_of(self.policies)) for each in found], "after": after}
