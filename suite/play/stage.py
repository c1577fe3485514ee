"""Plays the script against a running suite: moves business time, calls, waits for quiet, tells what happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shared.clock import BusinessClock, ClockFile
from suite.play import story
from suite.play.callers import Callers, Refused
from suite.play.events import Events
from suite.play.journals import Journal
from suite.play.quiet import Quiet
from suite.play.script import Line, Person, Script

A_MOMENT = timedelta(seconds=1)
AFTERWARDS = timedelta(hours=24)


@dataclass
class Part:
    """What one case has in hand: its complaints, its refunds, its number, and whatever went wrong."""

    complaints: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    serials: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outside:
    """Everything that the stage touches of the suite."""

    callers: Callers
    quiet: Quiet
    events: Events
    boss: Journal
    smsc: Journal
    clock_file: ClockFile
    phone: Callable[[str, str], None]


class Stage:
    """One performance. `say` gets each line of the story as it happens."""

    def __init__(self, script: Script, outside: Outside, say: Callable[[str], None]) -> None:
        self.script, self.outside, self._say = script, outside, say
        self.parts = {case.id: Part() for case in script.cases}
        self._clock = BusinessClock(outside.clock_file.path)

    def play(self) -> Iterator[Line]:
        """All lines, each in its time; afterwards a day in which what still runs comes to its end."""
        due = self._settle()
        for line in self.script.lines:
            self._move_to(line.at, due)
            self._act(line)
            due = self._settle(line)
            yield line
        self._move_to(self.script.lines[-1].at + AFTERWARDS, due)

    def _move_to(self, at: datetime, due: datetime | None) -> None:
        """Jumps from due time to due time, so that each clock fires in its own moment."""
        while due and due + A_MOMENT < at:
            self._jump(due + A_MOMENT)
            due = self._settle()
        self._jump(at)

    def _jump(self, to: datetime) -> None:
        ahead = to - self._clock.now()
        if ahead > timedelta(0):
            self.outside.clock_file.advance(ahead)

    def _settle(self, line: Line | None = None) -> datetime | None:
        due = self.outside.quiet.wait()
        if line and line.by_phone:
            self._take_over(line)
        for event in self.outside.events.new():
            self._tell(story.happened, self._case_of_event(event), event)
        for entry in self.outside.boss.new():
            self._tell(story.booked, self._case_of_entry(entry), entry)
        for sms in self.outside.smsc.new():
            self._tell(story.texted, self._case_of_sms(sms), sms)
        return due

    def _tell(self, wording: Callable[[str, Any], str | None], case_id: str, thing: Any) -> None:
        if line := wording(case_id, thing):
            self._say(line)

    # --- acting ---

    def _act(self, line: Line) -> None:
        part = self.parts[line.case_id]
        part.numbers |= line.numbers
        if line.by_phone:
            self.outside.phone(line.request["from"], line.request["text"])
            self._note(line, part, line.request["text"], fine=True)
            return
        for complaint_id in part.complaints if line.each else (None,):
            self._call_on(line, part, complaint_id)

    def _call_on(self, line: Line, part: Part, complaint_id: str | None) -> None:
        try:
            answer = self._call(line, part, complaint_id)
        except Refused as refused:
            expected = bool(line.refused) and refused.is_(str(line.refused))
            outcome = f"refused by {refused.details.get('rule', refused.name)}: {refused.message}"
            self._note(line, part, outcome, expected)
            return
        self._remember(line, part, answer)
        shown = all(story.at(answer, path) == value for path, value in line.shows.items())
        self._note(line, part, story.answered(line, answer), line.refused is None and shown)

    def _call(self, line: Line, part: Part, complaint_id: str | None) -> Any:
        who: Person = self.script.people[line.by]
        request = self._own(line.request, part)
        if line.asks:
            return self.outside.callers.call(who, line.service, line.method, request)
        request |= {"request_id": "-".join(filter(None, (line.case_id, str(line.number), complaint_id)))[:64]}
        if line.opens:
            return self.outside.callers.call(who, line.service, line.method, request)
        target = part.refunds[-1] if line.service == "refund" else complaint_id or part.complaints[-1]
        return self.outside.callers.call(who, line.service, line.method, target, request)

    def _own(self, value: Any, part: Part) -> Any:
        """The request with this case's own ids in it."""
        if isinstance(value, dict):
            return {name: self._own(inner, part) for name, inner in value.items()}
        if value == "$complaint":
            return part.complaints[-1]
        if isinstance(value, str) and value.startswith("$clock:"):
            return self._running_clock(part.complaints[-1], value.removeprefix("$clock:"))
        return value

    def _running_clock(self, complaint_id: str, kind: str) -> str:
        anyone = self.script.people["province"]
        clocks = self.outside.callers.call(anyone, "escalation", "case", complaint_id)["clocks"]
        return str(next(clock["clock_id"] for clock in clocks if clock["kind"] == kind and clock["state"] == "running"))

    def _remember(self, line: Line, part: Part, answer: dict[str, Any]) -> None:
        if line.opens == "complaint" and answer["complaint_id"] not in part.complaints:
            part.complaints.append(answer["complaint_id"])
            part.serials.add(answer["serial_no"])
        if line.opens == "refund":
            part.refunds.append(answer["refund_id"])

    def _take_over(self, line: Line) -> None:
        """What came of a customer's SMS belongs to its case."""
        part, query, anyone = self.parts[line.case_id], {"msisdn": line.request["from"]}, self.script.people["province"]
        for found in reversed(self.outside.callers.call(anyone, "intake", "search", query)["items"]):
            self._remember(replace(line, call="intake.register"), part, found)
        for found in self.outside.callers.call(anyone, "refund", "search", query)["items"]:
            part.refunds += [found["refund_id"]] if found["refund_id"] not in part.refunds else []

    def _note(self, line: Line, part: Part, outcome: str, fine: bool) -> None:
        self._say(story.acted(line, outcome))
        if not fine:
            part.faults.append(f"step {line.number} ({line.call}): {outcome}")

    # --- whose happening was it? ---

    def _case_of_event(self, event: dict[str, Any]) -> str:
        own = (event["data"].get("complaint_id"), event["data"].get("refund_id"))
        return self._find(lambda part: any(each in part.complaints + part.refunds for each in own if each))

    def _case_of_entry(self, entry: dict[str, Any]) -> str:
        return self._find(lambda part: entry["msisdn"] in part.numbers)

    def _case_of_sms(self, sms: dict[str, Any]) -> str:
        return self._find(lambda part: sms["to"] in part.numbers or any(no in sms["text"] for no in part.serials))

    def _find(self, is_it: Callable[[Part], bool]) -> str:
        return next((case_id for case_id, part in self.parts.items() if is_it(part)), "-")
