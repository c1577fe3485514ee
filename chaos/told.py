"""What callers tried and what they were told: JSON lines in a file that only grows, on disk before the call goes on.

A line has `what`, `machine` (machine time) and, but for `clock`, the `id` of its call:

  attempted     before the call is made: `journey`, `sort`, `who`, `service`, `method`, `target`, `request_id`, `at`
                (business time), and `about`: what of the request a judge needs, no free text
  acknowledged  `at`, `answer` (its facts) and `digest` (of the whole answer)
  refused       `error` (the contract's name) and `rule`: a business refusal, nothing was done
  no_answer     `why`: nobody knows; the same request is tried again
  given_up      its patience has ended: done or not done are both right, done twice is not
  repeated      a double click after the acknowledgement: `digest`, or `error` and `rule`
  clock         the setting of business time from now on: `origin`, `started`, `rate`, `offset`
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from shared.clock import Setting, machine_now
from simulators.journal import Journal

UNKNOWN = "not in the contract: "
ABOUT = (
    *("msisdn", "brand", "channel", "branch", "hall", "ticket_type", "handling", "kind", "due_at", "trigger"),
    *("ground", "principal_fen", "extra_fen", "means", "direction", "fulfils", "satisfaction", "complaint_id"),
    "template",
)
FACTS = (
    *("complaint_id", "serial_no", "status", "urged", "limits", "registered_at", "answered_at", "replied_at"),
    *("reopened_at", "last_called_at", "archived_at", "first_contact", "handler", "branch", "hall", "promises"),
    *("level", "awaiting", "clocks", "opinions", "major", "follow_up", "version"),
    *("refund_id", "ground", "lines", "total_fen", "steps", "needs", "paid_at", "message_id"),
)


@dataclass(frozen=True)
class Call:
    """One call of a journey. `target`: the id that comes before the request, where the method takes one."""

    id: str
    journey: str
    sort: str
    who: str
    service: str
    method: str
    request: Mapping[str, Any] = field(default_factory=dict)
    target: str | None = None

    @property
    def request_id(self) -> str:
        return str(self.request.get("request_id", self.id))


class Told:
    """`with Told(path) as told:` writes the lines; safe for several threads."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()

    def attempted(self, call: Call, at: datetime) -> None:
        said = {name: value for name, value in asdict(call).items() if name != "request"}
        self._write("attempted", said | {"request_id": call.request_id, "at": at, "about": about(call.request)})

    def acknowledged(self, call: Call, at: datetime, answer: Any) -> None:
        self._write("acknowledged", {"id": call.id, "at": at, "answer": facts(answer), "digest": digest(answer)})

    def refused(self, call: Call, at: datetime, error: str, rule: str | None) -> None:
        self._write("refused", {"id": call.id, "at": at, "error": error, "rule": rule})

    def no_answer(self, call: Call, why: str) -> None:
        self._write("no_answer", {"id": call.id, "why": why})

    def given_up(self, call: Call) -> None:
        self._write("given_up", {"id": call.id})

    def repeated(self, call: Call, answer: Any) -> None:
        """The answer to a double click."""
        self._write("repeated", {"id": call.id, "digest": digest(answer)})

    def repeat_refused(self, call: Call, error: str, rule: str | None) -> None:
        self._write("repeated", {"id": call.id, "error": error, "rule": rule})

    def clock(self, setting: Setting) -> None:
        """Business time runs like this from now on."""
        self._write("clock", asdict(setting))

    def _write(self, what: str, line: Mapping[str, Any]) -> None:
        shown = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in line.items()}
        self._journal.write({"what": what, "machine": machine_now().isoformat(), **shown})


def read(path: Path) -> list[dict[str, Any]]:
    """All lines of a journal; half a line at its end is left out."""
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


def about(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the judge needs of a request: its customer's number and brand, its amounts and times; no name, no text."""
    open_parts = {**request, **request.get("customer", {})}
    return {name: open_parts[name] for name in ABOUT if name in open_parts}


def facts(answer: Any) -> dict[str, Any]:
    """The facts of an answer that later answers and journals must agree with."""
    return {name: answer[name] for name in FACTS if name in answer} if isinstance(answer, dict) else {}


def digest(answer: Any) -> str:
    """The whole answer in 64 characters: the same answer has the same, and nothing can be read from it."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True, default=str).encode()).hexdigest()
