"""What is unknown of refunds: listed with age and owner, asked for by hand, risen by age; a BOSS left alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.refund.service import RefundService
from tests.integration.refund_counter import Counter, command, new_number, opened, refused, soon

NEITHER = {"honours_keys": False, "can_be_asked": False}


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    """Two replicas, and a BOSS that is asked again only after half an hour: what happens sooner was asked for."""
    tools = make_settings, start_service, make_client
    pauses = {"first_wait_seconds": 1800, "longest_wait_seconds": 1800}
    pauses |= {"lease_seconds": 20, "absent_after_seconds": 600}
    with opened(tools, tmp_path_factory.mktemp("counter"), RefundService, RefundService, **pauses) as counter:
        yield counter


def doubted(counter: Counter, side: str, **changes: Any) -> str:
    """The id of a refund whose answer was lost before or after BOSS made the entry."""
    counter.boss.behave(fail=side, times=1)
    refund_id = counter.approved(**changes)
    counter.settles(refund_id, "unknown")
    return refund_id


def listed(counter: Counter, **filters: Any) -> dict[str, Any]:
    return {each["refund_id"]: each for each in counter.finance.unknown(filters)["items"]}


def test_F24_what_is_unknown_is_listed_oldest_first_with_age_and_owner(counter: Counter) -> None:
    first, second = doubted(counter, "before"), doubted(counter, "after")
    counter.clock.advance(timedelta(minutes=20))
    found = listed(counter)
    assert [each for each in found if each in (first, second)] == [first, second]
    shown = found[first]
    assert (shown["why"], shown["waits_for"], shown["settled_by"], shown["amount_fen"]) == (
        "http_500",
        "boss",
        "boss",
        990,
    )
    assert 1200 <= shown["age_s"] < 1300
    assert shown["owner"] == {"duty": "finance", "phone": "13800009008"}
    page = counter.finance.unknown({"limit": 1})
    following = counter.finance.unknown({"limit": 1, "after": page["after"]})
    assert page["items"][0]["refund_id"] != following["items"][0]["refund_id"]
    assert counter.operator.pulse()["unknown"]["count"] >= 2
    with refused("Forbidden"):
        counter.agent.unknown({})


def test_PR4_another_branch_sees_nothing_of_it(counter: Counter) -> None:
    refund_id = doubted(counter, "before")
    assert refund_id in {each["refund_id"] for each in counter.branch.unknown({})["items"]}
    assert refund_id not in {each["refund_id"] for each in counter.strange_manager.unknown({})["items"]}


def test_F24_asked_by_hand_boss_is_asked_at_once_nothing_is_sent_and_absence_is_not_proved(counter: Counter) -> None:
    numbers = [new_number(), new_number()]
    absent, there = doubted(counter, "before", msisdn=numbers[0]), doubted(counter, "after", msisdn=numbers[1])
    asked = command(reason="客户来电")
    first = counter.operator.ask(there, asked)
    assert counter.settles(there, "paid")
    assert counter.operator.ask(there, asked) == first
    counter.finance.ask(absent, command(reason="客户来电"))
    soon(lambda: counter.finance.get(absent)["doubt"]["wanted"] is None)
    assert (counter.status(absent), counter.boss.entries(numbers[0])) == ("unknown", {})
    with refused("Forbidden"):
        counter.agent.ask(absent, command(reason="客户来电"))
    with refused("RuleRefused", "RF1") as refusal:
        counter.finance.settle(absent, command(outcome="not_paid", evidence=["BOSS流水"]))
    told = datetime.fromisoformat(listed(counter)[absent]["not_paid_from"])
    assert abs(datetime.fromisoformat(refusal.details["not_before"]) - told) < timedelta(seconds=1)
    assert counter.status(absent) == "unknown"


def test_F20_a_doubt_that_lasts_is_told_to_one_duty_after_the_other_whatever_number_of_replicas_looks(
    counter: Counter,
) -> None:
    refund_id = doubted(counter, "after")

    def risen() -> list[str]:
        return [each["to"] for each in counter.finance.get(refund_id)["doubt"]["risen"]]

    counter.clock.advance(timedelta(minutes=31))
    soon(lambda: risen() == ["finance"])
    counter.clock.advance(timedelta(hours=24))
    soon(lambda: risen() == ["finance", "branch", "province"])
    assert listed(counter)[refund_id]["owner"] == {"duty": "province", "phone": "13800009001"}
    document = counter.database["refunds"].find_one({"_id": refund_id})
    assert document
    assert sum("refund_doubt_rose" in entry["entry"] for entry in document["history"]) == 3
    counter.finance.settle(refund_id, command(outcome="paid", evidence=["BOSS流水"]))
    assert refund_id not in listed(counter)


def test_F24_a_boss_that_is_gone_is_left_alone_and_what_is_approved_stays_approved(counter: Counter) -> None:
    counter.boss.behave()
    before = len(counter.boss.journal())
    counter.boss.kill()
    made = [counter.approved() for _ in range(30)]
    soon(lambda: counter.operator.pulse()["boss"] == "left alone")
    soon(lambda: len([each for each in made if counter.status(each) == "unknown"]) >= 5)
    assert counter.finance.unknown({})["slow"] == {"count": 0, "since": None, "age_s": None}
    counter.clock.advance(timedelta(minutes=61))

    def slow() -> dict[str, Any]:
        return dict(counter.finance.unknown({})["slow"])

    soon(lambda: slow()["count"] == len([each for each in made if counter.status(each) == "approved"]) > 0)
    assert counter.operator.pulse()["slow"]["count"] == slow()["count"]
    assert 3660 <= slow()["age_s"] < 3900
    assert counter.strange_manager.unknown({})["slow"]["count"] == 0, "PR4"
    waiting = [each for each in made if counter.status(each) == "approved"]
    assert len(waiting) >= 10, "two replicas try five or a few more each, then no more"
    counter.boss.start()
    soon(lambda: all(counter.status(each) == "paid" for each in waiting), within=60)
    for each in made:
        if counter.status(each) == "unknown":
            counter.finance.ask(each, command(reason="BOSS恢复"))
    keys = [line["key"] for line in counter.boss.journal()[before:]]
    assert len(keys) == len(set(keys)) >= len(waiting)


def test_F24_where_boss_cannot_be_asked_it_says_who_settles_it(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tools = make_settings, start_service, make_client
    with opened(tools, tmp_path_factory.mktemp("counter"), RefundService, **NEITHER) as counter:
        counter.boss.behave(**NEITHER, silent="after", times=1)
        refund_id = counter.approved()
        counter.waits_for_person(refund_id)
        assert listed(counter, waits_for="person")[refund_id]["settled_by"] == "person"
        with refused("Conflict") as refusal:
            counter.operator.ask(refund_id, command(reason="客户来电"))
        assert refusal.details["needs"]["method"] == "refund.settle"
