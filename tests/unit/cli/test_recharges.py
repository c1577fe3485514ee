"""`tousu recharge-statistic`: pages added up, rows exported (IN25)."""

import csv
import io
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import recharges

ROW = dict.fromkeys(recharges.COLUMNS) | {"serial_no": "261123000000016", "registered_at": "2026-11-23T01:00:00+00:00"}
ONE = {"count": 1, "given": 1, "wanted": 0, "amount_fen": 5000, "by_kind": {"card": 1}, "by_fault": {"密码有误": 1}}
TWO = {"count": 2, "given": 1, "wanted": 1, "amount_fen": 100, "by_kind": {"card": 1}, "by_fault": {"未到账": 1}}
PAGES: list[dict[str, Any]] = [
    {"items": [ROW | {"fault": "=1+1"}], "after": "next", "totals": ONE | {"by_place_of_sale": {"书报亭": 1}}},
    {"items": [ROW], "after": None, "totals": TWO | {"by_place_of_sale": {"书报亭": 1}}},
]
TIMES = ["--from", "2026-11-01T00:00:00+08:00", "--to", "2026-12-01T00:00:00+08:00"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The filters that were asked with; the two pages answer."""
    filters: list[dict[str, Any]] = []

    def call(_role: str, _branch: str, _service: str, _method: str, wanted: dict[str, Any]) -> Any:
        filters.append(wanted)
        return PAGES[len(filters) - 1]

    monkeypatch.setattr(recharges, "call", call)
    return filters


def test_IN25_every_page_is_counted(asked: list[dict[str, Any]]) -> None:
    printed = CliRunner().invoke(recharges.app, TIMES)
    assert printed.exit_code == 0, printed.output
    assert "count 3, given 2, wanted 1, amount_fen 5100" in printed.output
    assert [each.get("after") for each in asked] == [None, "next"]
    assert recharges.added(PAGES[0]["totals"], PAGES[1]["totals"])["by_place_of_sale"] == {"书报亭": 2}


@pytest.mark.usefixtures("asked")
def test_IN25_the_rows_are_exported_and_no_cell_is_a_formula() -> None:
    printed = CliRunner().invoke(recharges.app, [*TIMES, "--csv"])
    rows = list(csv.DictReader(io.StringIO(printed.output)))
    assert [row["serial_no"] for row in rows] == ["261123000000016"] * 2
    assert rows[0] | {"fault": "'=1+1", "registered_at": "2026-11-23 09:00"} == rows[0]
