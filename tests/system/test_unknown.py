"""What nobody knows, of money and of messages: listed with owner, asked for by hand, settled by a person."""

import json
from typing import Any

import pytest
import requests

from suite.play.callers import Refused
from suite.running import Suite
from tests.system.hands import AGENT, FINANCE, MANAGER, OPERATOR, PROVINCE, clock_now, eventually, numbers, tousu


def behaves(suite: Suite, simulator: str, **modes: Any) -> None:
    port = json.loads(suite.folder.ready(simulator).read_text())["control_port"]
    requests.post(f"http://127.0.0.1:{port}/modes", json=modes, timeout=10).raise_for_status()


def test_F24_money_of_which_boss_gave_no_answer_is_listed_asked_for_and_settled(
    suite: Suite, say: Any, ask: Any, complaint: Any
) -> None:
    msisdn = str(next(numbers))
    mine = complaint(customer={"msisdn": msisdn, "brand": "ordinary"})
    behaves(suite, "boss", fail="after", times=1, can_be_asked=False)
    bill = {"complaint_id": mine["complaint_id"], "msisdn": msisdn, "period": "2026-10", "branch": "SZ"}
    refund_id = say(AGENT, "refund.waive_late_fee", **bill, fee_fen=150, cause="缴费延迟到账")["refund_id"]

    def in_doubt() -> dict[str, Any]:
        return {each["refund_id"]: each for each in ask(MANAGER, "refund.unknown", {})["items"]}

    listed = eventually(lambda: in_doubt().get(refund_id))
    assert (listed["why"], listed["amount_fen"], listed["owner"]["duty"]) == ("http_500", 150, "finance")
    assert refund_id in tousu(suite, "unknown")
    say(OPERATOR, "refund.ask", refund_id, reason="客户来电")
    eventually(lambda: ask(FINANCE, "refund.get", refund_id)["doubt"]["wanted"] is None)
    assert ask(FINANCE, "refund.get", refund_id)["status"] == "unknown", "BOSS said nothing"
    settled = say(FINANCE, "refund.settle", refund_id, outcome="paid", evidence=["BOSS流水"])
    assert settled["status"] == "paid"
    assert refund_id not in in_doubt()
    journal = suite.folder.journal("boss").read_text().splitlines()
    assert [json.loads(line)["amount_fen"] for line in journal if msisdn in line] == [150], "asking sends no money"


def test_F23_a_message_without_receipt_is_listed_and_settled_once(
    suite: Suite, say: Any, ask: Any, complaint: Any
) -> None:
    behaves(suite, "smsc", receipts=False)
    complaint_id = complaint()["complaint_id"]

    def receipt_message() -> Any:
        found = ask(PROVINCE, "notify.search", {"complaint_id": complaint_id, "template": "receipt"})["items"]
        return next((each["message_id"] for each in found if each["status"] == "submitted"), None)

    message_id = eventually(receipt_message)
    assert message_id not in [each["message_id"] for each in ask(OPERATOR, "notify.unknown", {})["items"]]
    clock_now(suite, "advance", "11m")
    items = {each["message_id"]: each for each in ask(OPERATOR, "notify.unknown", {})["items"]}
    assert (items[message_id]["why"], items[message_id]["owner"]["duty"]) == ("no_receipt", "operator")
    settled = say(OPERATOR, "notify.settle", message_id, outcome="delivered", evidence=["客户回电"])
    assert settled["status"] == "delivered"
    assert message_id not in tousu(suite, "unknown")
    with pytest.raises(Refused) as refused:
        say(OPERATOR, "notify.settle", message_id, outcome="not_delivered", evidence=["客户回电"])
    assert refused.value.name == "Conflict"
