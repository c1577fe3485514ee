"""Where critical windows begin and end: seams, and what is in hand from there on, or no more."""

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chaos import places as at
from chaos.seams import Seams, Side
from chaos.windows import Windows
from services import SERVICES

Things = Callable[[tuple[Any, ...], Any], Iterable[Hashable]]


def _first(args: tuple[Any, ...], _result: Any) -> Iterable[Hashable]:
    return [args[1]]


def _message(args: tuple[Any, ...], _result: Any) -> Iterable[Hashable]:
    return [id(args[1])]


def _saved(args: tuple[Any, ...], _result: Any) -> Iterable[Hashable]:
    return [args[1].id]


def _this_thread(_args: tuple[Any, ...], _result: Any) -> Iterable[Hashable]:
    return [threading.get_ident()]


def _entries(steps: Iterable[Any]) -> list[Hashable]:
    return [entry["id"] for step in steps for entry in step.outbox]


def _if_so(args: tuple[Any, ...], result: Any) -> Iterable[Hashable]:
    return [args[1]] if result else []


def _if_not_taken(args: tuple[Any, ...], result: Any) -> Iterable[Hashable]:
    return [] if result else [args[1].entry_id]


@dataclass(frozen=True)
class Edge:
    """`things(args, result)` come into this process's hands at the seam (enters), or leave them."""

    window: str
    enters: bool
    seam: str
    side: Side
    things: Things
    services: tuple[str, ...] = SERVICES


EDGES = (
    Edge("outbox", True, f"{at.STORE}._insert_once_or_again", "after", lambda args, _: _entries([args[1]])),
    Edge("outbox", True, f"{at.STORE}._written", "after", lambda _, steps: _entries(steps)),
    Edge("outbox", True, f"{at.STORE}._sent", "before", lambda args, _: _entries([args[1]])),
    Edge("outbox", True, f"{at.RELAY}._left", "before", lambda args, _: [args[1].entry_id]),
    Edge("outbox", False, f"{at.RELAY}._left", "after", _if_not_taken),
    Edge("outbox", False, f"{at.RELAY}.lost", "after", lambda args, _: [args[1].entry_id]),
    Edge("outbox", False, f"{at.RELAY}._cleared", "ended", lambda args, _: [ticket.entry_id for ticket in args[1]]),
    Edge("event", True, f"{at.INBOX}._take", "before", _message),
    Edge("event", False, f"{at.INBOX}._ended", "ended", _message),
    Edge("request", True, f"{at.RPC}._take", "before", _message),
    Edge("letter", True, f"{at.DEAD}._take", "before", _message),
    Edge("letter", False, f"{at.DEAD}._take", "ended", _message),
    *(
        Edge(kind, False, f"{at.CONSUMER}.{how}", "ended", _message)
        for kind in ("event", "request")
        for how in ("ack", "reject")
    ),
    Edge("lease", True, f"{at.PAYMENTS}._taken_up", "after", _if_so, at.REFUND),
    Edge("lease", False, f"{at.PAYMENTS}.carry_on", "ended", _first, at.REFUND),
    Edge("boss", True, f"{at.BOSS}.pay", "before", _this_thread, at.REFUND),
    Edge("boss", False, f"{at.PAYMENTS}._concluded", "ended", _this_thread, at.REFUND),
    Edge("lease", True, f"{at.DESK}._took", "after", _if_so, at.ESCALATION),
    Edge("lease", True, f"{at.DESK}._taken", "after", _if_so, at.ESCALATION),
    Edge("lease", False, f"{at.DESK}._mark", "ended", _first, at.ESCALATION),
    Edge("lease", False, f"{at.DESK}._reopen", "ended", _first, at.ESCALATION),
    Edge(
        "lease", True, f"{at.DISPATCH}._claimed", "after", lambda _, claimed: [saved.id for saved in claimed], at.NOTIFY
    ),
    Edge("lease", False, f"{at.DISPATCH}._submit", "ended", _saved, at.NOTIFY),
    Edge("submit", True, f"{at.LINK}._submitted", "before", lambda args, _: [args[1].message_id], at.NOTIFY),
    Edge("submit", False, f"{at.DISPATCH}._stored", "ended", _first, at.NOTIFY),
    Edge("receipt", True, f"{at.DELIVERIES}._deliver", "before", lambda args, _: [id(args[2])], at.NOTIFY),
    Edge("receipt", False, f"{at.DELIVERIES}._deliver", "ended", lambda args, _: [id(args[2])], at.NOTIFY),
)


def watch(seams: Seams, windows: Windows, service: str) -> None:
    """Lets a service's process keep which windows it is inside."""
    for edge in EDGES:
        if service in edge.services:
            seams.on(edge.seam, edge.side, partial(_cross, windows, edge))


def _cross(windows: Windows, edge: Edge, args: tuple[Any, ...], result: Any) -> None:
    (windows.enter if edge.enters else windows.leave)(edge.window, edge.things(args, result))
