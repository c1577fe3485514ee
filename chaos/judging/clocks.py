"""Clocks: what must have broken is broken and what was met in time is met, each once, none before its time. Pure.

lost       it must have started or broken, and nobody is told that it has
           or it broke, or the level rose, and no event says so
early      it broke or warned before its time by what was heard and when, or although it was met in time
doubled    it is there twice; it warned, broke or the level rose twice (two event ids for one happening); or a clock or
           rise is there that nothing started
otherwise  met or cancelled where it must be something else, or an event says that it broke although it has not
Of acts at about a due time (Conditions.grace_seconds) either order is right; what breaks at the end may be open."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chaos.judging.course import Course, Due, Happening
from chaos.judging.evidence import Act, Evidence, Journey, Line, moment, until_back
from chaos.judging.outcome import Finding, Outcome, outcome

KIND = "clocks"
HAPPENINGS = {"complaint_replied": "replied", "contact_recorded": "contacted", "followed_up": "followed_up"}
ITSELF = "service:"
OPINIONS = ("supervisor", "support", "legal")


def clocks(evidence: Evidence) -> Iterator[Outcome]:
    """One outcome for each clock that had to start on a complaint whose registration was acknowledged."""
    for journey in evidence.journeys:
        for registered in journey.named("intake.register"):
            complaint = _found(evidence, journey, registered)
            if complaint is None:
                continue
            if case := evidence.final["cases"].get(complaint["complaint_id"]):
                yield from _of_case(evidence, registered.answer, complaint, case)
            else:
                for kind in registered.answer["limits"]:
                    yield _absent(registered.answer["serial_no"], kind)


def _found(evidence: Evidence, journey: Journey, registered: Act) -> Line | None:
    """The complaint that was acknowledged; one that nobody finds is judged as a complaint, not clock by clock."""
    found = evidence.final["complaints"].get(journey.msisdn, [])
    told = registered.answer.get("complaint_id") if registered.acknowledged else None
    return next((each for each in found if each["complaint_id"] == told), None)


def course_of(evidence: Evidence, told: Line, complaint: Line, case: Line) -> Course:
    """The course of one complaint: `told` is the answer to its registration, the others what is told at the end."""
    seen = {(clock["kind"], moment(clock["due_at"])): clock for clock in case["clocks"]}
    began = moment(told["registered_at"])
    started = [Due(kind, began, moment(due), told=True) for kind, due in told["limits"].items()]
    until = moment(evidence.final["until"])
    return Course(seen, evidence.close, evidence.asked_at, until).run(started, _happenings(complaint, case))


def _happenings(complaint: Line, case: Line) -> Iterator[Happening]:
    """What was done, at the times that callers were told at the end."""
    promises = iter(sorted(complaint.get("promises", ()), key=lambda promise: str(promise["made_at"])))
    for entry in complaint["history"]:
        at = moment(entry["at"])
        if entry["event"] == "contact_recorded" and str(entry["by"]).startswith(ITSELF):
            continue  # the customer's own SMS: nobody has contacted him
        if entry["event"] in HAPPENINGS:
            yield Happening(at, HAPPENINGS[entry["event"]])
        elif entry["event"] == "promise_made" and (promise := next(promises, None)):
            yield Happening(at, "promised", moment(promise["due_at"]))
        elif entry["event"] == "major_marked":
            yield Happening(at, "declared")
    for kind in OPINIONS:
        if given := case["opinions"].get(kind):
            yield Happening(moment(given["at"]), kind)
    for step in case["steps"]:
        if step["step"] == "case_accepted":
            yield Happening(moment(step["at"]), "accepted")


def _of_case(evidence: Evidence, told: Line, complaint: Line, case: Line) -> Iterator[Outcome]:
    course, serial = course_of(evidence, told, complaint, case), told["serial_no"]
    for clock in course.clocks:
        findings = list[Finding]()
        if differs := course.differences.get(clock.key):
            findings.append(Finding(KIND, differs.wrong, _id(serial, clock), differs.expected, differs.seen))
        if seen := course.seen.get(clock.key):
            findings += _fired(evidence, serial, case["complaint_id"], seen)
        yield outcome(KIND, _id(serial, clock), clock.told, findings)
    yield from _twins(serial, case)
    yield from _rises(evidence, serial, case)
    must = {clock.key for clock in course.clocks}
    for key, seen in course.seen.items():
        if key not in must:
            nothing = Finding(KIND, "doubled", f"{serial} {seen['clock_id']}", "no such clock", _shown(seen))
            yield outcome(KIND, f"{serial} {seen['clock_id']}", False, [nothing])


def _twins(serial: str, case: Line) -> Iterator[Outcome]:
    """One for each clock that is there twice: of one kind, due at the same time."""
    for (kind, due), times in Counter((clock["kind"], clock["due_at"]) for clock in case["clocks"]).items():
        if times > 1:
            name = f"{serial} {kind} due {due}"
            yield outcome(KIND, name, False, [Finding(KIND, "doubled", name, "one clock", str(times))])


def _fired(evidence: Evidence, serial: str, complaint_id: str, seen: Mapping[str, Any]) -> Iterator[Finding]:
    """Its breaking on the bus: once if it is broken, else never, and not before the due time."""
    name = f"{serial} {seen['clock_id']}"
    yield from _warned(evidence, name, complaint_id, seen)
    broken = _of_clock(evidence, complaint_id, "clock_broken", seen)
    ids = ", ".join(event["event_id"] for event in broken)
    if len(broken) > 1:
        yield Finding(KIND, "doubled", name, "one breaking", f"events {ids}")
    if broken and seen["state"] != "broken":
        yield Finding(KIND, "otherwise", name, f"no breaking of a clock that is {seen['state']}", f"events {ids}")
    if not broken and seen["state"] == "broken":
        yield Finding(KIND, "lost", name, "an event of its breaking", "nobody heard of it")
    for event in broken:
        yield from _early(evidence, name, "broken", event, moment(seen["due_at"]))


def _warned(evidence: Evidence, name: str, complaint_id: str, seen: Mapping[str, Any]) -> Iterator[Finding]:
    """Its warning on the bus: once at most, and not before its time."""
    warned = _of_clock(evidence, complaint_id, "clock_warned", seen)
    if len(warned) > 1:
        yield Finding(KIND, "doubled", name, "one warning", ", ".join(event["event_id"] for event in warned))
    for event in warned:
        yield from _early(evidence, name, "warned of", event, moment(seen["warn_at"]))


def _early(evidence: Evidence, name: str, what: str, event: Line, due: datetime) -> Iterator[Finding]:
    if moment(event["at"]) < due or evidence.heard_before(event, due):
        heard = f"{what} at {event['at']}, heard of at {event['machine']} of machine time"
        yield Finding(KIND, "early", name, f"{what} at {due.isoformat()} or later", heard)


def _of_clock(evidence: Evidence, complaint_id: str, name: str, seen: Mapping[str, Any]) -> list[Line]:
    events = evidence.events(complaint_id, f"escalation.{name}")
    return [event for event in events if event["change"]["clock_id"] == seen["clock_id"]]


def _rises(evidence: Evidence, serial: str, case: Mapping[str, Any]) -> Iterator[Outcome]:
    """What the bus was told of rises, against those that the case has gone through; one outcome for each difference."""
    risen = Counter(moment(step["at"]) for step in case["steps"] if step["step"] == "escalated")
    events = evidence.events(case["complaint_id"], "escalation.escalated")
    told = Counter(moment(event["change"]["at"]) for event in events)
    for at in sorted(risen | told):
        if told[at] != risen[at]:
            wrong = "doubled" if told[at] > risen[at] else "lost"
            name = f"{serial} rise at {at.isoformat(timespec='minutes')}"
            finding = Finding(KIND, wrong, name, f"{risen[at]} of it on the bus", str(told[at]))
            yield outcome(KIND, name, False, [finding])


def lateness(evidence: Evidence, *, undisturbed: bool = False) -> list[float]:
    """Machine seconds from each clock's due time to the moment at which its breaking was heard of, shortest first.

    undisturbed: only of those between whose due time and breaking no server was away or had just come back: without
    MongoDB nothing is stored, and a process that starts without its broker waits for it before it begins."""
    conditions = evidence.conditions
    away = until_back((*conditions.database_away, *conditions.broker_away)) if undisturbed else []
    found = []
    for (_, name), events in evidence.happened.items():
        for event in events if name == "escalation.clock_broken" else ():
            due, heard = evidence.timeline.machine(moment(event["change"]["due_at"])), moment(event["machine"])
            if not any(due <= ended and heard >= began for began, ended in away):
                found.append((heard - due).total_seconds())
    return sorted(found)


def _absent(serial: str, kind: str) -> Outcome:
    finding = Finding(KIND, "lost", f"{serial} {kind}", "a clock, as told to the caller", "escalation knows no case")
    return outcome(KIND, f"{serial} {kind}", True, [finding])


def _id(serial: str, clock: Due) -> str:
    return f"{serial} {clock.kind} due {clock.due_at.isoformat(timespec='minutes')}"


def _shown(seen: Mapping[str, Any]) -> str:
    return f"{seen['kind']} {seen['state']}, due {seen['due_at']}"
