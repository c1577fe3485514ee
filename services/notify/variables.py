"""The forms a template's variable can have: what is accepted, how a customer reads it (Asia/Shanghai). Pure.

`code`: serial numbers and ids. `name`: a short phrase. `text`: free text (NT5: no signature but ours, no control
characters). `time`, `date`, `month`, `money` (fen), `count`, and `word:<table>`: a word of the file's tables.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.calendar import SHANGHAI

Words = Mapping[str, Mapping[str, str]]
Form = Callable[[Any, Words], str]

CODE = re.compile(r"[A-Za-z0-9._/-]{1,64}")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
BRACKETS = str.maketrans("【】", "〔〕")
LONGEST_NAME, LONGEST_TEXT = 40, 10_000


class DoesNotFit(ValueError):
    """A value that its variable cannot show."""


def cleaned(text: str) -> str:
    """Free text as it may be sent: one line, no brackets that look like a signature, no half characters."""
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return CONTROL.sub(" ", whole).translate(BRACKETS).strip()


def form_of(form: str) -> Form:
    """The function of a form's name. KeyError for an unknown one."""
    table = form.removeprefix("word:")
    return _word(table) if table != form else FORMS[form]


def is_form(form: str, words: Words) -> bool:
    """Whether templates.yml may give a variable this form: a known one, or `word:` and a list of words."""
    return form in FORMS or (form.startswith("word:") and form.removeprefix("word:") in words)


def _code(value: Any, _words: Words) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise DoesNotFit("expected 1 to 64 letters, digits and -./_")
    return value


def _phrase(longest: int) -> Form:
    def form(value: Any, _words: Words) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise DoesNotFit(f"expected a text of 1 to {longest} characters")
        if value != cleaned(value):
            raise DoesNotFit("a signature in 【】 or control characters are not allowed (NT5)")
        return value

    return form


def _moment(value: Any) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise DoesNotFit("expected a time with offset (ISO 8601)") from None
    if moment.tzinfo is None:
        raise DoesNotFit("expected a time with offset (ISO 8601)")
    return moment.astimezone(SHANGHAI)


def _time(value: Any, _words: Words) -> str:
    at = _moment(value)
    return f"{at.month}月{at.day}日{at:%H:%M}"


def _date(value: Any, _words: Words) -> str:
    at = _moment(value)
    return f"{at.month}月{at.day}日"


def _month(value: Any, _words: Words) -> str:
    found = MONTH.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise DoesNotFit("expected a month as YYYY-MM")
    return f"{found[1]}年{int(found[2])}月"


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DoesNotFit("expected a whole number from 0")
    return value


def _money(value: Any, _words: Words) -> str:
    yuan, fen = divmod(_whole(value), 100)
    return f"{yuan}.{fen:02d}元"


def _count(value: Any, _words: Words) -> str:
    return str(_whole(value))


def _word(table: str) -> Form:
    def form(value: Any, words: Words) -> str:
        if not isinstance(value, str) or value not in words[table]:
            raise DoesNotFit(f"expected one of {', '.join(words[table])}")
        return words[table][value]

    return form


FORMS: Mapping[str, Form] = {
    "code": _code,
    "name": _phrase(LONGEST_NAME),
    "text": _phrase(LONGEST_TEXT),
    "time": _time,
    "date": _date,
    "month": _month,
    "money": _money,
    "count": _count,
}
