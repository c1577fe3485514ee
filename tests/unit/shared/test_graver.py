"""Graver data in free text is found by its own checks, hidden from those who do not need it, and some never stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.graver import Graver, taken_out
from shared.graver_patterns import CHECK_DIGITS, WEIGHTS, Pattern, is_bank_card, is_identity_card
from shared.policies import load
from shared.policies.privacy import PRIVACY
from shared.settings import PROJECT

CARD = "110101199003077758"
BANK = "6222021234567894"
SHIPPED: Graver = load(PROJECT / "policies", [PRIVACY])["privacy"].graver

FOUND = [
    (f"身份证{CARD}", "identity_card"),
    ("身份证110101 19900307 7758,请核对", "identity_card"),
    ("证件110101199003077758", "identity_card"),
    ("身份证号码:110101900307775", "identity_card"),
    ("服务密码是123456", "service_password"),
    ("我的密码:12345678,请改", "service_password"),
    ("654321是我的服务密码", "service_password"),
    ("password=hello99", "service_password"),
    ("退到卡6222 0212 3456 7894", "bank_card"),
    ("也可打13900001111找我妻子", "mobile"),
    ("联系+86 139-0000-1111", "mobile"),
    ("11-01 10:22 主叫 95588 35秒 0.20元\n11-01 10:40 被叫 10010 5秒 0元", "itemised_list"),
    ("当时在22.54321,114.05790附近", "location"),
    ("基站编号 LAC 2483 无信号", "location"),
]
NOT_FOUND = [
    *(
        "流水号261123000000016",
        "密码错误,打不开",
        "密码123456789",
        f"{CARD[:-1]}9",
        "6222021234567890",
        "2026-11-23 10:22到账",
    ),
    *("话费多扣15.60元", "一" * 2000, "", "12345678901234567890123"),
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_PR6_graver_data_is_found_counted_and_hidden(text: str, kind: str) -> None:
    hidden = SHIPPED.masked(text)

    assert SHIPPED.counted(text + "。") == {kind: 1}
    assert hidden != text
    assert SHIPPED.counted(hidden + "。") == {}


@pytest.mark.parametrize("text", NOT_FOUND)
def test_PR6_what_only_looks_like_it_stays_readable(text: str) -> None:
    assert SHIPPED.counted(text + "。") == {}
    assert SHIPPED.masked(text) == text
    assert taken_out(text) == text


def test_PR6_counts_name_kinds_and_never_the_data() -> None:
    counts = SHIPPED.counted({"content": f"密码123456,证件{CARD},卡{BANK},打13900001111或13900002222"})

    assert counts == {"bank_card": 1, "identity_card": 1, "mobile": 2, "service_password": 1}


def test_PR6_the_customers_own_number_is_no_other_number() -> None:
    assert Graver().counted({"msisdn": "13900001111", "content": "回拨13900001111"}) == {}
    assert Graver().counted("回拨13900001111", beside=lambda: {"customer": {"msisdn": "13900001111"}}) == {}


def test_PR6_an_operator_adds_patterns_of_its_own() -> None:
    own = Graver((Pattern("contract", re.compile(r"HT-\d{4}")),))

    assert own.masked({"content": ["合同HT-2026"]}) == {"content": ["合同***"]}
    assert own.counted("合同HT-2026") == {"contract": 1}


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        (f"证件{CARD}有误", "证件〔证件号****7758〕有误"),
        ("证件11010119900307775", "证件11010119900307775"),
        ("密码123456不对", "密码〔密码已删除〕不对"),
        ("全角密码:123456", "全角密码:〔密码已删除〕"),
        (f"卡{BANK}", f"卡{BANK}"),
    ],
)
def test_PR1_identity_numbers_and_passwords_become_marks_before_they_are_stored(said: str, stored: str) -> None:
    assert taken_out({"content": [said]}) == {"content": [stored]}


def test_PR1_marks_are_left_as_they_are_and_still_counted() -> None:
    stored = taken_out(f"证件{CARD},密码123456")

    assert taken_out(stored) == stored
    assert Graver().counted(stored) == {"identity_card": 1, "service_password": 1}


@given(st.from_regex(r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}", fullmatch=True))
def test_PR1_every_identity_number_with_its_check_digit_is_taken_out(number: str) -> None:
    number = "".join(digit for digit in number if digit in "0123456789")
    if len(number) != 17:
        return
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=True))
    whole = number + CHECK_DIGITS[total % 11]

    assert is_identity_card(whole)
    assert whole not in str(taken_out(f"客户证件{whole}。"))
    wrong = next(each for each in CHECK_DIGITS if each != whole[-1])
    assert not is_identity_card(number + wrong)


@given(st.integers(10**14, 10**15 - 1))
def test_PR6_of_ten_last_digits_one_makes_a_bank_card(first: int) -> None:
    assert sum(is_bank_card(f"{first}{digit}") for digit in range(10)) == 1
