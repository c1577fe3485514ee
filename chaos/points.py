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


def _quiet(args: Args, _result: Any) -> bool:
    return not args[1].outbox


def _quiet_change(args: Args, _result: Any) -> bool:
    return not args[1].outbox and args[1].saved.v > 1


def _is_there(_args: Args, result: Any) -> bool:
    return result is not None


def _goes_back(args: Args, taken: Any) -> bool:
    """What goes straight to an inbox and is waited for: a letter; what is announced again is waited for together."""
    return bool(taken) and args[1] == "tousu.return" and args[5].__name__ == "send"


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
    Point("quietly_inserted", f"{at.STORE}._insert_once_or_again", "after", only=_quiet),  # nobody is told of it
    Point("quiet_change_decided", f"{at.STORE}._swapped", "before", only=_quiet),
    Point("quietly_changed", f"{at.STORE}._sent", "before", only=_quiet_change),
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
REPLAYS = (
    Point("replay_begun", f"{at.LETTERS}._taken", "after", window="request", only=_is_there),
    Point("replay_published", f"{at.WIRE}.post", "after", window="request", only=_goes_back, turn=True),
    Point("replay_confirmed", "shared.bus.deadletters:SendAgain.__call__", "after", window="request"),
    Point("replay_ended", f"{at.LETTERS}._sent", "after", window="request"),
)
LOST_INBOX = (
    Point("loss_found", f"{at.RECORD}.found_new", "after", only=_is_there),
    Point("missing_taken", f"{at.RECORD}.take", "after", only=_is_there),
    Point("source_told_all", f"{at.RECORD}.went_on", "after"),
    Point("all_told", f"{at.RECORD}.settled", "before"),
    Point("told_again", at.BATCH, "before", window="request", turn=True),
    Point("telling_again_confirmed", at.BATCH, "after", window="request"),
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
COPYING = (
    Point("copy_decided", f"{at.COPIES}._keep", "before", at.REFUND, "event"),
    Point("copy_kept", f"{at.COPIES}._keep", "after", at.REFUND, "event"),
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
    Point("doubt_told", f"{at.DOUBTS}._tell", "after", at.NOTIFY),
    Point("receipt_taken", f"{at.CARRIER}.receipt", "before", at.NOTIFY, "receipt"),
    Point("early_receipt_kept", f"{at.EARLY}.keep_early", "after", at.NOTIFY, "receipt"),
    Point("receipt_kept", f"{at.CARRIER}.receipt", "after", at.NOTIFY, "receipt"),
    Point("receipt_acknowledged", f"{at.DELIVERIES}._deliver", "after", at.NOTIFY, only=_told_of("Receipt")),
    Point("sms_taken", f"{at.CARRIER}.inbound", "before", at.NOTIFY, "receipt"),
    Point("sms_kept", f"{at.CARRIER}.inbound", "after", at.NOTIFY, "receipt"),
    Point("sms_acknowledged", f"{at.DELIVERIES}._deliver", "after", at.NOTIFY, only=_told_of("InboundSms")),
)
POINTS = (
    *(*STORING, *LEAVING, *EVENTS, *REPLAYS, *LOST_INBOX, *REQUESTS),
    *(*PAYING, *COPYING, *LADDER, *SENDING),
)


def of(service: str) -> list[Point]:
    """The points that a service passes."""
    return [point for point in POINTS if service in point.services]
