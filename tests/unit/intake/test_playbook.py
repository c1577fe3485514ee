"""The playbook: advice, knowledge, words (PB1 to PB6)."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import commands as c
from services.intake.advising import advice_shown
from services.intake.answering import reply
from services.intake.errors import WordsHeldBack, WrongField
from services.intake.history import ComplaintJudged
from services.intake.playbook import Playbook
from services.intake.playbook_schema import PLAYBOOK
from services.intake.vocabulary import CustomerKind
from shared.policies import PolicyFaults, parse
from shared.settings import PROJECT
from tests.unit.intake.makers import after, complaint, on, rules

TEXT = (PROJECT / "policies" / "playbook.yml").read_text(encoding="utf-8")
WORDS = [word for avoided in rules().playbook.avoid for word in avoided.words]


def playbook() -> Playbook:
    return rules().playbook


def a_reply(content: str, **more: object) -> c.Reply:
    return c.Reply("核对话单", content, "satisfied", **more)  # type: ignore[arg-type]


def kinds(text: str, judged: bool = False) -> set[str]:
    return {hit.kind for hit in playbook().hits(text, judged)}


@pytest.mark.parametrize("kind", get_args(CustomerKind))
def test_PB1_there_is_advice_for_each_of_the_six_kinds_of_customers(kind: CustomerKind) -> None:
    advice = advice_shown(playbook(), {"customer_kind": kind})

    assert advice["customer"]["steps"]
    assert len(advice["customer_kinds"]) == 6


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("emotional", "致歉"), ("emotional", "听完"), ("emotional", "矛盾扩大"),
        ("stubborn", "肯定"), ("stubborn", "一起想办法"),
        ("stubborn", "补偿"), ("unreasonable", "冷静"), ("unreasonable", "规定"),
        ("unreasonable", "裁决"), ("violent", "保安"),
        ("violent", "值班经理"), ("violent", "补偿"), ("prepared", "赞赏"),
        ("prepared", "不轻易承诺"), ("prepared", "仲裁"),
        ("publicity", "会客室"), ("publicity", "补偿"), ("publicity", "负责人出面"), ("publicity", "仲裁"),
    ],
)  # fmt: skip
def test_PB1_the_advice_has_the_steps_of_the_manual(kind: CustomerKind, words: str) -> None:
    assert words in "".join(playbook().customers[kind].steps)


def test_PB2_advice_carries_words_to_avoid_and_words_to_use() -> None:
    advice = advice_shown(playbook(), {})

    assert advice["avoid"]
    assert advice["use"]
    assert all(each["instead"] for each in advice["avoid"])


@pytest.mark.parametrize("word", WORDS)
def test_PB2_every_word_to_avoid_is_found_with_its_place_and_something_better(word: str) -> None:
    (hit, *_) = playbook().hits(f"您好，{word}，谢谢")

    assert hit.begin == 3
    assert hit.instead


def test_PB2_a_reply_tells_the_words_it_had_better_avoid() -> None:
    (event,) = reply(complaint(), a_reply("这件事没办法，也办不到"), on())

    assert event.word_hits == ("没办法", "办不到")
    assert after(complaint(), event).word_hits == ("没办法", "办不到")


def test_PB2_a_reply_with_words_that_hurt_is_not_sent_before_its_sender_has_seen_them() -> None:
    with pytest.raises(WordsHeldBack) as refused:
        reply(complaint(), a_reply("你爱投诉就投诉"), on())

    assert refused.value.rule == "PB2"
    assert refused.value.details["hits"][0]["word"] == "你爱投诉就投诉"
    assert reply(complaint(), a_reply("你爱投诉就投诉", words_seen=True), on())


def test_PB2_spaces_within_a_word_hide_it_from_nobody() -> None:
    (hit,) = playbook().hits("这个不 行，谢谢")

    assert (hit.kind, hit.word, hit.begin, hit.end) == ("plain_no", "不 行", 2, 5)
    with pytest.raises(WordsHeldBack):
        reply(complaint(), a_reply("你 去\n投诉吧"), on())


def test_PB2_what_was_done_is_checked_like_the_answer_since_the_written_reply_tells_it_too() -> None:
    with pytest.raises(WordsHeldBack):
        reply(complaint(), replace(a_reply("已更正"), process="告知客户你去投诉吧"), on())
    (event,) = reply(complaint(), replace(a_reply("这件事没办法"), process="不归我管"), on())

    assert event.word_hits == ("没办法", "不归我管")


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        ("03.01.03", "专项统计"), ("03.01.02", "有效期"), ("01.01.05", "黑名单"),
        ("01.03.01", "短信中心号码"), ("01.01.02", "不双倍"),
        ("02.01.07", "停机记录"), ("04.01.03", "边界漫游"), ("04.01.06", "故障单"),
        ("02.01.04", "三个工作日"), ("05.05.04", "RF8"),
        ("06.01.01", "彩铃"), ("05.01.01", "二次确认"), ("05.01.02", "0000"),
        ("01.04.01", "型号"), ("04.01.04", "区号"),
        ("08.99.01", "专人"), ("03.02.02", "一卡多号"),
    ],
)  # fmt: skip
def test_PB3_a_leaf_has_its_knowledge_cause_checks_steps_and_wording(leaf: str, words: str) -> None:
    known = advice_shown(playbook(), {"category": leaf})["knowledge"]

    assert known[0]["leaf"] == leaf
    for entry in known:
        assert entry["cause"]
        assert entry["steps"]
        assert entry["wording"]
    assert words in str(known)


def test_PB3_what_fits_every_leaf_comes_last() -> None:
    assert [entry["leaf"] for entry in advice_shown(playbook(), {"category": "01.01.03"})["knowledge"]] == ["any"]


def test_PB4_scenes_without_a_leaf_have_their_steps() -> None:
    advice = advice_shown(playbook(), {"scene": "excessive_demand"})

    assert "不讨价还价。" in advice["scene"]["steps"]
    assert {"feeling_led", "disputed_conclusion", "agitated", "complains_often", "rights_minded", "pressure"} <= set(
        advice["scenes"]
    )


def test_PB4_ES10_the_scene_of_a_disturbance_has_its_warning() -> None:
    scene = advice_shown(playbook(), {"scene": "disturbance"})["scene"]

    assert "公安机关" in scene["warning"]


def test_PB4_a_scene_that_is_not_there_is_nothing() -> None:
    assert advice_shown(playbook(), {"scene": "moon"})["scene"] is None


def test_PB5_a_reply_keeps_which_wording_it_used_in_which_version() -> None:
    entry = playbook().entries["paid_in_too_much"]

    (event,) = reply(complaint(), a_reply(entry.wording, knowledge=entry.id), on())

    assert (event.knowledge.entry, event.knowledge.version) == (entry.id, entry.version)


def test_PB5_knowledge_that_is_not_in_the_playbook_is_named() -> None:
    with pytest.raises(WrongField) as refused:
        reply(complaint(), a_reply("已处理", knowledge="moonshine"), on())

    assert "knowledge" in refused.value.details


@given(st.sampled_from(sorted(rules().playbook.entries)), st.text(min_size=1, max_size=5))
def test_PB5_whoever_changes_a_wording_makes_a_new_version(entry_id: str, more: str) -> None:
    entry = playbook().entries[entry_id]
    changed = type(entry)(**vars(entry) | {"wording": entry.wording + more})

    assert changed.version != entry.version


def test_PB6_no_fault_is_admitted_before_the_facts_are_judged() -> None:
    assert kinds("对不起，是我们的错") == {"admission"}


def test_PB6_once_judged_a_fault_may_be_admitted() -> None:
    judged = complaint(ComplaintJudged("计费中心", "serious"))

    (event,) = reply(judged, a_reply("经核实是公司的责任"), on())

    assert event.word_hits == ()
    assert kinds("是公司的责任", judged=True) == set()


def test_PB6_blame_of_other_departments_and_a_plain_no_are_found_judged_or_not() -> None:
    for judged in (False, True):
        assert kinds("那是技术部门的问题，我们不行", judged) == {"blame", "plain_no"}


@given(st.text())
def test_PB2_the_word_check_takes_any_text_and_finds_what_stands_there(text: str) -> None:
    for hit in playbook().hits(text):
        assert text[hit.begin : hit.end] == hit.word


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("  violent:\n", "  violently:\n", "customers"),
        ("held_back: [rude]", "held_back: [loud]", "held_back.0"),
        ("  - id: swapped_cards", "  - id: recharge_code_refused", "used twice: recharge_code_refused"),
        ("    wording: 您好，请发送0000", "    wordings: 您好，请发送0000", "wording"),
    ],
)
def test_a_faulty_playbook_never_gets_into_force(was: str, now: str, fault: str) -> None:
    assert was in TEXT
    with pytest.raises(PolicyFaults, match=r"playbook\.yml") as found:
        parse(PLAYBOOK, TEXT.replace(was, now, 1))
    assert fault in str(found.value)
