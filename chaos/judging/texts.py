"""Recognises an SMS on a phone: which template it is, and what stands in its places. Pure.

The templates are read as data (policies/templates.yml); nothing of the code that writes them is used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLACE = re.compile(r"\\\{(\w+)\\\}")
FORMS = {  # what the places of these forms can hold; words, names and texts hold anything
    "code": r"[0-9A-Za-z./_-]+",
    "time": r"\d+月\d+日\d\d:\d\d",
    "month": r"\d+年\d+月",
    "money": r"\d+\.\d\d元",
    "count": r"\d+",
}


@dataclass(frozen=True)
class Book:
    """The file of templates."""

    written: Mapping[str, Any]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        """Longest fixed text first, so that a text of free words alone takes nothing from the others."""
        patterns = {}
        for name, each in sorted(self.written["templates"].items(), key=lambda each: -len(each[1]["text"])):
            fixed, forms = re.escape(self.written["signature"] + each["text"]), each.get("variables", {})
            patterns[name] = re.compile(PLACE.sub(partial(_place, forms), fixed), re.DOTALL)
        return patterns

    def read(self, text: str) -> tuple[str, dict[str, str]]:
        """The template's name and the words in its places; ("", {}) for a text that none of them makes."""
        for name, pattern in self._patterns.items():
            if found := pattern.fullmatch(text):
                return name, found.groupdict()
        return "", {}

    def names_complaint(self, template: str) -> bool:
        """Its text says which complaint it is about."""
        return "{serial_no}" in self.written["templates"][template]["text"]

    def word(self, table: str, key: str) -> str:
        """How SMS call a clock, a level, …"""
        return str(self.written["words"][table][key])


def _place(forms: Mapping[str, str], found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{FORMS.get(forms[found[1]], '.+?')})"


def time_shown(at: datetime) -> str:
    """A time as SMS show it."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def money_shown(fen: int) -> str:
    """An amount as SMS show it."""
    return f"{fen // 100}.{fen % 100:02}元"
