"""What has to happen so that a process of a service passes a crash point, and under which circumstances."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from suite.folder import RunFolder
from tests.faults.crash_people import Caller

Doing = Callable[[Caller], object]
EVENTS = ("event_received", "event_begun", "event_handled", "event_done", "event_acknowledged")
LETTERS = ("death_copied", "letter_received", "quietly_inserted", "letter_kept", "letter_acknowledged")
REPLAYS = ("replay_begun", "replay_published", "replay_confirmed", "replay_ended")
QUIETLY = ("quiet_change_decided", "quietly_changed")  # letters tell nobody
LOST_INBOX = ("loss_found", "missing_taken", "source_told_all", "all_told")
TOLD_AGAIN = ("told_again", "telling_again_confirmed")
QUICKLY = {"CHECKPOINT_SECONDS": "0.3"}


@dataclass(frozen=True)
class Trial:
    """Done again and again until the process dies. variables: its own; modes: how a simulator behaves meanwhile."""

    doing: Doing
    variables: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    patience: float = 0.4


USUAL: dict[str, Doing] = {
    "intake": Caller.contact,
    "escalation": Caller.major,
    "refund": Caller.late_fee,
    "notify": Caller.sms,
}


def _told_again(caller: Caller, service: str) -> None:
    """Something that the service tells, and all of the last minute once more."""
    {"notify": Caller.from_phone}.get(service, USUAL[service])(caller)
    caller.tell_again(service)


def trial(service: str, point: str) -> Trial:
    """What to do for this point of this service."""
    if point in LETTERS:
        return Trial(lambda caller: caller.junk(service))
    if special := SPECIAL.get((service, point)) or COMMON.get(point):
        return special(service)
    return Trial(USUAL[service])


COMMON: dict[str, Callable[[str], Trial]] = {
    **dict.fromkeys(EVENTS, lambda _: Trial(Caller.complaint)),
    **dict.fromkeys((*REPLAYS, *QUIETLY), lambda service: Trial(lambda caller: caller.replay(service))),
    **dict.fromkeys(LOST_INBOX, lambda service: Trial(lambda caller: caller.lose_inbox(service), patience=4.0)),
    **dict.fromkeys(TOLD_AGAIN, lambda service: Trial(lambda caller: _told_again(caller, service))),
    **dict.fromkeys(("copy_decided", "copy_kept"), lambda _: Trial(Caller.complaint)),
    "retry_copied": lambda _: Trial(Caller.complaint, {"FAIL_AT": "event_begun"}),
    "swept": lambda service: Trial(USUAL[service], {"FAIL_AT": "marking"}, patience=1.0),
    "checkpoint_signed": lambda service: Trial(USUAL[service], QUICKLY, patience=1.0),
    "checkpoint_kept": lambda service: Trial(USUAL[service], QUICKLY, patience=1.0),
}
SPECIAL: dict[tuple[str, str], Callable[[str], Trial]] = {
    **{
        ("escalation", point): lambda _: Trial(Caller.broken_promise, patience=1.0)
        for point in ("bulk_decided", "bulk_written", "due_written")
    },
    **{("escalation", point): lambda _: Trial(Caller.complaint) for point in ("insert_decided", "inserted")},
    ("escalation", "marking_taken"): lambda _: Trial(Caller.media, patience=0.8),
    ("escalation", "reopening_taken"): lambda _: Trial(Caller.dissatisfied, patience=0.8),
    **{
        ("refund", point): lambda _: Trial(Caller.late_fee_of_a_complaint, {"FAIL_AT": "event_begun"})
        for point in ("other_asked", "other_answered")
    },
    **{
        ("refund", point): lambda _: Trial(Caller.late_fee, modes={"boss": {"fail": "after"}})
        for point in ("boss_asked", "boss_told")
    },
    ("notify", "doubt_told"): lambda _: Trial(Caller.doubtful_sms, modes={"smsc": {"receipts": False}}, patience=1.5),
    ("notify", "early_receipt_kept"): lambda _: Trial(
        Caller.sms, modes={"smsc": {"answer_delay_s": 0.3, "receipt_delay_s": 0.0}}
    ),
    ("notify", "late_answer_kept"): lambda _: Trial(
        Caller.sms_slowly, modes={"smsc": {"answer_delay_s": 4.0}}, patience=6.0
    ),
    **{
        ("notify", point): lambda _: Trial(Caller.from_phone_and_to_phone)
        for point in ("inserted", "sms_taken", "sms_kept", "sms_acknowledged")
    },
}
AS_EVER: Mapping[str, Mapping[str, Any]] = {
    "boss": {},
    "smsc": {"answer_delay_s": 0.0, "receipt_delay_s": 0.05, "receipts": True},
}


@contextmanager
def behaving(folder: RunFolder, modes: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Simulators in these modes, and as ever afterwards."""
    for name, wanted in modes.items():
        _set(folder, name, wanted)
    try:
        yield
    finally:
        for name in modes:
            _set(folder, name, AS_EVER[name])


def _set(folder: RunFolder, name: str, modes: Mapping[str, Any]) -> None:
    port = json.loads(folder.ready(name).read_text())["control_port"]
    requests.post(f"http://127.0.0.1:{port}/modes", json=dict(modes), timeout=10).raise_for_status()
