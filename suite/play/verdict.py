"""Whether the performance went as the cases expect, and whether services and journals tell the same story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from suite.play.script import Case
from suite.play.stage import Part

Ask = Callable[..., Any]


@dataclass
class Ending:
    """How one case ended, as the services say."""

    case: Case
    complaint: Mapping[str, Any] = field(default_factory=dict)
    ladder: Mapping[str, Any] = field(default_factory=dict)
    refunds: list[Mapping[str, Any]] = field(default_factory=list)
    sms: list[Mapping[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def paid_fen(self) -> int:
        """What BOSS has been told to pay, by the refund service's own words."""
        return sum(line["amount_fen"] for refund in self.refunds for line in refund["lines"] if line["state"] == "paid")

    @property
    def delivered(self) -> int:
        """SMS that reached a phone, by notify's own words."""
        return sum(message["status"] == "delivered" for message in self.sms)


def ending(case: Case, part: Part, ask: Ask) -> Ending:
    """Asks the services how the case ended. `ask(service, method, argument)`."""
    end = Ending(case, faults=list(part.faults))
    if part.complaints:
        end.complaint = ask("intake", "get", part.complaints[-1])
        if end.complaint["ticket_type"] == "complaint":
            end.ladder = ask("escalation", "case", part.complaints[0])
    end.refunds = [ask("refund", "get", refund_id) for refund_id in part.refunds]
    found = [_all_of(ask, "notify", {"complaint_id": each}) for each in part.complaints]
    found += [_all_of(ask, "notify", {"msisdn": each}) for each in part.numbers]
    end.sms = list({message["message_id"]: message for messages in found for message in messages}.values())
    end.faults += _against(case.end, end)
    return end


def _all_of(ask: Ask, service: str, query: dict[str, Any]) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = []
    after = None
    while True:
        page = ask(service, "search", query | {"limit": 200} | ({"after": after} if after else {}))
        items += page["items"]
        after = page["after"]
        if not after:
            return items


def _against(expected: Mapping[str, Any], end: Ending) -> list[str]:
    states: dict[str, set[str]] = {}
    for clock in end.ladder.get("clocks", ()):
        states.setdefault(clock["kind"], set()).add(clock["state"])
    seen: dict[str, Any] = {
        "status": end.complaint.get("status"),
        "major": end.complaint.get("major"),
        "urged": end.complaint.get("urged"),
        "repeat": bool(end.complaint.get("repeat_of")),
        "level": end.ladder.get("level"),
        "refund": end.refunds[0]["status"] if end.refunds else None,
        "paid_fen": end.paid_fen,
    }
    faults = [
        f"{name} should be {value}, is {seen[name]}"
        for name, value in expected.items()
        if name != "clocks" and seen[name] != value
    ]
    return faults + [
        f"clock {kind} should be {state}, is {', '.join(sorted(states.get(kind, {'absent'})))}"
        for kind, state in expected.get("clocks", {}).items()
        if state not in states.get(kind, set())
    ]


def delivered_in_all(ask: Ask) -> int:
    """How many SMS notify says have reached a phone, those of no case (the daily digest) included."""
    return len(_all_of(ask, "notify", {"status": "delivered"}))


def agreement(
    endings: list[Ending], delivered: int, boss: list[dict[str, Any]], smsc: list[dict[str, Any]]
) -> list[str]:
    """Where services and journals differ: every fen paid once, every delivered SMS on a phone, nothing else."""
    faults = []
    said = sum(end.paid_fen for end in endings)
    booked = sum(entry["amount_fen"] for entry in boss)
    if said != booked:
        faults.append(f"refund says {said} fen are paid, BOSS booked {booked}")
    if len({entry["key"] for entry in boss}) != len(boss):
        faults.append("BOSS booked a line twice")
    if delivered != len(smsc):
        faults.append(f"notify says {delivered} SMS are delivered, phones show {len(smsc)}")
    return faults
