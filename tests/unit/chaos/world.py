"""A perfect small world for the judge, written out by hand: what complaints leave behind when all goes well.

Times are hours after the start of each complaint; the world is asked at the sixtieth hour of the last one."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from chaos.judging.evidence import Conditions, Evidence
from chaos.judging.phones import masked
from chaos.judging.texts import Book, money_shown, time_shown
from chaos.judging.verdict import Verdict, judge
from shared.settings import PROJECT
from tests.unit.chaos.plans import SORTS

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
MACHINE = datetime(2026, 11, 22, 8, tzinfo=UTC)
RATE = 3600.0
END = 60.0
AGENT, MANAGER, BRANCH, PROVINCE = "13800001101", "13800001020", "13800001001", "13800009001"
TEAM, ASKED = "13800001010", {"support": "13800001006", "legal": "13800001007"}
PHONES = {"duty_manager": MANAGER, "branch": BRANCH, "province": PROVINCE}
TEMPLATES, ORGANISATION = (
    yaml.safe_load((PROJECT / "policies" / f"{name}.yml").read_text(encoding="utf-8"))
    for name in ("templates", "organisation")
)


@dataclass
class World:
    """The evidence, to be spoilt. `told_id` and the like find what a plant needs."""

    told: list[dict[str, Any]] = field(default_factory=list)
    boss: list[dict[str, Any]] = field(default_factory=list)
    smsc: list[dict[str, Any]] = field(default_factory=list)
    overheard: list[dict[str, Any]] = field(default_factory=list)
    final: dict[str, Any] = field(default_factory=dict)

    def machine(self, business: str) -> datetime:
        """The machine time of a business time."""
        return MACHINE + (datetime.fromisoformat(business) - START) / RATE

    def judged(self, **conditions: Any) -> Verdict:
        evidence = Evidence(
            self.told, self.boss, self.smsc, self.overheard, self.final, Conditions(grace_seconds=0.05, **conditions)
        )
        return judge(evidence, TEMPLATES, ORGANISATION)

    def hush(self, template: str, case: dict[str, Any], clock: dict[str, Any] | None = None) -> None:
        """These SMS never were: of a template and a complaint, of one clock where it is given."""
        words = {"serial_no": case["serial_no"]}
        if clock:
            words["clock"] = TEMPLATES["words"]["clock"][clock["kind"]]
            words["due_at"] = time_shown(datetime.fromisoformat(clock["due_at"]))
        for line in [line for line in self.smsc if _is(line["text"], template, words)]:
            self.smsc.remove(line)
            told = (each for each in self.final["messages"] if each["template"] == template)
            self.final["messages"].remove(next(each for each in told if each["to"] == masked(line["to"])))

    def copy(self) -> "World":
        return deepcopy(self)


def _is(text: str, template: str, words: dict[str, str]) -> bool:
    name, found = Book(TEMPLATES).read(text)
    return name == template and all(found.get(each, word) == word for each, word in words.items())


def perfect(sorts: list[str], principal_fen: int = 1929) -> World:
    """One complaint of each sort named, an hour after the other."""
    world = World()
    setting = {"origin": START.isoformat(), "started": MACHINE.isoformat(), "rate": RATE, "offset": 0.0}
    world.told.append({"what": "clock", "machine": MACHINE.isoformat(), **setting})
    ended = (START + timedelta(hours=END + len(sorts))).isoformat()
    world.final = {"at": ended, "until": ended, "complaints": {}, "cases": {}, "refunds": {}, "messages": []}
    world.final["dead_letters"] = []
    for number, sort in enumerate(sorts):
        Story(world, number, sort, principal_fen, END + len(sorts) - number).tell()
    return world


class Story:
    """One complaint of the perfect world."""

    def __init__(self, world: World, number: int, sort: str, principal_fen: int, end: float) -> None:
        self.world, self.sort, self.plan, self.fen = world, sort, SORTS[sort], principal_fen
        self.start = START + timedelta(hours=number)
        self.msisdn, self.journey = str(13910000001 + number), f"s1-{number:05}"
        self.id, self.serial, self.n, self.calls = f"c{number}", f"2611230000{number:05}", 0, 0
        self.end = end

    def at(self, hours: float) -> str:
        return (self.start + timedelta(hours=hours)).isoformat()

    def tell(self) -> None:
        plan = self.plan
        limits = {kind: self.at(due) for kind, due in plan["limits"].items()}
        answer = {"complaint_id": self.id, "serial_no": self.serial, "limits": limits, "registered_at": self.at(0)}
        self.call(0, "intake.register", {"msisdn": self.msisdn}, answer)
        history = [self.entry("complaint_registered", 0)]
        for hours, method, event in plan["acts"]:
            self.call(hours, method, {}, {"complaint_id": self.id})
            history += [self.entry(event, hours)] if event else []
        promised = [plan["promise"]] if "promise" in plan else []
        promises = [{"made_at": self.at(made), "due_at": self.at(due)} for made, due in promised]
        complaint = {"complaint_id": self.id, "serial_no": self.serial, "status": "open", "branch": "SZ"}
        complaint |= {"history": history, "promises": promises, "first_contact": "E1001", **self.ladder}
        complaint |= {"handling": "transfer", "department": "complaint_team"}
        self.world.final["complaints"][self.msisdn] = [complaint]
        self.world.final["refunds"][self.msisdn] = []
        self.tell_customer(history)
        self.tell_ladder()
        if "refund" in plan:
            self.tell_refund()

    @property
    def ladder(self) -> dict[str, Any]:
        """Level and awaiting, as intake and escalation tell them."""
        risen = [level for _, level, _ in self.plan["rises"]]
        return {"level": risen[-1] if risen else "agent", "awaiting": None}

    def entry(self, event: str, hours: float) -> dict[str, Any]:
        self.event("intake", event, hours)
        return {"n": self.n, "event": event, "at": self.at(hours), "by": "E1001"}

    def call(self, hours: float, name: str, about: dict[str, Any], answer: dict[str, Any]) -> None:
        self.calls += 1
        service, _, method = name.partition(".")
        call_id, machine = f"{self.journey}-{self.calls}", MACHINE.isoformat()
        said = {"journey": self.journey, "sort": self.sort, "who": "E1001", "service": service, "method": method}
        said |= {"target": None, "request_id": call_id, "at": self.at(hours), "about": about}
        self.world.told.append({"what": "attempted", "machine": machine, "id": call_id, **said})
        done = {"what": "acknowledged", "machine": machine, "id": call_id, "at": self.at(hours)}
        self.world.told.append(done | {"answer": answer, "digest": f"d-{call_id}"})
        self.world.told.append({"what": "repeated", "machine": machine, "id": call_id, "digest": f"d-{call_id}"})

    def event(self, service: str, name: str, hours: float, late: float = 0.0, **change: Any) -> None:
        self.n += 1
        event_id = f"{service}:{self.id}:{self.n}"
        said = {"service": service, "type": name, "at": self.at(hours + late), "complaint_id": self.id}
        said["machine"] = self.world.machine(said["at"]).isoformat()
        self.world.overheard.append({"event_id": event_id, **said, "change": change})

    def sms(self, hours: float, to: str, template: str, **words: str) -> None:
        form = TEMPLATES["templates"][template]
        every = dict.fromkeys(form.get("variables", {}), "0") | {"serial_no": self.serial}
        text = TEMPLATES["signature"] + form["text"].format(**(every | self.usual(form) | words))
        self.world.smsc.append({"at": self.at(hours), "to": to, "text": text, "parts": 1})
        message = {"message_id": f"m{len(self.world.smsc)}", "template": template, "status": "delivered"}
        message["class"] = form["class"]
        message |= {"to": masked(to), "complaint_id": self.id, "hold_until": None, "created_at": self.at(hours)}
        self.world.final["messages"].append(message | {"may_be_repeated": False})

    def usual(self, form: dict[str, Any]) -> dict[str, str]:
        examples = {"time": time_shown(self.start), "month": "2026年12月", "money": "1.00元", "count": "1"}
        return {name: examples[kind] for name, kind in form.get("variables", {}).items() if kind in examples}

    def tell_customer(self, history: list[dict[str, Any]]) -> None:
        templates = {
            "complaint_registered": ((self.msisdn, "receipt"), (AGENT, "limits_told"), (TEAM, "ticket_arrived")),
            "complaint_replied": ((self.msisdn, "reply"), (self.msisdn, "survey")),
            "promise_made": ((AGENT, "promise_told"),),
            "complaint_archived": ((AGENT, "case_ended"),),
        }
        for entry in history:
            for to, template in templates.get(entry["event"], ()):
                self.sms((datetime.fromisoformat(entry["at"]) - self.start) / timedelta(hours=1), to, template)

    def tell_ladder(self) -> None:
        steps: list[dict[str, Any]] = [{"step": "case_opened", "at": self.at(0)}]
        clocks = [self.clock(number, *each) for number, each in enumerate(self.plan["clocks"])]
        for hours, method, _ in self.plan["acts"]:
            if method == "escalation.accept":
                steps.append({"step": "case_accepted", "at": self.at(hours)})
            if method == "escalation.declare_major":
                steps.append({"step": "major_declared", "at": self.at(hours)})
                self.sms(hours, MANAGER, "major_alert")
                self.sms(hours, AGENT, "major_told")
                steps += [self.opinion(hours, to, "opinion_requested", kind) for kind, to in ASKED.items()]
        for kind, hours in self.plan.get("opinions", {}).items():
            steps.append(self.opinion(hours, AGENT, "opinion_given", kind))
        for hours, level, cause in self.plan["rises"]:
            steps.append({"step": "escalated", "at": self.at(hours), "to_level": level, "cause": cause})
            self.event("escalation", "escalated", hours, 0.1, at=self.at(hours), to_level=level)
            word = TEMPLATES["words"]["level"][level]
            self.sms(hours, PHONES[level], "escalated", level=word, cause=cause)
            self.sms(hours, AGENT, "rise_told", level=word, cause=cause)
            first = hours == self.plan["rises"][0][0]
            self.sms(hours, *((self.msisdn, "progress") if first else (AGENT, "call_for_progress")))
        given = {kind: {"at": self.at(hours)} for kind, hours in self.plan.get("opinions", {}).items()}
        case = {"complaint_id": self.id, "serial_no": self.serial, "steps": steps, "clocks": clocks, "opinions": given}
        case |= self.ladder
        self.world.final["cases"][self.id] = case

    def opinion(self, hours: float, to: str, step: str, kind: str) -> dict[str, Any]:
        """The step that asks for an opinion or tells of one, and its SMS."""
        self.sms(hours, to, step.removesuffix("ed"), opinion=TEMPLATES["words"]["opinion"][kind])
        return {"step": step, "at": self.at(hours), "kind": kind}

    def clock(
        self, number: int, kind: str, start: float, due: float, state: str, ended: float | None
    ) -> dict[str, Any]:
        warns = start + 0.75 * (due - start)
        words = {"clock": TEMPLATES["words"]["clock"][kind], "due_at": time_shown(self.start + timedelta(hours=due))}
        if warns < (ended if ended is not None else self.end):
            self.sms(warns, AGENT, "clock_warning", **words)
        clock_id = f"{kind}-{number}"
        if state == "broken":
            self.event("escalation", "clock_broken", due, 0.2, clock_id=clock_id, due_at=self.at(due), at=self.at(due))
            self.sms(due, AGENT, "clock_broken", **words)
        times = {"started_at": self.at(start), "warn_at": self.at(warns), "due_at": self.at(due)}
        ended_at = None if ended is None else self.at(ended)
        return {"clock_id": clock_id, "kind": kind, **times, "state": state, "ended_at": ended_at}

    def tell_refund(self) -> None:
        ground = "double_refund" if self.plan["refund"] == "double_refund" else "unverifiable"
        kinds = ("principal", "award") if ground == "double_refund" else ("principal",)
        refund_id, paid = f"r{self.journey[-1]}", ground == "double_refund"
        about = {"msisdn": self.msisdn, "ground": ground, "principal_fen": self.fen}
        self.call(1, "refund.request", about, {"refund_id": refund_id, "status": "requested"})
        signing, status = ("refund.approve", "approved") if paid else ("refund.reject", "rejected")
        self.call(2, signing, {}, {"refund_id": refund_id, "status": status})
        state = "paid" if paid else "planned"
        lines = [{"kind": kind, "amount_fen": self.fen, "state": state} for kind in kinds]
        refund = {"refund_id": refund_id, "status": "paid" if paid else "rejected", "lines": lines, "doubt": None}
        refund |= {"complaint_id": self.id, "paid_at": self.at(2) if paid else None}
        refund["approvals"] = [{"level": "duty_manager", "by": "E1001"}] if paid else []
        refund["ended"] = None if paid else {"by": "E1001", "at": self.at(2)}
        self.world.final["refunds"][self.msisdn] = [refund]
        if paid:
            for kind in kinds:
                entry = {"at": self.at(2), "key": f"{refund_id}:{kind}", "msisdn": self.msisdn}
                self.world.boss.append(entry | {"amount_fen": self.fen, "kind": kind})
            self.event("refund", "refund_paid", 2)
            self.world.overheard[-1]["refund_id"] = refund_id
            self.sms(2, self.msisdn, "refund_paid", amount=money_shown(self.fen * len(kinds)))
