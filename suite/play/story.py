"""What is printed while the cases are played: one line a happening, the case's id first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from suite.play.script import SHANGHAI, Line

CALLERS_WIDTH, CALLS_WIDTH, SMS_SHOWN = 15, 26, 60

EVENTS = {
    "clock_warned": "clock {kind} warns: due {due}",
    "clock_broken": "clock {kind} is broken: it was due {due}",
    "clock_extended": "clock {kind} extended to {due}",
    "clock_moved": "clock {kind} moved to {due} by an operator",
    "clock_called_off": "clock {kind} called off by an operator",
    "escalated": "rises to {level} (cause: {cause})",
    "case_accepted": "taken over at level {level}",
    "handed_back": "handed back to level {level}",
    "major_declared": "is a major complaint ({trigger})",
    "opinion_requested": "opinion asked of {kind}",
    "media_alerted": "media contact alerted",
    "disturbance_alerted": "branch support and market section informed of the disturbance",
    "incident_raised": "a group incident: many customers, one problem",
    "refund_verified": "pre-refund verified",
    "refund_approved": "refund approved: {total}",
    "refund_paid": "refund paid: {total}",
    "refund_unknown": "refund's outcome unknown: BOSS is asked by key",
    "refund_rejected": "refund rejected",
}


def when(moment: datetime) -> str:
    """`Mon 23 09:05`, Shanghai time."""
    return moment.astimezone(SHANGHAI).strftime("%a %d %H:%M")


def yuan(fen: int) -> str:
    """1560 fen as 15.60 元."""
    return f"{fen // 100}.{fen % 100:02d} 元"


def told(case_id: str, at: datetime, who: str, what: str, outcome: str) -> str:
    """One line of the story."""
    return f"{case_id:5} {when(at)}  {who:{CALLERS_WIDTH}} {what:{CALLS_WIDTH}} {outcome}".rstrip()


def at(answer: Any, path: str) -> Any:
    """What stands at `items.0.status` of an answer; None where the path leads nowhere."""
    for step in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def acted(line: Line, outcome: str) -> str:
    """A person's call and how it ended."""
    return told(line.case_id, line.at, line.by, line.call, outcome)


def answered(line: Line, answer: Any) -> str:
    """What an answer says, in a few words."""
    if line.asks:
        return ", ".join(f"{path} {at(answer, path)}" for path in line.shows) or "answered"
    if not isinstance(answer, Mapping):
        return "done"
    if line.call == "intake.register":
        return _registered(answer)
    if "refund_id" in answer:
        needs = answer.get("needs")
        return f"{answer['status']}, {yuan(answer['total_fen'])}" + (f", next signs {needs['level']}" if needs else "")
    if line.service == "escalation" and "level" in answer:
        awaited = f", awaiting {answer['awaiting']}" if answer["awaiting"] else ""
        return f"level {answer['level']}{awaited}"
    return str(answer.get("status", "done"))


def _registered(answer: Mapping[str, Any]) -> str:
    parts = [f"流水号 {answer['serial_no']}", str(answer["status"])]
    if handling := answer.get("limits", {}).get("handling"):
        parts.append(f"due {when(datetime.fromisoformat(handling))}")
    parts += ["urged"] if answer.get("urged") else []
    parts += [f"repeat no. {answer['repeat_count']}"] if answer.get("repeat_count") else []
    parts += ["major"] if answer.get("major") else []
    return ", ".join(parts)


def happened(case_id: str, event: Mapping[str, Any]) -> str | None:
    """An event of the suite as a line, or None for one that tells nothing new."""
    pattern = EVENTS.get(event["type"])
    if pattern is None:
        return None
    data, change = event["data"], event["data"].get("change", {})
    facts = {"level": data.get("level"), "trigger": _trigger(data), "total": yuan(data.get("total_fen", 0))}
    facts |= {"kind": change.get("kind"), "cause": change.get("cause"), "due": _due(data, change)}
    facts |= {name: value for name, value in change.items() if isinstance(value, str) and name != "due"}
    service = "refund" if event["type"].startswith("refund") else "escalation"
    return told(case_id, datetime.fromisoformat(event["at"]), f"({service})", event["type"], pattern.format(**facts))


def _trigger(data: Mapping[str, Any]) -> str:
    major = data.get("major")
    return str(major.get("trigger", "")) if isinstance(major, Mapping) else ""


def _due(data: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    for clock in data.get("clocks", ()):
        if clock["clock_id"] == change.get("clock_id"):
            return when(datetime.fromisoformat(clock["due_at"]))
    return "?"


def texted(case_id: str, sms: Mapping[str, Any]) -> str:
    """An SMS as the phone shows it."""
    text = sms["text"] if len(sms["text"]) <= SMS_SHOWN else sms["text"][:SMS_SHOWN] + "…"
    to = f"{sms['to'][:3]}****{sms['to'][-4:]}"
    return told(case_id, datetime.fromisoformat(sms["at"]), "(phone)", to, text)


def booked(case_id: str, entry: Mapping[str, Any]) -> str:
    """An entry of BOSS."""
    at = datetime.fromisoformat(entry["at"])
    return told(case_id, at, "(BOSS)", entry["kind"], yuan(entry["amount_fen"]))
