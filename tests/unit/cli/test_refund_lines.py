"""Partial totals of refunds are added up to the whole (KP2)."""

from typing import Any

from cli.refund_lines import whole
from services.refund.books.books_schema import TotalsSchema
from services.refund.books.totals_answer import Scope, answer, counted, scope_of
from services.refund.claim import Unverifiable
from services.refund.model import Refund
from tests.unit.refund.makers import FINANCE, NOW, Story
from tests.unit.refund.test_totals import DAY, LATER, pay, rejected, story

UNVERIFIABLE: dict[str, Any] = {"unverifiable": Unverifiable("cannot_verify", ("话单",))}
PERIOD = {"from": (NOW - DAY).isoformat(), "to": (NOW + 9 * DAY).isoformat()}


def counted_days(refund: Refund, scope: Scope) -> list[int]:
    """The refund's days in the scope, as the store finds them: none where an earlier call has counted it."""
    before = [day for day in refund.trace.days if scope.since <= day < scope.first_day]
    return [] if before else [day for day in refund.trace.days if scope.first_day <= day <= scope.last_day]


def told(refunds: list[Refund], asked: dict[str, Any]) -> dict[str, Any]:
    """As the service answers, and as JSON."""
    wanted = TotalsSchema().load(asked)
    scope = scope_of(wanted, FINANCE, LATER)
    traces = sorted((days[0], each.trace.text) for each in refunds if (days := counted_days(each, scope)))
    given = answer(*counted(traces, scope, wanted.limit), wanted, scope, LATER)
    return given | {name: given[name].isoformat() for name in ("from", "to", "as_of")}


def test_KP2_partial_totals_of_refunds_are_added_up_to_the_whole() -> None:
    refunds = [pay(story(ground="double_refund"), NOW + day * DAY).refund for day in range(4)]
    refunds += [rejected(Story()).refund, pay(story()).refund]
    late = Story()
    late.history.clear()
    for event, stamp in pay(story(ground="unverifiable", **UNVERIFIABLE), NOW + 3 * DAY).history:
        late.then([event], stamp.by, stamp.at + 2 * DAY)
    refunds.append(late.refund)
    calls: list[Any] = []

    def ask(asked: dict[str, Any]) -> dict[str, Any]:
        calls.append(asked)
        return told(refunds, asked | {"limit": 1})

    assert whole(ask, PERIOD) == told(refunds, PERIOD)
    assert len(calls) > 1


def test_KP2_where_refund_tells_nothing_there_is_nothing() -> None:
    assert whole(lambda _: None, PERIOD) is None
