"""Every SMS is recognised by its template."""

from datetime import UTC, datetime

import pytest
import yaml

from chaos.judging.texts import Book, money_shown, time_shown
from shared.settings import PROJECT

WRITTEN = yaml.safe_load((PROJECT / "policies" / "templates.yml").read_text(encoding="utf-8"))
EXAMPLES = {
    "code": "261123066030788",
    "time": "11月24日22:23",
    "month": "2026年12月",
    "money": "38.52元",
    "count": "3",
    "name": "话单质疑",
    "text": "经核实账单已更正。",
}
FREE = ("promotion", "public_notice", "emergency_notice")  # nothing but free text


def filled(name: str) -> tuple[str, dict[str, str]]:
    template = WRITTEN["templates"][name]
    words = {
        each: EXAMPLES[form] if form in EXAMPLES else next(iter(WRITTEN["words"][form.partition(":")[2]].values()))
        for each, form in template.get("variables", {}).items()
    }
    return WRITTEN["signature"] + template["text"].format(**words), words


@pytest.mark.parametrize("name", sorted(set(WRITTEN["templates"]) - set(FREE)))
def test_a_text_is_read_as_it_was_written(name: str) -> None:
    text, words = filled(name)
    assert Book(WRITTEN).read(text) == (name, words)


def test_a_text_of_no_template_is_told_as_such() -> None:
    assert Book(WRITTEN).read("您好")[0] == ""


def test_times_and_amounts_are_shown_as_in_SMS() -> None:
    assert time_shown(datetime(2026, 11, 24, 14, 23, tzinfo=UTC)) == "11月24日22:23"
    assert [money_shown(fen) for fen in (5, 1929, 300000)] == ["0.05元", "19.29元", "3000.00元"]
