"""What a customer's SMS is (IN26), with the words as shipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.notify_policy import NOTIFY, rules_fit_templates
from services.notify.sorting import Reminder, Sorted, folded, sorted_out
from shared.policies import PolicyFaults, PolicySet, parse
from shared.settings import PROJECT
from tests.unit.notify.makers import policies, policy

REMINDER = Reminder("m1", "彩铃", "2026-12", 500)


def sort(text: str, reminder: Reminder | None = None) -> Sorted:
    return sorted_out(text, reminder, policy().inbound)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        *(("1", 1), ("3", 3), ("5", 5), ("５", 5), ("⑤", 5), ("5️⃣", 5), ("5。", 5), (" 4 ", 4)),
        *(("5分", 5), ("４ 分！", 4), ("打3分", 3), ("三分", 3), ("2星", 2), ("五", 5)),
        *(("满意", 4), ("非常满意", 5), ("很满意😀", 5), ("一般", 3), ("不满意", 2), ("非常不满意！！", 1)),
        *(("我对处理结果不满意", 2), ("我很满意，谢谢", 5), ("不太满意", 2)),
    ],
)
def test_IN26_a_score_is_read_however_it_is_written(text: str, score: int) -> None:
    assert sort(text) == Sorted("satisfaction", score=score)


@pytest.mark.parametrize(
    "text", ["0", "6", "55", "12", "不是很满意", "满意什么", "5分钟后再打来", "我满意不满意都没用", "😀"]
)
def test_IN26_what_only_looks_like_a_score_is_read_by_an_agent(text: str) -> None:
    assert sort(text) == Sorted("other")


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("举报10690001234天天发广告", "10690001234"),
        ("我要举报", None),
        ("收到不良信息", None),
        ("【某商城】大促销，退订回T 1065755501234", "1065755501234"),
        ("１０６９０００１２３４", "10690001234"),
        ("举报13900000209发的短信", None),
    ],
)
def test_IN26_words_of_a_report_or_a_forwarded_port_make_a_bad_message_report(text: str, port: str | None) -> None:
    assert sort(text) == Sorted("bad_message_report", port=port)


@pytest.mark.parametrize("text", ["请回电10086", "我的号码13900000209", "订单号1069", "合同号991069000123"])
def test_IN26_other_numbers_are_no_reported_port(text: str) -> None:
    assert sort(text) == Sorted("other")


@pytest.mark.parametrize("text", ["R", "r", "ＴＤ", "td.", "退订", " 退订 ！", "拒收"])
def test_IN26_NT4_an_opt_out_is_the_whole_text(text: str) -> None:
    assert sort(text) == Sorted("opt_out")


@pytest.mark.parametrize("text", ["退订的业务怎么还在扣费", "TD-LTE信号差"])
def test_IN26_a_sentence_that_holds_such_a_word_is_no_opt_out(text: str) -> None:
    assert sort(text) == Sorted("other")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        *(("QX", "cancel"), ("取消", "cancel"), ("退订", "cancel"), ("TD", "cancel"), ("n", "cancel")),
        *(
            ("请帮我取消这个业务", "cancel"),
            ("BL", "keep"),
            ("保留", "keep"),
            ("不要取消", "keep"),
            ("别取消啊", "keep"),
        ),
        *(("别取消啊", "keep"), ("这是什么业务？", "other"), ("我不要你们打电话", "other"), ("取消" * 20, "other")),
    ],
)
def test_IN16_IN26_an_answer_to_an_open_fee_reminder_says_what_the_customer_wants(text: str, wish: str) -> None:
    assert sort(text, REMINDER) == Sorted("fee_reminder_answer", reminder=REMINDER, wish=wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "satisfaction"), ("举报", "bad_message_report"), ("R", "opt_out")]
)
def test_IN26_what_is_plainly_something_else_does_not_answer_the_reminder(text: str, expected: str) -> None:
    assert sort(text, REMINDER).sort == expected


def test_IN16_only_who_cancels_or_keeps_has_answered_for_good() -> None:
    assert [sort(text, REMINDER).answers for text in ("QX", "BL", "这是什么业务")] == ["m1", "m1", None]


@given(st.text(max_size=30), st.booleans())
def test_IN26_every_text_has_exactly_one_sort_and_only_what_belongs_to_it(text: str, reminded: bool) -> None:
    found = sort(text, REMINDER if reminded else None)

    assert (found.score is not None) == (found.sort == "satisfaction")
    assert (found.wish is not None) == (found.reminder is not None) == (found.sort == "fee_reminder_answer")
    assert found.port is None or found.sort == "bad_message_report"
    assert found.sort != "fee_reminder_answer" or reminded


@given(
    st.sampled_from(["5", "满意", "退订", "R", "取消", "保留"]),
    st.sampled_from([" {} ", "{}。", "{}！！", "({})", "“{}”"]),
)
def test_IN26_spaces_and_punctuation_change_nothing(word: str, around: str) -> None:
    assert sort(around.format(word)) == sort(word)
    assert folded(around.format(word)) == folded(word)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("pattern: '[1-5'", "expected a regular expression"),
        ("pattern: '[1-5]'", "expected a regular expression with 1 group(s) in parentheses"),
        ("stops: [staff]", "Must be one of"),
        ("longest: 0", "Must be greater than or equal to 1"),
        ("cancel: ['!']", "expected a word with letters or digits"),
    ],
)
def test_IN26_a_fault_in_the_words_is_named_with_its_place(written: str, fault: str) -> None:
    name = written.partition(":")[0]
    lines = (PROJECT / "policies/notify.yml").read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if line.strip().startswith(f"{name}:"))
    lines[number] = " " * (len(lines[number]) - len(lines[number].lstrip())) + written

    with pytest.raises(PolicyFaults) as refused:
        parse(NOTIFY, "\n".join(lines))

    assert f"notify.yml:{number + 1}: inbound." in str(refused.value)
    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            "template: fee_reminder",
            "inbound.fee_reminder.template: expected the variables of 'care' to be service: name",
        ),
        ("confirmed: opt_out_confirmed", "inbound.opt_out.confirmed: expected the variables of 'care' to be none"),
    ],
)
def test_IN16_a_reminder_without_service_fee_and_month_never_gets_into_force(place: str, expected: str) -> None:
    text = (PROJECT / "policies/notify.yml").read_text()
    swapped = text.replace(place, f"{place.partition(':')[0]}: care")

    together = PolicySet([parse(NOTIFY, swapped), *(each for each in policies().loaded() if each.policy is not NOTIFY)])

    (found,) = rules_fit_templates(together)

    assert str(found).startswith(f"notify.yml:{text[: text.index(place)].count(chr(10)) + 1}: inbound.")
    assert expected in str(found)
