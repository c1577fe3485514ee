"""Who signs, who sees what, what is no request: refund's doors from outside."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import pytest
from nameko.standalone.rpc import ClusterRpcProxy

from services.refund.service import RefundService
from services.refund.store import Refunds
from shared.clock import BusinessClock
from tests.integration.amqp_hands import Hands
from tests.integration.refund_counter import (
    Counter,
    at_once,
    claim,
    command,
    new_number,
    opened,
    refused,
    soon,
)


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    tools = make_settings, start_service, make_client
    with opened(tools, tmp_path_factory.mktemp("counter"), RefundService) as counter:
        yield counter


def test_F25_RF12_an_approver_who_clicks_twice_has_signed_once(counter: Counter) -> None:
    refund_id = counter.requested(principal_fen=5000)
    click = command(comment="同意")
    first = counter.duty_manager.approve(refund_id, click)
    assert counter.duty_manager.approve(refund_id, click) == first
    with refused("Forbidden", "RF12"):
        counter.duty_manager.approve(refund_id, command())
    assert len(counter.agent.get(refund_id)["approvals"]) == 1


def test_F25_RF12_clicks_of_one_person_at_once_are_one_signature(counter: Counter) -> None:
    refund_id = counter.requested(principal_fen=5000)
    callers = counter.crowd(4, role="branch", sub="B1001")
    answers = at_once([lambda caller=caller: caller.approve(refund_id, command()) for caller in callers])
    assert sorted(answer.get("rule") or answer["status"] for answer in answers) == ["RF12", "RF12", "RF12", "approving"]


def test_F25_RF12_the_requester_never_approves_and_the_try_is_on_record_once(counter: Counter) -> None:
    refund_id = counter.duty_manager.request(claim())["refund_id"]
    for again in (command(), command()):
        with refused("RuleRefused", "RF12"):
            counter.duty_manager.approve(refund_id, again)
    with refused("RuleRefused", "RF12"):
        counter.duty_manager.approve(refund_id, again)
    shown = counter.duty_manager.get(refund_id)
    assert (shown["approvals"], shown["self_approvals_refused"]) == ([], ["M1001"])
    document = counter.database["refunds"].find_one({"_id": refund_id})
    assert document
    assert [entry["entry"].count("refund_self_approval_refused") for entry in document["history"]] == [0, 1]


def test_F25_RF12_two_approvers_at_once_sign_one_step_each_and_none_twice(counter: Counter) -> None:
    refund_id = counter.requested(principal_fen=5000)
    callers = [*counter.crowd(3, role="duty_manager"), *counter.crowd(3, role="branch")]
    at_once([lambda caller=caller: caller.approve(refund_id, command()) for caller in callers])
    refund = counter.finance.get(refund_id)
    assert [each["level"] for each in refund["approvals"]] == ["duty_manager", "branch"]
    assert len({each["by"] for each in refund["approvals"]}) == 2
    assert counter.settles(refund_id)["status"] == "paid"
    assert len(counter.boss.entries(counter.boss.journal()[-1]["msisdn"])) == 1


def test_RF12_pieces_of_one_number_count_by_their_sum_whichever_came_first(counter: Counter) -> None:
    number = new_number()
    first = counter.requested(msisdn=number, principal_fen=2000)
    second = counter.agent.request(claim(msisdn=number, service="彩铃", principal_fen=2000))
    assert (second["counted_fen"], second["steps"]) == (4000, ["duty_manager", "branch"])
    assert counter.duty_manager.approve(first, command())["needs"] == {"level": "branch"}


def test_approval_and_withdrawal_at_once_have_one_winner_and_money_follows_it(counter: Counter) -> None:
    (manager,) = counter.crowd(1, "duty_manager")
    for _ in range(10):
        wanted = claim()
        refund_id = counter.agent.request(wanted)["refund_id"]
        withdraw = partial(counter.agent.withdraw, refund_id, command(reason="填错"))
        at_once([partial(manager.approve, refund_id, command()), withdraw])
        ended = counter.settles(refund_id)["status"]
        assert len(counter.boss.entries(wanted["msisdn"])) == {"paid": 1, "withdrawn": 0}[ended]


@pytest.mark.parametrize(
    ("role", "method"),
    [
        *(("agent", method) for method in ("approve", "reject", "settle")),
        ("duty_manager", "settle"),
        *(("finance", method) for method in ("approve", "reject", "withdraw")),
        *(("operator", method) for method in ("approve", "reject", "withdraw", "settle")),
    ],
)
def test_who_may_not_is_told_before_whether_there_is_such_a_refund(counter: Counter, role: str, method: str) -> None:
    with refused("Forbidden"):
        getattr(getattr(counter, role), method)("no-such-refund", command(reason="x"))


def test_another_branches_refund_is_not_there(counter: Counter) -> None:
    refund_id = counter.requested()
    with refused("NotFound"):
        counter.stranger.get(refund_id)
    with refused("NotFound"):
        counter.strange_manager.approve(refund_id, command())
    assert counter.stranger.search({"branch": "SZ"})["items"] == []
    assert counter.province.get(refund_id)["refund_id"] == refund_id


def test_PR1_numbers_are_masked_and_the_operator_sees_no_free_text(counter: Counter) -> None:
    wanted = claim(cause="客户陈先生反映")
    refund_id = counter.agent.request(wanted)["refund_id"]
    assert counter.agent.get(refund_id)["msisdn"] == f"139****{wanted['msisdn'][-4:]}"
    assert counter.agent.get(refund_id)["cause"] == "客户陈先生反映"
    seen = counter.operator.get(refund_id)
    assert seen["status"] == "requested"
    assert not {"msisdn", "cause", "evidence"} & seen.keys()


def test_PR1_number_and_texts_are_nowhere_in_the_database_in_the_clear(counter: Counter) -> None:
    wanted = claim(cause="客户陈先生反映重复扣费")
    refund_id = counter.agent.request(wanted)["refund_id"]
    counter.duty_manager.reject(refund_id, command(reason="客户陈先生已接受解释"))
    stored = str(counter.database["refunds"].find_one({"_id": refund_id}))
    assert "refund_rejected" in stored
    assert wanted["msisdn"] not in stored
    assert "陈先生" not in stored


def test_RF18_the_paid_event_tells_notify_whom_how_much_and_the_month(counter: Counter) -> None:
    wanted = claim()
    refund_id = counter.agent.request(wanted)["refund_id"]
    counter.duty_manager.approve(refund_id, command())
    counter.settles(refund_id)
    told: dict[str, dict[str, Any]] = {}
    with Hands(counter.settings.amqp_uri) as hands:
        while "refund_paid" not in told:
            event = orjson.loads(hands.get("notify.inbox", within=10).body)
            if event["data"]["refund_id"] == refund_id:
                told[event["type"]] = event
    assert list(told) == [f"refund_{word}" for word in ("requested", "step_signed", "approved", "paying", "paid")]
    paid = told["refund_paid"]["data"]
    assert (paid["status"], paid["total_fen"], paid["shows_in"]) == ("paid", 990, "2026-12")
    assert (paid["complaint_id"], paid["branch"], paid["seq"]) == (None, "SZ", told["refund_paid"]["seq"])
    assert paid["lines"] == [{"kind": "principal", "amount_fen": 990, "state": "paid"}]
    assert counter.keys.open_from_suite(paid["customer"]["sealed"]) == {"msisdn": wanted["msisdn"]}
    assert wanted["msisdn"] not in str(told)


def test_a_search_pages_newest_first(counter: Counter) -> None:
    number = new_number()
    made = []
    for month in range(1, 6):
        made.append(counter.requested(msisdn=number, period=f"2026-0{month}", principal_fen=1))
        counter.clock.advance(timedelta(minutes=1))
    pages, more = [], dict[str, str]()
    while not pages or more["after"]:
        page = counter.agent.search({"msisdn": number, "limit": 2} | more)
        pages.append([item["refund_id"] for item in page["items"]])
        more = {"after": page["after"]}
    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]


def test_a_search_finds_by_what_is_known(counter: Counter) -> None:
    number, before = new_number(), BusinessClock(counter.clock.path).now()
    counter.clock.advance(timedelta(minutes=1))
    refund_id = counter.requested(msisdn=number, hall="SZ01")
    counter.clock.advance(timedelta(minutes=1))
    after = BusinessClock(counter.clock.path).now()
    for known in (
        {"status": "requested"},
        {"branch": "SZ", "hall": "SZ01"},
        {"from": before.isoformat(), "to": after.isoformat()},
    ):
        items = counter.finance.search({"msisdn": number} | known)["items"]
        assert [item["refund_id"] for item in items] == [refund_id], known
    for other in ({"status": "paid"}, {"hall": "SZ02"}, {"complaint_id": "c-1"}, {"to": before.isoformat()}):
        assert counter.finance.search({"msisdn": number} | other)["items"] == [], other


BY_SMS = {"kind": "sms", "reference": "上行", "at": "2026-10-03T10:00:00"}
BAD = {
    "fen as text": {"principal_fen": "990"},
    "a fraction of a fen": {"principal_fen": 9.9},
    "nothing to refund": {"principal_fen": 0},
    "truth as money": {"principal_fen": True},
    "a landline": {"msisdn": "075583321234"},
    "a database operator as number": {"msisdn": {"$gt": ""}},
    "a database operator as service": {"service": {"$ne": ""}},
    "an unknown field": {"amount": 1},
    "oversized text": {"cause": "长" * 10_001},
    "no month": {"period": "2026-13"},
    "a month to come": {"period": "2026-12"},
    "an unknown ground": {"ground": "goodwill"},
    "an unknown dispute": {"dispute_type": "mood"},
    "two origins": {"complaint_id": "c-1", "found_by": {"department": "计费稽核", "reference": "JH-0601"}},
    "no origin": {"found_by": None},
    "no request id": {"request_id": None},
    "a long request id": {"request_id": "x" * 65},
    "a confirmation without a time zone": {"confirmation": BY_SMS},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_a_bad_request_names_its_field(counter: Counter, changes: dict[str, Any]) -> None:
    with refused("InvalidRequest") as refusal:
        counter.agent.request(claim(**changes))
    assert refusal.details.keys() & {*changes, "complaint_id"}


@pytest.mark.parametrize("refund_id", [{"$ne": None}, None, 1, ["a"], "", "x" * 65])
def test_an_id_is_a_text(counter: Counter, refund_id: Any) -> None:
    with refused("InvalidRequest"):
        counter.agent.get(refund_id)


@pytest.mark.parametrize("request_", [None, [], "request", 1])
def test_a_request_is_an_object(counter: Counter, request_: Any) -> None:
    with refused("InvalidRequest"):
        counter.agent.request(request_)


def test_a_forged_token_is_nobodys(counter: Counter) -> None:
    config = {"AMQP_URI": counter.settings.amqp_uri, "serializer": "json"}
    forged = ClusterRpcProxy(config, context_data={"auth_token": "a.b.c"}, timeout=10)
    with forged as nobody, refused("Unauthenticated"):
        nobody.refund.request(claim())


class Nowhere:
    """Takes no events."""

    def send(self, *_: Any) -> None: ...


def test_history_alone_gives_the_state(counter: Counter) -> None:
    refund_id = counter.approved("duty_manager", "branch", principal_fen=5000, ground="double_refund")
    counter.settles(refund_id)
    store = Refunds(counter.database, counter.keys, BusinessClock(), Nowhere())
    assert store.recompute(refund_id) == store.get(refund_id).state


def test_a_pulse_tells_what_still_waits(counter: Counter) -> None:
    counter.settles(counter.approved())
    soon(lambda: counter.operator.pulse()["outbox"] == 0)
    pulse = counter.operator.pulse()
    assert (pulse["service"], pulse["waking"], pulse["due"]) == ("refund", 0, 0)
    assert pulse["at"].startswith("2026-11-23T")
