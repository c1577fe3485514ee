"""Negative controls: one mechanism is taken away from outside, and the judge must find what it would have saved.

outbox: events are published after their write and not stored with it. idempotence: request ids and event ids are not
recognised, and a line goes to BOSS under a new key each time. fence: whoever looks takes the work, whoever has it, and
what comes back is stored, whoever holds the lease.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from shared.clock import machine_now
from shared.requests import Request
from shared.stored import Form, Step

Take = Callable[[str], None]


class NoSuchControl(Exception):
    """There is no control of this name."""


def take_away(control: str, service: str) -> None:
    """Takes the mechanism away in this process, before it serves. Raises NoSuchControl."""
    if control not in CONTROLS:
        raise NoSuchControl(f"CONTROL is one of {', '.join(CONTROLS)}, not {control}")
    CONTROLS[control](service)


def outbox(_service: str) -> None:
    """Nothing of an event is stored: what does not leave at once is gone."""
    first, following = Form.first, Form.next

    def without_entries(form: Any, *given: Any) -> Step[Any]:
        step = first(form, *given)
        return replace(step, write=step.write | {"outbox": []})

    def without_push(form: Any, *given: Any) -> Step[Any]:
        step = following(form, *given)
        push = {name: value for name, value in step.write["$push"].items() if name != "outbox"}
        return replace(step, write=step.write | {"$push": push})

    _put(Form, "first", without_entries)
    _put(Form, "next", without_push)


def idempotence(service: str) -> None:
    """Everything that comes again is new."""
    inbox = _module("shared.bus.inbox")
    event_of = inbox.event_of
    _put(_module("shared.requests"), "Request", _Unrecognised)

    def unknown(*given: Any) -> dict[str, Any]:
        event: dict[str, Any] = event_of(*given)
        return event | {"event_id": _new(event["event_id"])}

    _put(inbox, "event_of", unknown)
    if service == "refund":
        payments = _module("services.refund.payments")
        key_of = payments.key_of
        _put(payments, "key_of", lambda *line: _new(key_of(*line)))


@dataclass(frozen=True)
class _Unrecognised(Request):
    """A request whose id is another one each time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", _new(self.id))


def fence(service: str) -> None:
    """Leases keep nobody away, fences refuse nobody."""
    if service == "refund":
        settling = _module("services.refund.settling")
        _unfenced(settling)
        take_up = settling.take_up
        _put(settling, "take_up", lambda refund, *more: take_up(_untaken_refund(refund), *more))
        _awake(_module("services.refund.store").Refunds)
    if service == "notify":
        submitting, dispatch = _module("services.notify.submitting"), _module("services.notify.dispatch")
        _unfenced(submitting)
        woken = submitting.woken
        _put(dispatch, "woken", lambda message, *more: woken(_untaken_message(message), *more))
        _awake(_module("services.notify.store").Messages)


def _untaken_refund(refund: Any) -> Any:
    """As if nobody had begun with its present line."""
    if not refund.lease:
        return refund
    lines = tuple(replace(line, state="planned") if line.state == "paying" else line for line in refund.lines)
    return replace(refund, lease=None, lines=lines, wake_at=machine_now())


def _untaken_message(message: Any) -> Any:
    """As if nobody were submitting it."""
    return replace(message, status="queued", lease=None, wake_at=machine_now()) if message.lease else message


def _unfenced(rules: Any) -> None:
    _put(rules, "must_hold", lambda _lease, _fence: None)


def _awake(store: Any) -> None:
    """What is under lease is among what wakes."""
    index = store.index

    def looked_up(self: Any, state: Any) -> Mapping[str, datetime | None]:
        found: dict[str, Any] = dict(index(self, state))
        return found | ({"wake_at": machine_now()} if state.lease else {})

    _put(store, "index", looked_up)


def _new(name: str) -> str:
    """Another name each time, in the same form."""
    return f"{name[: -len(_mark())]}{_mark()}"


def _mark() -> str:
    return uuid4().hex[:8]


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _put(owner: Any, name: str, instead: Any) -> None:
    """Replaces what is there; AttributeError where the product has no such thing any more."""
    getattr(owner, name)
    setattr(owner, name, instead)


CONTROLS: Mapping[str, Take] = {"outbox": outbox, "idempotence": idempotence, "fence": fence}
