"""The doors of a service's class: its RPC methods, and its handlers with the events that they are bound to."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.escalation.service import EscalationService
from services.intake.service import IntakeService
from services.notify.service import NotifyService
from services.refund.service import RefundService
from shared.bus.inbox import OnEvent
from shared.bus.rpc import Rpc

CLASSES: dict[str, type] = {
    "intake": IntakeService,
    "escalation": EscalationService,
    "refund": RefundService,
    "notify": NotifyService,
}


@dataclass(frozen=True)
class Handler:
    """A method of a service that takes events of another's. `schema` is the newest that it understands."""

    service: str
    method: str
    source: str
    type: str
    schema: int

    def takes(self, source: str, type_name: str) -> bool:
        return self.source == source and self.type in (type_name, "*")


def _entrypoints(service: type) -> Iterator[tuple[str, Any]]:
    """In the order in which they are written; a service's parts first."""
    written = {name: method for kind in reversed(service.__mro__) for name, method in vars(kind).items()}
    for name, method in written.items():
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            yield name, entrypoint


def handlers() -> list[Handler]:
    """All handlers of all services, one entry for each type of event that they name."""
    return [
        Handler(service, name, binding.source, binding.type, entrypoint.schema)
        for service, kind in CLASSES.items()
        for name, entrypoint in _entrypoints(kind)
        if isinstance(entrypoint, OnEvent)
        for binding in entrypoint.bindings
    ]


def long_answers() -> set[str]:
    """`service.method` of all whose answer may take longer than a request usually has."""
    return {
        f"{service}.{name}"
        for service, kind in CLASSES.items()
        for name, entrypoint in _entrypoints(kind)
        if isinstance(entrypoint, Rpc) and entrypoint.database_seconds is None
    }


def methods(service: str) -> dict[str, tuple[str, ...]]:
    """A service's RPC methods, each with the names of its arguments."""
    kind = CLASSES[service]
    names = [name for name, entrypoint in _entrypoints(kind) if isinstance(entrypoint, Rpc)]
    return {name: tuple(inspect.signature(getattr(kind, name)).parameters)[1:] for name in names}
