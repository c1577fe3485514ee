"""Which SMS must reach which phone, and which may, from what happened, as callers were told at the end. Pure.

Only what the rulebook makes certain: receipt, reply, refund paid to the customer (RP2, RP1, RF18); limits, promises,
majors, opinions, warnings, breaks and rises to the staff concerned, a new ticket to its department (IN7, CL9, ES4, MJ1,
MJ5, IN17). Care SMS may be suppressed (NT1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chaos.judging.evidence import Evidence, Journey, Line, moment
from chaos.judging.phones import Shown
from chaos.judging.texts import Book, money_shown, time_shown

MINE = ("receipt", "reply", "refund_paid")  # the customer's own
TEMPLATES = (  # all that is looked for here
    *(*MINE, "limits_told", "promise_told", "case_ended", "major_alert", "major_told"),
    *("escalated", "rise_told", "clock_warning", "clock_broken", "ticket_arrived", "opinion_request", "opinion_given"),
)
HANDED_ON = ("transfer", "dispatch")  # what is not settled on the spot arrives at a department
OPINIONS = {"opinion_requested": "opinion_request", "opinion_given": "opinion_given"}


@dataclass(frozen=True)
class Wanted:
    """One SMS that must come: to a phone, of a template, with these words in its places."""

    to: str
    template: str
    words: tuple[tuple[str, str], ...]
    complaint_id: str | None

    @property
    def id(self) -> str:
        words = " ".join(f"{name}={value}" for name, value in self.words)
        return f"{self.template} to {self.to[:3]}****{self.to[-4:]} ({words})"

    @property
    def serial_no(self) -> str:
        return dict(self.words).get("serial_no", "")

    def is_told_by(self, shown: Shown) -> bool:
        """This text on the same phone is it."""
        return all(shown.words.get(name) == value for name, value in self.words)


@dataclass(frozen=True)
class Phones:
    """Who answers which phone: the file of the organisation, read as data."""

    written: Mapping[str, Any]

    def of_staff(self, sub: str) -> str:
        return str(self.written["staff"][sub]["phone"])

    def of_duty(self, duty: str, branch: str) -> str:
        """From the inside out: the branch's hotline, the branch, the province."""
        company = self.written["branches"][branch]
        places = (company["hotline"]["duties"], company["duties"], self.written["province"]["duties"])
        return str(next(duties[duty] for duties in places if duty in duties))

    def of_department(self, department: str, branch: str) -> str:
        """The branch's own, else the province's of that name."""
        units = self.written["province"]["units"] | self.written["branches"][branch]["units"]
        return str(units[department]["phone"])


@dataclass(frozen=True)
class Expecting:
    """Everything that the journeys of a run let one expect. just: also what happened just before the last questions, or
    may have been on its way when it was called off: what may come, where else it is what must."""

    evidence: Evidence
    book: Book
    phones: Phones
    just: bool = False

    def all(self) -> Iterator[Wanted]:
        for journey in self.evidence.journeys:
            complaints = self.evidence.final["complaints"].get(journey.msisdn, [])
            for complaint in complaints[:1]:
                yield from self._of_complaint(journey, complaint)
            yield from self._of_refunds(journey)
            for act in journey.named("notify.send"):
                if act.acknowledged and self._long_ago(act.at.isoformat()):
                    yield self._wanted(journey.msisdn, act.about["template"], "")

    def _of_refunds(self, journey: Journey) -> Iterator[Wanted]:
        for refund in self.evidence.final["refunds"].get(journey.msisdn, [])[:1]:
            if refund["status"] in ("paid", "closed") and self._long_ago(refund["paid_at"]):
                paid = sum(line["amount_fen"] for line in refund["lines"] if line["state"] == "paid")
                yield self._wanted(
                    journey.msisdn, "refund_paid", refund["complaint_id"] or "", amount=money_shown(paid)
                )

    def _of_complaint(self, journey: Journey, complaint: Line) -> Iterator[Wanted]:
        customer, agent = journey.msisdn, self.phones.of_staff(complaint["first_contact"])
        of_events = {
            "complaint_registered": ((customer, "receipt"), (agent, "limits_told")),
            "complaint_replied": ((customer, "reply"),),
            "promise_made": ((agent, "promise_told"),),
            "complaint_archived": ((agent, "case_ended"),),
        }
        if complaint["handling"] in HANDED_ON and complaint["department"]:
            department = self.phones.of_department(complaint["department"], complaint["branch"])
            of_events["complaint_registered"] += ((department, "ticket_arrived"),)
        for entry in complaint["history"]:
            for to, template in of_events.get(entry["event"], ()) if self._long_ago(entry["at"]) else ():
                yield self._wanted(to, template, complaint["complaint_id"], serial_no=complaint["serial_no"])
        if case := self.evidence.final["cases"].get(complaint["complaint_id"]):
            yield from self._of_case(case, agent, complaint["branch"])

    def _of_case(self, case: Line, agent: str, branch: str) -> Iterator[Wanted]:
        complaint_id, serial = case["complaint_id"], case["serial_no"]
        for step in case["steps"]:
            if not self._long_ago(step["at"]):
                continue
            if step["step"] == "major_declared":
                manager = self.phones.of_duty("duty_manager", branch)
                yield self._wanted(manager, "major_alert", complaint_id, serial_no=serial)
                yield self._wanted(agent, "major_told", complaint_id, serial_no=serial)
            if step["step"] == "escalated":
                level, word = step["to_level"], self.book.word("level", step["to_level"])
                for to, template in ((self.phones.of_duty(level, branch), "escalated"), (agent, "rise_told")):
                    yield self._wanted(to, template, complaint_id, serial_no=serial, level=word)
            if step["step"] in OPINIONS:
                to = agent if step["step"] == "opinion_given" else self.phones.of_duty(step["kind"], branch)
                opinion = self.book.word("opinion", step["kind"])
                yield self._wanted(to, OPINIONS[step["step"]], complaint_id, serial_no=serial, opinion=opinion)
        for clock in case["clocks"]:
            yield from self._of_clock(clock, complaint_id, serial, agent)

    def _of_clock(self, clock: Line, complaint_id: str, serial: str, agent: str) -> Iterator[Wanted]:
        """A warning where it still ran when it was to warn, and the breaking."""
        words = {"serial_no": serial, "clock": self.book.word("clock", clock["kind"])}
        due = time_shown(moment(clock["due_at"]))
        warn_at = moment(clock["warn_at"])
        ended_at = moment(clock["ended_at"]) if clock["ended_at"] else self.evidence.asked_at
        in_time = warn_at < ended_at or (self.just and self.evidence.close(ended_at, warn_at))
        if in_time and self._long_ago(clock["warn_at"]):
            yield self._wanted(agent, "clock_warning", complaint_id, **words, due_at=due)
        if clock["state"] == "broken" and self._long_ago(clock["due_at"]):
            yield self._wanted(agent, "clock_broken", complaint_id, **words, due_at=due)

    def _long_ago(self, at: str) -> bool:
        """Not just before the last questions were asked: its SMS must have been on its way by then."""
        asked_at = self.evidence.asked_at
        return self.just or (moment(at) < asked_at and not self.evidence.close(moment(at), asked_at))

    def _wanted(self, to: str, template: str, complaint_id: str, **words: str) -> Wanted:
        return Wanted(to, template, tuple(sorted(words.items())), complaint_id or None)
