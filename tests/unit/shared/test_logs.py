"""PR1: no personal data in logs, whatever is logged and however deep it stands."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared import logs
from shared.logs import FREE_TEXT_FIELDS, HIDDEN, masked

BARE_MOBILE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
words = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=8)
texts_with_mobiles = st.builds(lambda before, mobile, after: f"{before}{mobile}{after}", words, mobiles, words)
leaves = st.one_of(texts_with_mobiles, mobiles.map(int), st.none(), st.booleans(), texts_with_mobiles.map(str.encode))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(texts_with_mobiles, inner, max_size=3),
    ),
    max_leaves=8,
)


@given(trees)
def test_PR1_no_mobile_number_survives_at_any_depth(value: Any) -> None:
    assert not BARE_MOBILE.search(json.dumps(masked(value), ensure_ascii=False))


@given(st.sampled_from(sorted(FREE_TEXT_FIELDS)), trees.filter(lambda value: value not in (None, "")))
def test_PR1_fields_of_free_text_are_left_out_whole(field: str, value: Any) -> None:
    assert masked({"outer": [{field: value}]}) == {"outer": [{field: HIDDEN}]}


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**9), 10**9), st.lists, max_leaves=5))
def test_what_is_not_personal_stays(value: Any) -> None:
    assert masked(value) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13900000001", "139****0001"),
        ("call +8613900000001 now", "call +86139****0001 now"),
        ("139-0000-0001 / 139 0000 0001", "139****0001 / 139****0001"),
        ("号码13900000001。", "号码139****0001。"),
        ("440301199001011234", "440301********1234"),
        ("amqp://tousu:hidden@broker/", "amqp://***@broker/"),
        ("serial 202611230000012345 of 2026", "serial 202611********2345 of 2026"),
        ("1763800000000 ms", "1763800000000 ms"),
    ],
)
def test_PR1_numbers_are_shown_by_their_ends(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a configured process writes, in place of stderr."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logs.configure("intake")
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
    yield stream
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def test_both_kinds_of_logger_write_json_that_names_the_service(lines: io.StringIO) -> None:
    structlog.get_logger("one").info("registered", complaint_id="c1", content="投诉内容")
    logging.getLogger("two").warning("for %s", "13900000001")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["service"], first["event"], first["complaint_id"], first["content"]) == (
        *("intake", "registered", "c1", HIDDEN),
    )
    assert (second["service"], second["event"], second["level"]) == ("intake", "for 139****0001", "warning")


def test_PR1_a_traceback_does_not_quote_the_customer(lines: io.StringIO) -> None:
    try:
        raise ValueError("客户张三说 13900000001")
    except ValueError:
        logging.getLogger("two").exception("failed")
    line = json.loads(lines.getvalue())
    assert "ValueError" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert "张三" not in line["exception"]
    assert "13900000001" not in line["exception"]
