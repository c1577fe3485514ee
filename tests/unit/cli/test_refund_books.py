"""`tousu reconcile` adds up a week's parts (RF13), `tousu month-package` writes a hall's month (RF17)."""

from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from cli import month_package, reconcile
from services.refund.books.reconciling import Difference

HALL = dict.fromkeys(reconcile.SUMS, 0) | {"branch": "SZ", "hall": "SZ-FT", "principal_fen": 1560, "boss_fen": 1500}
DIFFERENCE = {
    "what": "other_amount",
    "key": "r-1:principal",
    "hall": "SZ-FT",
    "refund_id": "r-1",
    "line": "principal",
    "here_fen": 1560,
    "boss_fen": 1500,
    "boss_reference": "B00000001",
    "at": "2026-11-23T01:00:00.000+00:00",
}
WEEK = {"from": "2026-11-22T16:00:00+00:00", "to": "2026-11-29T16:00:00+00:00"}
ON = "2026-11-25T16:00:00+00:00"


def week(*differences: Any) -> list[Any]:
    """Two parts of a week."""
    return [
        WEEK | {"halls": [HALL], "differences": [], "after": ON},
        WEEK | {"halls": [HALL], "differences": list(differences), "after": None},
    ]


def reconciled(monkeypatch: pytest.MonkeyPatch, parts: list[Any]) -> tuple[Any, list[Any]]:
    asked: list[Any] = []

    def call(_role: str, _branch: str, _service: str, _method: str, wanted: Any) -> Any:
        asked.append(wanted.get("after"))
        return parts[len(asked) - 1]

    monkeypatch.setattr(reconcile, "call", call)
    return CliRunner().invoke(reconcile.app, ["--week", "2026-W48"]), asked


def test_RF13_the_parts_of_a_week_are_added_up_and_no_difference_ends_with_nought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed, asked = reconciled(monkeypatch, week())
    assert printed.exit_code == 0, printed.output
    assert asked == [None, ON]
    assert "31.20" in printed.output
    assert "30.00" in printed.output


def test_RF13_differences_are_listed_and_end_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    printed, _ = reconciled(monkeypatch, week(DIFFERENCE))
    assert printed.exit_code == 1
    assert "金额不符" in printed.output
    assert "差异 1 笔" in printed.output


def test_RF13_every_sort_of_difference_has_its_words() -> None:
    assert set(reconcile.WHAT) == set(get_args(Difference))


DAY = {"day": "2026-11-23", "refunds": 2, "total_fen": 3120, "signatures": [], "missing": ["manager"], "fits": True}
ITEM = {
    "refund_id": "r1",
    "complaint_id": "c1",
    "sort": "refund",
    "status": "paid",
    "total_fen": 1560,
    "requested_at": "2026-11-23T01:00:00.000+00:00",
    "html": "<p>form 1</p>",
}
PACKAGE = {
    "branch": "SZ",
    "hall": "SZ-FT",
    "hall_name": "福田营业厅",
    "month": "2026-11",
    "days": [DAY],
    "unsigned": ["2026-11-23"],
    "closed": True,
}


def test_RF17_the_package_is_a_folder_with_forms_reception_sheets_and_an_index(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = ITEM | {"refund_id": "r2", "complaint_id": "c2", "html": "<p>form 2</p>"}
    pages = iter([PACKAGE | {"items": [ITEM], "after": "x"}, PACKAGE | {"items": [other], "after": None}])
    fetched: Counter[str] = Counter()

    def receipt(_role: str, _branch: str, _service: str, _method: str, complaint: str) -> Any:
        fetched[complaint] += 1
        return {"hall_copy": "<p>sheet</p>", "customer_copy": ""} if complaint == "c1" else None

    monkeypatch.setattr(month_package, "call", lambda *_: next(pages))
    monkeypatch.setattr(month_package, "call_if_there", receipt)
    wanted = ["--hall", "SZ-FT", "--month", "2026-11", "--out", str(tmp_path / "package")]
    printed = CliRunner().invoke(month_package.app, wanted)

    assert printed.exit_code == 0, printed.output
    assert (tmp_path / "package/forms/r1.html").read_text() == "<p>form 1</p>"
    assert (tmp_path / "package/forms/r2.html").read_text() == "<p>form 2</p>"
    assert (tmp_path / "package/reception/c1.html").read_text() == "<p>sheet</p>"
    index = (tmp_path / "package/index.html").read_text()
    assert 'href="forms/r2.html"' in index
    assert 'href="reception/c1.html"' in index
    assert "reception/c2.html" not in index
    assert "2026-11-23" in index
    assert fetched == {"c1": 1, "c2": 1}
    assert "Without reception sheet: c2" in printed.output
    assert "Days without both signatures: 2026-11-23" in printed.output
