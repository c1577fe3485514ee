"""What a report asks the suite for, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cli import refund_lines
from cli.adding import whole
from cli.periods import Span

PAGE, MOST_LISTED = 200, 1000
Answer = dict[str, Any]
Ask = Callable[[str, str, Answer], Any]


@dataclass(frozen=True)
class Asking:
    """`must(service, method, filter)` answers or ends the command; `may` is None where this caller gets no answer."""

    must: Ask
    may: Ask


def gathered(span: Span, place: dict[str, str], asking: Asking) -> Answer:
    """All that a weekly or monthly report tells; `refunds` None where refund tells this caller nothing."""
    branch = {name: value for name, value in place.items() if name == "branch"}

    def figures(asked: Answer) -> Answer:
        answer: Answer = asking.must("intake", "figures", asked)
        return answer

    def listed(service: str, method: str, asked: Answer) -> list[Answer]:
        return every_item(lambda more: asking.must(service, method, asked | more))

    return {
        "now": whole(figures, span.asked | place),
        "before": whole(figures, span.before.asked | place),
        "late": listed("escalation", "due", {"state": "late"} | place),
        "overdue": listed("intake", "measures", {"state": "overdue"} | branch),
        "open": listed("intake", "measures", {"state": "open"} | branch),
        "refunds": refund_lines.whole(lambda asked: asking.may("refund", "totals", asked), span.asked | place),
    }


def key_cases(span: Span, account_manager: str | None, asking: Asking) -> dict[str, list[Answer]]:
    """A week's key cases by account manager (KP5)."""
    asked = {"week": span.name} | ({"account_manager": account_manager} if account_manager else {})
    cases = every_item(lambda more: asking.must("intake", "key_cases", asked | more))
    managers = sorted({case["account_manager"] for case in cases})
    return {manager: [case for case in cases if case["account_manager"] == manager] for manager in managers}


def every_item(ask: Callable[[Answer], Any]) -> list[Answer]:
    """The items of all pages, until MOST_LISTED are there."""
    items: list[Answer] = []
    after = None
    while True:
        page = ask({"limit": PAGE} | ({"after": after} if after else {}))
        items += page["items"]
        after = page["after"]
        if not after or len(items) >= MOST_LISTED:
            return items
