"""Free text that may be sent (NT5): no forbidden word, no link but to the company's own pages. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notify.templates import Template

FREE = ("text", "name")
NO_CLOAK = ("public", "emergency")


@dataclass(frozen=True)
class ContentRules:
    """`forbidden` words, what a `link` looks like (group 1 is its host), and the `hosts` that may be linked to.

    `advertising`: words that public and emergency messages may not hold (NT9)."""

    forbidden: tuple[str, ...]
    advertising: tuple[str, ...]
    link: re.Pattern[str]
    hosts: tuple[str, ...]


def objection(template: Template, values: Mapping[str, Any], rules: ContentRules) -> tuple[str, str] | None:
    """The first variable whose text may not be sent, and why; the words themselves are not quoted."""
    for name, form in template.variables.items():
        value = values.get(name)
        if form in FREE and isinstance(value, str) and (because := _against(value, template, rules)):
            return name, because
    return None


def _against(text: str, template: Template, rules: ContentRules) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    joined = "".join(each for each in plain if unicodedata.category(each)[0] in "LN")
    if any(word in joined for word in rules.forbidden):
        return "it holds a forbidden word"
    if template.message_class in NO_CLOAK and any(word in joined for word in rules.advertising):
        return f"a {template.message_class} message is no cloak for advertising (NT9)"
    hosts = (found[1] for found in rules.link.finditer(plain))
    foreign = [host for host in hosts if not any(host == own or host.endswith(f".{own}") for own in rules.hosts)]
    return "it holds a link to somewhere else" if foreign else ""
