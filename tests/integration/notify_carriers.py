"""Two carriers for one set of promises: a small one in memory, and the real link to a real message centre."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import eventlet

from services.notify.carriers.link import LINK_DOWN, Link, Timers
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.traffic import (
    PERMANENT,
    THROTTLED,
    Accepted,
    InboundSms,
    Outcome,
    Receipt,
    Refused,
    Segment,
    Unknown,
)
from tests.integration.notify_desk import Desk
from tests.smsc import SmscProcess

CODECS = {"gsm7": "gsm03.38", "ucs2": "utf-16-be"}


@dataclass
class FakeCarrier:
    """Takes segments, keeps what phones show, gives receipts when asked to."""

    desk: Desk
    mode: str = ""
    free: int = 4
    submits: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    _texts: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    _shown: list[tuple[str, str]] = field(default_factory=list)
    _ids: Any = field(default_factory=itertools.count)

    def submit(self, segment: Segment) -> Outcome:
        self.submits += 1
        if not self.free:
            return LINK_DOWN
        if self.mode == "throttle":
            return Refused("0x00000058", THROTTLED)
        if self.mode == "refuse":
            return Refused("0x0000000b", PERMANENT)
        provider_id = f"fake:{next(self._ids)}"
        self._take(segment)
        self.receipts.append(Receipt(provider_id, "UNDELIV" if self.mode == "unreachable" else "DELIVRD", "000"))
        return Unknown("no answer") if self.mode == "silent" else Accepted(provider_id)

    def _take(self, segment: Segment) -> None:
        pieces = self._texts.setdefault((segment.message_id, segment.to), {})
        pieces[segment.number] = segment.payload.decode(CODECS[segment.encoding])
        if len(pieces) == segment.total and self.mode != "unreachable":
            self._shown.append((segment.to, "".join(pieces[number] for number in sorted(pieces))))
            del self._texts[segment.message_id, segment.to]

    def set(self, mode: str) -> None:
        self.mode = mode

    def settle(self) -> None:
        receipts, self.receipts = self.receipts, []
        for receipt in receipts:
            self.desk.receipts.take(receipt)

    def shown(self) -> list[tuple[str, str]]:
        return list(self._shown)

    def stop(self) -> None:
        self.free = 0


class RealCarrier:
    """The link to a message centre of its own; receipts come by themselves."""

    MODES: dict[str, dict[str, Any]] = {  # noqa: RUF012  a table
        "": {"throttle": 0, "refuse": 0, "silent": "", "unreachable": []},
        "throttle": {"throttle": 1_000_000},
        "refuse": {"refuse": 0x0B},
        "unreachable": {"unreachable": ["*"]},
        "silent": {"silent": "after"},
    }
    TIMERS = Timers(answer_s=1.0, idle_s=1.0, connect_s=2.0, first_pause_s=0.05, longest_pause_s=0.2)

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.smsc = desk, SmscProcess(folder)
        dialect = Smpp(SmppAccount("tousu", SmscProcess.PASSWORD, "10086"))
        self.link = Link(("127.0.0.1", self.smsc.port), dialect, self, 4, self.TIMERS)
        self.link.start()
        _until(lambda: self.link.up)

    @property
    def free(self) -> int:
        return self.link.free

    @property
    def submits(self) -> int:
        return int(self.smsc.state()["submits"])

    def submit(self, segment: Segment) -> Outcome:
        return self.link.submit(segment)

    def receipt(self, receipt: Receipt) -> None:
        self.desk.receipts.take(receipt)

    def inbound(self, sms: InboundSms) -> None:
        self.desk.mailbox.take(sms)

    def answered(self, sms: InboundSms) -> None:
        self.desk.mailbox.answered(sms)

    def late_answer(self, segment: Segment, outcome: Outcome) -> None:
        self.desk.receipts.take_late(segment, outcome)

    def set(self, mode: str) -> None:
        self.smsc.modes(**self.MODES[""] | self.MODES[mode])
        _until(lambda: self.link.free)

    def settle(self) -> None:
        _until(lambda: self.smsc.state()["receipts"]["pending"] == 0)

    def shown(self) -> list[tuple[str, str]]:
        return [(line["to"], line["text"]) for line in self.smsc.journal()]

    def stop(self) -> None:
        self.link.stop(drain_s=1.0)
        self.smsc.kill()


def _until(is_so: Callable[[], Any], within: float = 20.0) -> None:
    limit = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < limit, "waited in vain"
        eventlet.sleep(0.02)
