"""What is printed: the reception sheet's two copies (IN12) and the written reply (RP7)."""

import re
from typing import Any, get_args

import pytest

from services.intake import history as h
from services.intake import vocabulary as v
from services.intake.errors import NoWrittenReply
from services.intake.history import COMPLAINTS
from services.intake.receipts import receipt, written_reply
from services.intake.recharge import RechargeKind
from services.intake.shown import whole_shown, works_on
from shared import paper
from shared.aggregate import Actor, Stamp
from shared.chain import Head
from shared.sealing import KeyRing
from shared.stored import Saved
from tests.unit.intake.makers import AGENT, COLLEAGUE, HOUR, MONDAY, NUMBER, first_events, on, request, rules

KEYS = KeyRing({"m1": bytes(32)}, bytes(32), bytes(32))
BRANCH, OTHER = Actor("B1001", "branch", "SZ"), Actor("E1004", "agent", "SZ")
SERIAL = "261123000000016"


def history(*events: Any, **fields: Any) -> list[tuple[Any, Stamp]]:
    told = {"content": "<b>多扣</b>话费", "demand": "退费", "hall": "SZ-FT", "channel": "hall"} | fields
    whole = [*first_events(request(**told), on()), *events]
    return [(event, Stamp(n, MONDAY + (n - 1) * HOUR, AGENT)) for n, event in enumerate(whole, start=1)]


def copies(entries: list[tuple[Any, Stamp]], by: Actor = AGENT) -> tuple[str, str]:
    known = COMPLAINTS.fold(None, entries)
    assert known is not None
    saved = Saved(known.complaint_id, 1, known, Head(len(entries), ""), KEYS.new_document_key("c0ffee"))
    both = receipt(whole_shown(saved, entries, by, works_on(known, by)), rules())
    return both["customer_copy"], both["hall_copy"]


CONTACT = h.ContactRecorded(MONDAY, "phone", "out", "已说明账单构成", "要求书面答复")
PROMISE = h.PromiseMade("promise-1", "answer", MONDAY + 5 * HOUR, "查明后答复", {"promise": MONDAY + 5 * HOUR})
REPLIED = h.ComplaintReplied("satisfied", "核对了一月话单", "已更正账单并退费")


@pytest.mark.parametrize("number", [0, 1])
def test_IN12_both_copies_tell_the_whole_of_the_record(number: int) -> None:
    sheet = copies(history(CONTACT, PROMISE))[number]
    told = [
        "受理员工号",
        "E1001",
        "深圳分公司 福田营业厅",
        "服务厅现场",
        "退费",
        "&lt;b&gt;多扣&lt;/b&gt;话费",
        "普通客户",
    ]
    told += ["处理时限", "2026-11-25 09:00", "查明后答复", "2026-11-23 14:00", "客户签名", "2026-11-23 09:00"]
    told += [rules().catalogue.leaves["04.01.01"].full_name]
    assert [word for word in told if word not in sheet] == []
    assert "<b>" not in sheet


def test_IN12_the_customers_copy_is_named_and_has_neither_serial_number_nor_contacts() -> None:
    customer, hall = copies(history(CONTACT))
    assert "客户存联" in customer
    assert "服务厅存联" in hall
    for word in (SERIAL, "其他信息", "已说明账单构成", "要求书面答复"):
        assert word in hall
        assert word not in customer


def test_IN12_with_a_dispute_its_cause() -> None:
    assert "争议原因" not in "".join(copies(history(category="01.01.02")))
    customer, hall = copies(history(disputed_amount_fen=1560))
    assert all("15.60元" in sheet and "待核实" in sheet for sheet in (customer, hall))
    judged = h.ComplaintJudged("计费支撑中心", "normal", "转卡减免未迁移")
    assert "转卡减免未迁移" in copies(history(judged))[1]
    ended = h.ComplaintArchived("一月账单重复计费", ("账单",), "核对")
    assert "一月账单重复计费" in copies(history(judged, REPLIED, ended))[0]


def test_IN12_PR1_only_who_works_on_it_gets_name_and_number_on_paper() -> None:
    assert all(NUMBER in sheet and "陈先生" in sheet for sheet in copies(history()))
    for sheet in copies(history(), COLLEAGUE):
        assert NUMBER not in sheet
        assert "陈先生" not in sheet
        assert "139****0001" in sheet


MADE = (REPLIED, h.WrittenReplyMade())


def test_RP7_the_written_reply_is_made_from_the_reply() -> None:
    made = written_reply(history(*MADE), BRANCH, rules())
    assert (made["serial_no"], made["made_by"], made["made_at"]) == (SERIAL, "E1001", "2026-11-23T03:00:00.000+00:00")
    told = ["陈先生", "已更正账单并退费", "核对了一月话单", "深圳分公司", SERIAL, "2026年11月23日", "139****0001"]
    assert [word for word in told if word not in made["html"]] == []
    assert NUMBER not in made["html"]


def test_RP7_it_stays_the_same_paper_whatever_happens_later() -> None:
    first = written_reply(history(*MADE), BRANCH, rules())
    later = (h.ComplaintReopened("asked", "又来电"), h.ComplaintReplied("neutral", "再核对", "另一个答复"))
    assert written_reply(history(*MADE, *later), BRANCH, rules()) == first
    assert "另一个答复" in written_reply(history(*MADE, *later, h.WrittenReplyMade()), BRANCH, rules())["html"]


def test_RP7_without_one_there_is_none_to_have() -> None:
    with pytest.raises(NoWrittenReply):
        written_reply(history(REPLIED), BRANCH, rules())


def test_RP7_PR1_a_colleague_reads_it_without_the_name() -> None:
    assert "陈先生" not in written_reply(history(*MADE), OTHER, rules())["html"]


def test_papers_have_a_word_for_every_word_of_the_record() -> None:
    words = paper._environment().get_template("intake/words.html").module
    lists = {"ticket_type": v.TicketType, "channel": v.Channel, "brand": v.Brand, "complainant": v.Complainant}
    lists |= {"status": v.Status, "means": v.Means, "direction": v.Direction, "promise": v.PromiseKind}
    for name, closed in (lists | {"fault": RechargeKind}).items():
        shown = getattr(words, name)
        assert shown.keys() == set(get_args(closed))
        assert all(re.search("[\u4e00-\u9fff]", word) for word in shown.values())
