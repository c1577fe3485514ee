"""What a message's first events say: consent, opt-out, approval, content, the care cap (NT1, NT4, NT5, NT7, NT9)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import history as h
from services.notify.content import objection
from services.notify.errors import ApprovalMissing, ConsentInTheFuture, ConsentMissing, ContentForbidden
from services.notify.expanding import Draft
from services.notify.history import Consent
from services.notify.model import MESSAGES
from services.notify.shown import whole
from services.notify.writing import CARE_USED_UP, Order, Writing
from shared.aggregate import Actor, Stamp
from shared.graver import Graver
from shared.requests import Request
from tests.unit.notify.makers import CUSTOMER, SERIAL, policy, shanghai, templates

NOW = shanghai("2026-11-23 09:00")
CONSENT = Consent("sms", "MO-1", shanghai("2026-11-01 12:00"))
REQUEST = Request("r1", "digest", "r1")
PROMOTION = {"content": "流量包八折"}


def first(template: str, values: dict[str, Any], opted_out_at: datetime | None = None, **order: Any) -> list[Any]:
    """All variants of a message's first events."""
    draft = Draft(template, "", CUSTOMER, values, acted_at=NOW, before=NOW + timedelta(hours=1))
    writing = Writing(Order("m1", draft, "send", **order), opted_out_at, policy(), templates())
    return list(writing.variants(NOW, NOW))


def written(template: str, values: dict[str, Any], **order: Any) -> tuple[h.MessageWritten, Any]:
    message, decided = first(template, values, **order)[0]
    return message, decided


def test_NT4_NT7_the_consent_is_kept_with_the_message() -> None:
    message, decided = written("promotion", PROMOTION, consent=CONSENT)

    assert message.consent == CONSENT
    assert isinstance(decided, h.MessageQueued)


@pytest.mark.parametrize("channel", ["written", "sms", "web", "wap"])
def test_NT4_consent_counts_by_every_channel_that_leaves_evidence(channel: str) -> None:
    assert written("promotion", PROMOTION, consent=Consent(channel, "A-1", NOW))


def test_NT4_oral_consent_and_no_consent_are_refused() -> None:
    for consent in (None, Consent("oral", "said so", CONSENT.at)):
        with pytest.raises(ConsentMissing):
            written("promotion", PROMOTION, consent=consent)


@pytest.mark.parametrize(
    ("template", "values"), [("promotion", PROMOTION), ("receipt", {"serial_no": SERIAL, "limit": NOW})]
)
def test_NT4_consent_dated_in_the_future_is_refused_whatever_is_sent(template: str, values: dict[str, Any]) -> None:
    ahead = Consent("sms", "MO-1", NOW + timedelta(milliseconds=1))

    with pytest.raises(ConsentInTheFuture) as refused:
        written(template, values, consent=ahead)

    assert refused.value.rule == "NT4"


OPTED_OUT = shanghai("2026-11-10 12:00")


def test_NT4_an_opt_out_suppresses_what_an_older_consent_allowed_and_says_why() -> None:
    message, decided = written("promotion", PROMOTION, consent=CONSENT, opted_out_at=OPTED_OUT)

    assert decided == h.MessageSuppressed("NT4 the customer has opted out of commercial messages on 2026-11-10")
    assert (message.text, message.consent) == ("【中国移动】流量包八折 拒收请回复R", CONSENT)


def test_NT4_a_consent_newer_than_the_opt_out_counts_again() -> None:
    newer = Consent("written", "HT-2", OPTED_OUT + timedelta(seconds=1))

    assert isinstance(written("promotion", PROMOTION, consent=newer, opted_out_at=OPTED_OUT)[1], h.MessageQueued)


@given(st.timedeltas(timedelta(days=-30), timedelta(days=10)))
def test_NT4_the_later_of_consent_and_opt_out_decides(apart: timedelta) -> None:
    consent = Consent("sms", "MO-1", OPTED_OUT + apart)
    _, decided = written("promotion", PROMOTION, consent=consent, opted_out_at=OPTED_OUT)

    assert isinstance(decided, h.MessageQueued) == (consent.at > OPTED_OUT)


def test_NT4_an_opt_out_stops_only_what_the_policy_says() -> None:
    receipt = {"serial_no": SERIAL, "limit": NOW.isoformat()}
    for template, values in (("receipt", receipt), ("care", {"serial_no": SERIAL})):
        assert isinstance(written(template, values, opted_out_at=OPTED_OUT)[1], h.MessageQueued)


@pytest.mark.parametrize("template", ["public_notice", "emergency_notice"])
def test_NT9_the_approvals_reference_is_kept_and_without_one_nothing_is_written(template: str) -> None:
    assert written(template, {"content": "网络割接"}, approval="SP-2026-11")[0].approval == "SP-2026-11"
    with pytest.raises(ApprovalMissing):
        written(template, {"content": "网络割接"})


def test_NT1_over_the_cap_a_care_message_is_recorded_as_suppressed_with_its_reason() -> None:
    *placed, (message, decided) = first("care", {"serial_no": SERIAL})

    assert [each.care_slot for each, _ in placed] == ["2026-11:1"]
    assert (message.care_slot, decided) == (None, h.MessageSuppressed(CARE_USED_UP))


def test_NT7_the_record_holds_class_template_cause_and_what_decides_when_it_leaves() -> None:
    message, _ = written("receipt", {"serial_no": SERIAL, "limit": NOW.isoformat()})

    kept = (message.template, message.message_class, message.cause, message.acted_at, message.before, message.parts)
    assert kept == ("receipt", "transactional", "send", NOW, NOW + timedelta(hours=1), 2)


# --- NT5 ---


@pytest.mark.parametrize(
    "text",
    [
        *("六合彩内部资料", "六 合-彩", "详见http://evil.example/x", "点击 bit.ly.com/abc"),
        *("www.10086.cn.evil.top", "Ｗww.evil.com", "https://evil10086.cn/"),
    ],
)
def test_NT5_forbidden_words_and_foreign_links_are_found(text: str) -> None:
    assert objection(templates()["promotion"], {"content": text}, policy().content)


@pytest.mark.parametrize(
    "text",
    [
        *("请登录www.10086.cn查询", "https://gd.10086.cn/fee?a=1", "套餐128元.请查收"),
        *("色情短信端口已关闭", "版本1.2.3", "邮箱a@b.com"),
    ],
)
def test_NT5_the_companys_own_pages_and_plain_words_may_be_sent(text: str) -> None:
    assert objection(templates()["promotion"], {"content": text}, policy().content) is None


def test_NT5_who_asks_for_forbidden_content_is_refused_and_not_quoted() -> None:
    with pytest.raises(ContentForbidden) as refused:
        written("public_notice", {"content": "六合彩"}, approval="A-1", request=REQUEST)

    assert (refused.value.rule, refused.value.details["field"]) == ("NT5", "content")
    assert "六合彩" not in str(refused.value.on_the_wire())


def test_NT5_what_an_event_brings_is_recorded_as_suppressed_so_that_somebody_calls() -> None:
    message, decided = written("reply", {"serial_no": SERIAL, "content": "见 http://evil.example"})

    assert decided == h.MessageSuppressed("NT5 content: it holds a link to somewhere else")
    assert message.text


def test_NT5_codes_times_and_money_are_no_free_text() -> None:
    values = {"serial_no": "evil.com", "limit": NOW.isoformat()}

    assert objection(templates()["receipt"], values, policy().content) is None


# --- NT6, NT7, NT8, NT9 ---


@pytest.mark.parametrize("text", ["割接期间优惠办理", "国庆 特-价", "回复参加抽奖", "拒收请回复R"])
@pytest.mark.parametrize("template", ["public_notice", "emergency_notice"])
def test_NT9_a_public_or_emergency_message_is_no_cloak_for_advertising(template: str, text: str) -> None:
    with pytest.raises(ContentForbidden, match="no cloak for advertising"):
        written(template, {"content": text}, approval="SP-2026-11", request=REQUEST)


def test_NT9_a_plain_notice_and_an_open_promotion_are_sent() -> None:
    assert written("public_notice", {"content": "今晚网络割接"}, approval="SP-2026-11", request=REQUEST)
    assert written("promotion", {"content": "流量包优惠"}, consent=CONSENT, request=REQUEST)


@pytest.mark.parametrize("name", sorted(templates().templates))
def test_NT6_every_text_begins_with_the_signature_and_holds_no_other(name: str) -> None:
    text = templates().signature + templates()[name].text

    assert text.startswith("【中国移动】")
    assert text.count("【") == text.count("】") == 1


def test_NT8_a_fee_reminder_is_a_necessary_notice_and_so_care() -> None:
    values = {"service": "彩铃", "fee": 500, "month": "2026-12"}
    message, _ = written("fee_reminder", values)

    assert (message.message_class, message.care_slot) == ("care", "2026-11:1")
    assert "彩铃将在2026年12月产生费用5.00元" in message.text


def of_record(by: Actor, **order: Any) -> dict[str, Any]:
    """What `get` shows of a written message."""
    state = None
    for n, event in enumerate(written("promotion", PROMOTION, **order), 1):
        state = MESSAGES.apply(state, event, Stamp(n, NOW, by))
    assert state is not None
    return whole(state, by, Graver())


def test_NT7_NT4_the_record_shows_what_a_message_rests_on() -> None:
    record = of_record(Actor("P1001", "province"), consent=CONSENT)

    assert record["consent"] == {"channel": "sms", "reference": "MO-1", "at": CONSENT.at}
    assert (record["cause"], record["class"], record["template"]) == ("send", "commercial", "promotion")
    assert record["text"].startswith("【中国移动】")


def test_NT7_PR1_the_operator_sees_the_record_without_reference_and_text() -> None:
    record = of_record(Actor("O1001", "operator"), consent=CONSENT)

    assert record["consent"] == {"channel": "sms", "at": CONSENT.at}
    assert "text" not in record
