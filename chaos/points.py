"""The crash points: every step at which a process of a service may die, named, and where each lies.

They stand around the product's methods from outside (chaos.seams). `before`: the step has not begun; `after`: it is
done in this process, and nobody else need know it yet; where the hub turns once more, its frames have left, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from chaos import places as at
from services import SERVICES

Args = tuple[Any, ...]
SUBMIT_SM = (4).to_bytes(4, "big")  # the command of a frame (SMPP 3.4, 5.1.2.1)


def _always(_args: Args, _result: Any) -> bool:
    return True


def _if_so(_args: Args, result: Any) -> bool:
    return bool(result)


def _tells(args: Args, _result: Any) -> bool:
    return bool(args[1].outbox)


def _tells_of_a_change(args: Args, _result: Any) -> bool:
    return bool(args[1].outbox) and args[1].saved.v > 1


def _any_tells(_args: Args, steps: Any) -> bool:
    return any(step.outbox for step in steps)


def _is_submit(args: Args, _result: Any) -> bool:
    return bool(args[1][4:8] == SUBMIT_SM)


def _handled(args: Args, _result: Any) -> bool:
    return args[3] is None


def _begins(entrypoint: str) -> Callable[[Args, Any], bool]:
    return lambda args, _: type(args[1].entrypoint).__name__ == entrypoint


def _copied_to(dead: bool) -> Callable[[Args, Any], bool]:
    return lambda args, copied: copied and (args[2] == "tousu.dead") == dead


def _told_of(kind: str) -> Callable[[Args, Any], bool]:
    return lambda args, _: type(args[2].content).__name__ == kind


@dataclass(frozen=True)
class Point:
    """One step of these services. `window`: the critical window it lies in (chaos.windows), or none.

    only: the passings of the seam that count, by arguments and result. turn: the hub turns before the process dies, so
    that what was handed to its connections has left."""

    name: str
    seam: str
    side: Literal["before", "after"]
    services: tuple[str, ...] = SERVICES
    window: str = ""
    only: Callable[[Args, Any], bool] = _always
    turn: bool = False


STORING = (
    Point("loaded", f"{at.STORE}.get", "after"),
    Point("insert_decided", f"{at.STORE}._insert_once_or_again", "before"),
    Point("inserted", f"{at.STORE}._insert_once_or_again", "after", window="outbox", only=_tells),
    Point("change_decided", f"{at.STORE}._swapped", "before", only=_tells),
    Point("changed", f"{at.STORE}._sent", "before", window="outbox", only=_tells_of_a_change),
    Point("bulk_decided", f"{at.STORE}._written", "before", at.IN_BULK),
    Point("bulk_written", f"{at.STORE}._written", "after", at.IN_BULK, only=_if_so),
    Point("due_written", f"{at.STORE}._written", "after", at.ESCALATION, "outbox", _any_tells),
    Point("checkpoint_signed", "shared.audit.keeping:sign", "after"),
    Point("checkpoint_kept", "shared.audit.keeping:Checkpoints.take", "after", only=_if_so),
)
LEAVING = (
    Point("handed_over", f"{at.RELAY}._left", "after", window="outbox", only=_if_so),
    Point("published", f"{at.RELAY}._left", "after", only=_if_so, turn=True),  # by then it may even be marked
    Point("confirmed", f"{at.RELAY}.confirmed", "after", window="outbox"),
    Point("marking", f"{at.RELAY}._cleared", "before", window="outbox"),
    Point("marked", f"{at.RELAY}._cleared", "after"),
    Point("swept", f"{at.RELAY}._claimed", "after", only=_if_so),
)
EVENTS = (
    Point("event_received", f"{at.INBOX}._take", "before", window="event"),
    Point("event_begun", at.WORKER, "before", window="event", only=_begins("OnEvent")),
    Point("event_handled", f"{at.INBOX}._ended", "before", window="event", only=_handled),
    Point("event_done", f"{at.INBOX}._ended", "after"),
    Point("event_acknowledged", f"{at.INBOX}._ended", "after", turn=True),
    Point("retry_copied", f"{at.INBOX}._copied", "after", window="event", only=_copied_to(dead=False)),
    Point("death_copied", f"{at.INBOX}._copied", "after", window="event", only=_copied_to(dead=True)),
    Point("letter_received", f"{at.DEAD}._take", "before", window="letter"),
    Point("letter_kept", "shared.bus.deadletters:keep", "after", window="letter"),
    Point("letter_acknowledged", f"{at.DEAD}._take", "after", turn=True),
)
REQUESTS = (
    Point("request_received", f"{at.RPC}._take", "before", window="request"),
    Point("request_begun", at.WORKER, "before", window="request", only=_begins("Rpc")),
    Point("request_carried_out", f"{at.RPC}.answer", "before", window="request"),
    Point("answer_given", f"{at.WIRE}.reply", "after", window="request"),
    Point("answer_left", f"{at.WIRE}.reply", "after", window="request", turn=True),
    Point("request_done", f"{at.RPC}.answer", "after"),
    Point("request_acknowledged", f"{at.RPC}.answer", "after", turn=True),
    Point("other_asked", at.CALL, "before", at.CALLING),
    Point("other_answered", at.CALL, "after", at.CALLING),
)
PAYING = (
    Point("lease_taken", f"{at.PAYMENTS}._taken_up", "after", at.REFUND, "lease", _if_so),
    Point("boss_called", f"{at.BOSS}.pay", "before", at.REFUND, "boss"),
    Point("boss_answered", f"{at.BOSS}.pay", "after", at.REFUND, "boss"),
    Point("boss_asked", f"{at.BOSS}.ask", "before", at.REFUND, "lease"),
    Point("boss_told", f"{at.BOSS}.ask", "after", at.REFUND, "lease"),
    Point("boss_answer_kept", f"{at.PAYMENTS}._concluded", "after", at.REFUND, "lease"),
    Point("lease_ended", f"{at.PAYMENTS}.carry_on", "after", at.REFUND),
)
LADDER = (
    Point("marking_taken", f"{at.DESK}._took", "after", at.ESCALATION, "lease", _if_so),
    Point("reopening_taken", f"{at.DESK}._taken", "after", at.ESCALATION, "lease", _if_so),
)
SENDING = (
    Point("claimed", f"{at.DISPATCH}._claimed", "after", at.NOTIFY, "lease", _if_so),
    Point("submit_begun", f"{at.LINK}._submitted", "before", at.NOTIFY, "submit"),
    Point("submit_sent", f"{at.CONNECTION}.send", "after", at.NOTIFY, "submit", _is_submit),
    Point("submit_answered", f"{at.LINK}._submitted", "after", at.NOTIFY, "submit"),
    Point("answers_kept", f"{at.DISPATCH}._stored", "after", at.NOTIFY, "lease"),
    Point("late_answer_kept", "services.notify.receiving:Receipts.take_late", "after", at.NOTIFY),
    Point("receipt_taken", f"{at.CARRIER}.receipt", "before", at.NOTIFY, "receipt"),
    Point("early_receipt_kept", f"{at.EARLY}.keep_early", "after", at.NOTIFY, "receipt"),
    Point("receipt_kept", f"{at.CARRIER}.receipt", "after", at.NOTIFY, "receipt"),
    Point("receipt_acknowledged", f"{at.DELIVERIES}._deliver", "after", at.NOTIFY, only=_told_of("Receipt")),
    Point("sms_taken", f"{at.CARRIER}.inbound", "before", at.NOTIFY, "receipt"),
    Point("sms_kept", f"{at.CARRIER}.inbound", "after", at.NOTIFY, "receipt"),
    Point("sms_acknowledged", f"{at.DELIVERIES}._deliver", "after", at.NOTIFY, only=_told_of("InboundSms")),
)
POINTS = (*STORING, *LEAVING, *EVENTS, *REQUESTS, *PAYING, *LADDER, *SENDING)


def of(service: str) -> list[Point]:
    """The points that a service passes."""
    return [point for point in POINTS if service in point.services]
