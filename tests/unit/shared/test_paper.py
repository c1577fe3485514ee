"""Printed papers: escaped, complete, in Shanghai's time, with nothing fetched from elsewhere."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import jinja2
import pytest

from shared import paper

PAPERS = [file for room in (paper.SHARED, *paper.SERVICES.glob("*/papers")) for file in Path(room).glob("*.html")]


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00元"), (5, "0.05元"), (-150, "-1.50元"), (123450, "1,234.50元"), (None, "—")]
)
def test_money_is_shown_in_yuan_without_loss(fen: int | None, shown: str) -> None:
    assert paper.yuan(fen) == shown


def test_times_are_shanghais() -> None:
    late = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    assert (paper.moment(late), paper.day(late)) == ("2026-11-23 00:05", "2026年11月23日")
    assert paper.moment("2026-11-22T16:05:00+00:00") == "2026-11-23 00:05"
    assert paper.day(date(2026, 1, 2)) == "2026年1月2日"


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        paper.moment("2026-11-23T00:05:00")


def test_what_a_customer_said_cannot_become_markup() -> None:
    shown = paper._environment().from_string("{% from 'pieces.html' import facts %}{{ facts(rows) }}")
    assert "<b>" not in shown.render(rows=[("内容", "<b>x</b>")])
    assert "&lt;b&gt;x&lt;/b&gt;" in shown.render(rows=[("内容", "<b>x</b>")])


def test_a_missing_value_stops_the_paper() -> None:
    with pytest.raises(jinja2.UndefinedError):
        paper._environment().from_string("{{ serial_no }}").render()


def test_every_paper_can_be_read_by_the_environment() -> None:
    assert {"base.html", "pieces.html"} <= {file.name for file in PAPERS}
    for file in PAPERS:
        prefix = "" if file.parent == paper.SHARED else f"{file.parent.parent.name}/"
        assert paper._environment().get_template(f"{prefix}{file.name}")


@pytest.mark.parametrize("file", PAPERS, ids=lambda file: file.name)
def test_no_paper_fetches_anything(file: Path) -> None:
    """A link to a paper beside it is none: it leads, it does not fetch."""
    text = re.sub(r'<a href="[a-z]+/', "", file.read_text())
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?://|<script", text, re.IGNORECASE)


def test_a_paper_is_a4_and_in_chinese() -> None:
    shown = paper.render("base.html")
    assert "size: A4" in shown
    assert 'lang="zh-CN"' in shown
