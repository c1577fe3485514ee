"""How graver personal data is written (PR6), and what is never stored (PR1): patterns, some with checks. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.phone import NotAMobileNumber, parse

NARROW = {ord("\uff10") + n: str(n) for n in range(10)} | {ord("\uff38"): "X", ord("\uff58"): "x"}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
SEPARATORS = str.maketrans("", "", " -")
LETTERS = "0-9A-Za-z"
WORTH_A_LOOK = re.compile(r"\d|密码|(?i:pass|pwd)")  # most texts hold nothing of all this

Check = Callable[[str], bool]


def is_identity_card(text: str) -> bool:
    """Eighteen characters with a day of birth and the check digit of GB 11643; or fifteen digits of the old form."""
    number = text.translate(SEPARATORS).upper()
    if len(number) == 15:
        return number.isdigit() and _is_day(number[8:10], number[10:12])
    if len(number) != 18 or not number[:17].isdigit() or not _is_day(number[10:12], number[12:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return number[17] == CHECK_DIGITS[total % 11]


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def is_bank_card(text: str) -> bool:
    """Sixteen to nineteen digits that the Luhn check accepts."""
    digits = [int(digit) for digit in text.translate(SEPARATORS)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 16 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def is_mobile(text: str) -> bool:
    """A mainland mobile number, written with or without separators and China's prefix."""
    try:
        return bool(parse(text.translate(SEPARATORS)))
    except NotAMobileNumber:
        return False


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True)
class Pattern:
    """One way to write a kind of data: the expression's group 1 (else all of it) is the value; `keeps` last characters.

    `mark`: what stands in its place in the database, where it is never stored in clear."""

    kind: str
    expression: re.Pattern[str]
    check: Check = _always
    keeps: int = 0
    mark: str | None = None


def _alone(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![{LETTERS}])({pattern})(?![{LETTERS}])")


SECRET_WORD = r"(?:(?:服务|客服|登录|支付|查询)?密码|口令|password|passwd|pwd|PIN码)"
SAYS = r"[\s::=\"'“”‘’「」()()]*(?:是|为|改成|改为|设为|设成|设置为|变成|输入的?是?|就是)?[\s::=\"'“”‘’「」()()]*"
IDENTITY_MARK, PASSWORD_MARK = "〔证件号", "〔密码已删除〕"

NEVER_STORED = (
    Pattern(
        "identity_card",
        _alone(r"[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d[ -]?\d{3}[\dXx]"),
        is_identity_card,
        4,
        IDENTITY_MARK,
    ),
    Pattern(
        "identity_card",
        re.compile(rf"身份证件?(?:号码|号)?[\s::是为]*([1-9]\d{{14}})(?![{LETTERS}])"),
        is_identity_card,
        4,
        IDENTITY_MARK,
    ),
    Pattern("service_password", re.compile(rf"(?i){SECRET_WORD}{SAYS}(\d{{6}}|\d{{8}})(?!\d)"), mark=PASSWORD_MARK),
    Pattern(
        "service_password",
        re.compile(
            rf"(?i)(?<![{LETTERS}])(\d{{6}}|\d{{8}})(?!\d)\s*(?:就?是)?(?:我|您|你|他|她|客户|本机)?的?{SECRET_WORD}"
        ),
        mark=PASSWORD_MARK,
    ),
    Pattern(
        "service_password",
        re.compile(r"(?i)(?:password|passwd|pwd)\s*[::=]\s*([^\s,,;;。]{4,32})"),
        mark=PASSWORD_MARK,
    ),
)
ALREADY_MARKED = (
    Pattern("identity_card", re.compile(rf"({IDENTITY_MARK}\*{{4}}[\dX]{{4}}〕)")),
    Pattern("service_password", re.compile(f"({PASSWORD_MARK})")),
)
NUMBERS = (
    Pattern("bank_card", _alone(r"[1-9]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{4}(?:[ -]?\d{1,3})?"), is_bank_card, 4),
    Pattern("mobile", _alone(r"(?:(?:\+|00)?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}"), is_mobile, 4),
)
