"""Complaints: every acknowledged registration is found once, every acknowledged act stands in its history once. Pure.

lost       its registration was acknowledged and nobody finds it, or an acknowledged act on it is nowhere, or nobody
           on the bus heard of what stands in its history
doubled    one registration made two complaints, or an act stands more often than it was attempted
otherwise  done though it was refused, a double click was answered otherwise than the first time, or intake does not
           know how high its case has risen
A call that was given up, or refused after a try without an answer, may have been done or not, but once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from chaos.judging.evidence import Act, Evidence, Journey
from chaos.judging.outcome import Finding, Outcome, outcome

KIND = "complaints"
SMS = ("phone.sms", "notify.receive")
EVENTS = {
    "intake.record_contact": "complaint's contact_recorded",
    "intake.promise": "complaint's promise_made",
    "intake.reply": "complaint's complaint_replied",
    "intake.follow_up": "complaint's followed_up",
    "intake.archive": "complaint's complaint_archived",
    "escalation.declare_major": "complaint's major_marked",
    "escalation.give_opinion": "complaint's opinion_recorded",
    "escalation.accept": "case's case_accepted",
}
LADDER = ("level", "awaiting")
OWN = "intake."
BY_SMS = ("complaint's followed_up", "complaint's contact_recorded")


def complaints(evidence: Evidence) -> Iterator[Outcome]:
    """One outcome for each registration that was attempted."""
    for journey in evidence.journeys:
        for registered in journey.named("intake.register"):
            yield outcome(KIND, registered.id, registered.acknowledged, _judged(evidence, journey, registered))


def _judged(evidence: Evidence, journey: Journey, registered: Act) -> Iterator[Finding]:
    found = evidence.final["complaints"].get(journey.msisdn, [])
    told = registered.answer.get("complaint_id")
    if registered.acknowledged and told not in [each["complaint_id"] for each in found]:
        yield Finding(KIND, "lost", registered.id, f"complaint {told}, as acknowledged", "nobody finds it")
        return
    if len(found) > 1:
        serials = ", ".join(each["serial_no"] for each in found)
        yield Finding(KIND, "doubled", registered.id, "one complaint of one request", f"{len(found)}: {serials}")
    if registered.fate == "refused" and registered.sure and found:
        yield Finding(KIND, "otherwise", registered.id, "nothing, for it was refused", found[0]["serial_no"])
    for complaint in found[:1]:
        yield from _acts_on(evidence, journey, complaint)
    yield from double_clicks(journey)


def _acts_on(evidence: Evidence, journey: Journey, complaint: Mapping[str, Any]) -> Iterator[Finding]:
    case = evidence.final["cases"].get(complaint["complaint_id"], {})  # without one its clocks are lost
    seen = Counter(f"complaint's {entry['event']}" for entry in complaint["history"])
    seen += Counter(f"case's {step['step']}" for step in case.get("steps", ()))
    sure, possible = _expected(journey)
    serial = complaint["serial_no"]
    if case and any(complaint[name] != case[name] for name in LADDER):
        there, here = ([each[name] for name in LADDER] for each in (case, complaint))
        yield Finding(KIND, "otherwise", serial, f"level and awaiting as escalation tells them: {there}", str(here))
    known = set(EVENTS.values()) if case else {event for event in EVENTS.values() if not event.startswith("case's")}
    for event in sorted(known):
        if seen[event] < sure[event]:
            yield Finding(KIND, "lost", serial, f"{sure[event]} acknowledged as {event}", f"{seen[event]} there")
        elif seen[event] > possible[event]:
            yield Finding(KIND, "doubled", serial, f"at most {possible[event]} {event}", f"{seen[event]} there")
    yield from _events_of(evidence, complaint)


def _expected(journey: Journey) -> tuple[Counter[str], Counter[str]]:
    """How often each event must be there, and how often it may."""
    sure, possible = Counter[str](), Counter[str]()
    for act in journey.acts:
        events = _of_sms(journey) if act.name in SMS else tuple(filter(None, [EVENTS.get(act.name)]))
        for event in events:
            sure[event] += act.acknowledged and len(events) == 1
            possible[event] += act.acknowledged or not act.sure
    return sure, possible


def _of_sms(journey: Journey) -> tuple[str, ...]:
    """A customer's SMS answers the survey of a reply; where there is none it is added to the open complaint (IN26).

    Either may be where nobody knows whether the reply was there when it came, or even the complaint."""
    if not all(act.acknowledged for act in journey.named("intake.register")):
        return BY_SMS
    replies = journey.named("intake.reply")
    if any(act.acknowledged for act in replies):
        return BY_SMS[:1]
    return BY_SMS[1:] if all(act.sure for act in replies) else BY_SMS


def _events_of(evidence: Evidence, complaint: Mapping[str, Any]) -> Iterator[Finding]:
    """Two event ids for one happening are a doubling, none is a loss; the same id again is a redelivery."""
    entries = Counter(entry["event"] for entry in complaint["history"])
    heard = evidence.heard_of.get(complaint["complaint_id"], ())
    for event in sorted(entries.keys() | {name.removeprefix(OWN) for name in heard if name.startswith(OWN)}):
        times = entries[event]
        ids = [each["event_id"] for each in evidence.events(complaint["complaint_id"], f"{OWN}{event}")]
        if len(ids) > times:
            yield Finding(KIND, "doubled", complaint["serial_no"], f"{times} event {event}", ", ".join(ids))
        if len(ids) < times:
            yield Finding(KIND, "lost", complaint["serial_no"], f"{times} event {event}", f"{len(ids)} on the bus")


def double_clicks(journey: Journey) -> Iterator[Finding]:
    """Second clicks that were answered otherwise than the first."""
    for act in journey.acts:
        for repeat in act.repeats:
            if repeat.get("digest") != act.digest:
                seen = repeat.get("error") or "another answer"
                yield Finding(KIND, "otherwise", act.id, f"the first answer to {act.name} again", seen)
