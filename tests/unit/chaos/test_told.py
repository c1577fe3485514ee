"""The journal of what callers tried and were told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chaos.told import Call, Told, digest, read

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
REQUEST = {
    "request_id": "s1-00001-1",
    "customer": {"msisdn": "13910000001", "name": "测试客户", "brand": "vip"},
    "content": "客户反映本月账单与实际使用不符",
    "branch": "SZ",
}
CALL = Call("s1-00001-1", "s1-00001", "kept", "E1001", "intake", "register", REQUEST)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "callers-journal.jsonl"


@pytest.fixture
def told(path: Path) -> Iterator[Told]:
    with Told(path) as told:
        yield told


def test_a_call_is_on_disk_before_it_is_made(told: Told, path: Path) -> None:
    told.attempted(CALL, NOW)
    (line,) = read(path)
    assert line["what"] == "attempted"
    assert line["request_id"] == "s1-00001-1"
    assert line["about"] == {"msisdn": "13910000001", "brand": "vip", "branch": "SZ"}


def test_neither_names_nor_texts_are_written_down(told: Told, path: Path) -> None:
    told.attempted(CALL, NOW)
    told.acknowledged(
        CALL, NOW, {"complaint_id": "c1", "customer": {"name": "测试客户"}, "content": "账单", "status": "open"}
    )
    written = path.read_text()
    assert "测试客户" not in written
    assert "账单" not in written
    assert read(path)[1]["answer"] == {"complaint_id": "c1", "status": "open"}


def test_a_double_click_is_compared_by_the_whole_answer(told: Told, path: Path) -> None:
    told.acknowledged(CALL, NOW, {"complaint_id": "c1", "content": "a"})
    told.repeated(CALL, {"content": "a", "complaint_id": "c1"})
    told.repeated(CALL, {"content": "b", "complaint_id": "c1"})
    first, same, other = (line["digest"] for line in read(path))
    assert first == same != other


def test_half_a_line_of_a_process_that_died_is_left_out(told: Told, path: Path) -> None:
    told.no_answer(CALL, "RpcTimeout")
    with path.open("a") as journal:
        journal.write('{"what": "ackno')
    assert [line["what"] for line in read(path)] == ["no_answer"]


def test_a_refusal_names_its_rule(told: Told, path: Path) -> None:
    told.refused(CALL, NOW, "RuleRefused", "RF8")
    (line,) = read(path)
    assert (line["error"], line["rule"], line["id"]) == ("RuleRefused", "RF8", CALL.id)


def test_lines_are_whole_json(told: Told, path: Path) -> None:
    told.given_up(CALL)
    told.repeat_refused(CALL, "Conflict", None)
    assert [json.loads(line)["what"] for line in path.read_text().splitlines()] == ["given_up", "repeated"]
    assert digest({"a": NOW}) == digest({"a": NOW})
