"""The final answers: what callers are told of every number once the suite is quiet. By RPC, never from a database."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chaos.judging.phones import DAILY
from chaos.load.callers import Caller
from chaos.load.people import AUDITOR, FINANCE
from services import SERVICES
from suite.play.__main__ import OPERATOR
from suite.play.callers import Refused
from suite.play.script import Person

PAGE = 200
HISTORY = ("n", "event", "at", "by")
COMPLAINT = (
    *("complaint_id", "serial_no", "status", "registered_at", "replied_at", "archived_at", "level", "major"),
    *("awaiting", "promises", "urged_count", "first_contact", "branch", "handling", "department"),
)
CASE = ("complaint_id", "serial_no", "status", "level", "awaiting", "major", "opinions", "clocks")
STEP = ("step", "at", "by", "cause", "clock_id", "kind", "from_level", "to_level")
REFUND = (
    *("refund_id", "status", "sort", "lines", "total_fen", "complaint_id", "msisdn", "paid_at", "doubt"),
    *("approvals", "ended"),
)
MESSAGE = ("message_id", "template", "class", "status", "why", "role", "to", "complaint_id", "created_at", "hold_until")

OF_NO_COMPLAINT = (DAILY, "refund_doubt_rose", "refund_unsettled", "refund_unpaid", "refund_sent_late")

Ask = Callable[..., Any]


class Asking:
    """Asks for everything; each question is repeated for up to `patience` machine seconds."""

    def __init__(self, caller: Caller, patience: float = 30.0) -> None:
        self._caller, self._patience = caller, patience

    def final(self, numbers: Iterable[str], now: Callable[[], Any]) -> dict[str, Any]:
        """`{at, until, complaints, cases, refunds, messages, dead_letters}`: complaints and refunds by number, cases by
        complaint id, messages as a list, dead letters as "service: type: cause"; at and until: business time before
        the first question and after the last answer.

        Raises NoAnswer where a service does not answer, Refused where it must not refuse."""
        at = now().isoformat()
        found: dict[str, Any] = {"at": at, "complaints": {}, "cases": {}, "refunds": {}, "messages": []}
        messages: dict[str, Any] = {}
        for number in numbers:
            complaints = [self._complaint(each["complaint_id"]) for each in self._all("intake", {"msisdn": number})]
            refunds = [self._refund(each["refund_id"]) for each in self._all("refund", {"msisdn": number}, FINANCE)]
            found["complaints"][number], found["refunds"][number] = complaints, refunds
            for complaint in complaints:
                if case := self._case(complaint["complaint_id"]):
                    found["cases"][complaint["complaint_id"]] = case
                messages |= self._messages({"complaint_id": complaint["complaint_id"]})
            messages |= self._messages({"msisdn": number})
        for template in OF_NO_COMPLAINT:
            messages |= self._messages({"template": template})
        found |= {"messages": list(messages.values()), "dead_letters": [*self._dead_letters()]}
        return found | {"until": now().isoformat()}

    def _dead_letters(self) -> Iterator[str]:
        for service in SERVICES:
            for letter in self._ask(OPERATOR, service, "dead_letters", {"limit": PAGE})["items"]:
                yield f"{service}: {letter['type']}: {letter['cause']}"

    def _complaint(self, complaint_id: str) -> dict[str, Any]:
        whole = self._ask(AUDITOR, "intake", "get", complaint_id)
        return _only(whole, COMPLAINT) | {"history": [_only(entry, HISTORY) for entry in whole["history"]]}

    def _case(self, complaint_id: str) -> dict[str, Any] | None:
        """None where escalation knows none: that is for the judge to find."""
        try:
            case = self._ask(AUDITOR, "escalation", "case", complaint_id)
        except Refused:
            return None
        return _only(case, CASE) | {"steps": [_only(step, STEP) for step in case["steps"]]}

    def _refund(self, refund_id: str) -> dict[str, Any]:
        return _only(self._ask(FINANCE, "refund", "get", refund_id), REFUND)

    def _messages(self, query: dict[str, str]) -> dict[str, Any]:
        names = (*MESSAGE, "may_be_repeated")
        return {each["message_id"]: _only(each, names) for each in self._all("notify", query)}

    def _all(self, service: str, query: dict[str, str], by: Person = AUDITOR) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        after = None
        while True:
            page = self._ask(by, service, "search", query | {"limit": PAGE} | ({"after": after} if after else {}))
            items += page["items"]
            if not (after := page["after"]):
                return items

    def _ask(self, by: Person, service: str, method: str, argument: Any) -> Any:
        return self._caller.patiently(by, service, method, argument, until=time.monotonic() + self._patience)


def _only(answer: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: answer[name] for name in names if name in answer}
