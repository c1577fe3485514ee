"""Customers' SMS, their parts joined (IN26)."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.notify.inbound import INBOUND, Sms, SmsPartCame, SmsReceived, given_up, part_came
from services.notify.sorting import Sorted, sorted_out
from shared.aggregate import Stamp
from tests.unit.notify.life import SELF, START
from tests.unit.notify.makers import CUSTOMER, policy

TEXTS = {1: "我对", 2: "处理", 3: "不满意"}


def part(number: int, total: int = 3) -> SmsPartCame:
    return SmsPartCame("s1", "139****0001", number, total, START + timedelta(minutes=5), CUSTOMER, TEXTS[number])


def sort(_number: str, text: str) -> Sorted:
    return sorted_out(text, None, policy().inbound)


def taken(*parts: SmsPartCame) -> tuple[Sms, list[object]]:
    sms: Sms | None = None
    events: list[object] = []
    for each in parts:
        for event in part_came(sms, each, START, sort):
            events.append(event)
            sms = INBOUND.apply(sms, event, Stamp(len(events), START, SELF))
    assert sms is not None
    return sms, events


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_join_in_their_own_order_whatever_order_they_come_in(order: tuple[int, ...]) -> None:
    sms, events = taken(*(part(number) for number in order))

    assert (sms.text, sms.received, sms.wake_at) == ("我对处理不满意", True, None)
    assert [isinstance(event, SmsReceived) for event in events] == [False, False, False, True]


def test_a_part_that_comes_twice_counts_once() -> None:
    sms, events = taken(part(1), part(1), part(2))
    assert not sms.received
    assert len(events) == 2


def test_nothing_more_happens_to_an_sms_that_was_received() -> None:
    sms, _ = taken(part(1, total=1))
    assert part_came(sms, part(2), START, sort) == ()
    assert given_up(sms, START, sort) == ()


def test_what_never_became_whole_is_received_as_it_is() -> None:
    sms, _ = taken(part(3), part(1))
    [received] = given_up(sms, START, sort)

    assert isinstance(received, SmsReceived)
    assert (received.text, received.whole) == ("我对不满意", False)


def test_IN26_a_long_sms_is_sorted_once_when_it_is_whole() -> None:
    sms, events = taken(part(3), part(1), part(2))

    assert (sms.understood.sort, sms.understood.score) == ("satisfaction", 2)
    assert sum(isinstance(event, SmsReceived) for event in events) == 1
