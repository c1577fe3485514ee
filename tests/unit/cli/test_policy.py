"""`tousu policy`: a draft is judged before it comes into force."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.policy import app
from shared.settings import PROJECT

RUNNER = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "policies", tmp_path / "draft"))


def changed(folder: Path, file: str, was: str, now: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert was in text
    (folder / file).write_text(text.replace(was, now, 1), encoding="utf-8")


def test_the_shipped_policies_have_no_fault() -> None:
    answer = RUNNER.invoke(app, ["check"])

    assert answer.exit_code == 0
    assert "without fault" in answer.output


def test_a_calendar_without_the_coming_year_is_named(draft: Path) -> None:
    text = (draft / "calendar.yml").read_text(encoding="utf-8")
    official = text[text.index("official:") : text.index("# Days that differ")]
    changed(draft, "calendar.yml", official, "official: {2020: '2019-11-21'}\n\n")

    answer = RUNNER.invoke(app, ["check", str(draft), "--strict"])

    assert answer.exit_code == 1
    assert "calendar.yml" in answer.output
    assert "has no official notice" in answer.output


@pytest.mark.parametrize(
    ("file", "was", "now", "told"),
    [
        ("refunds.yml", "from_fen: 3001,", "from_fen: 2000,", "from_fen: it overlaps the band before"),
        ("ladder.yml", "top: province", "top: arbitration", "ladder.yml:4: top"),
        ("clocks.yml", "level: [duty_manager, branch, province]}", "level: [duty_manager]}", "a gap at branch"),
        ("ladder.yml", "raised_by: [handling,", "raised_by: [handing,", "'handing' is no kind of clock in clocks.yml"),
        ("clocks.yml", ", pre_refunded]", ", pre_refund]", "'pre_refunded' is none of moments"),
        ("ladder.yml", "branch: general_department", "branch: generals", "'generals' is no department"),
        ("templates.yml", "    handling: 处理时限\n", "", "no word for the clock 'handling'"),
        ("templates.yml", "    handling: 处理时限超时\n", "", "no word for a rise by 'handling'"),
        ("templates.yml", "流水号{serial_no}，我们将", "流水号{serial}，我们将", "unknown variable: serial"),
        ("playbook.yml", "leaf: 03.01.02", "leaf: 03.01.09", "'03.01.09' is no leaf of catalogue.yml"),
        ("notify.yml", "    send: receipt\n", "    send: reciept\n", "templates.yml has no template 'reciept'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_path_and_what_is_expected(
    draft: Path, file: str, was: str, now: str, told: str
) -> None:
    changed(draft, file, was, now)

    answer = RUNNER.invoke(app, ["check", str(draft)])

    assert answer.exit_code == 1
    assert told in answer.output
    assert f"{file}:" in answer.output or "ladder.yml:" in answer.output


def test_a_draft_shows_each_value_that_would_change(draft: Path) -> None:
    changed(draft, "clocks.yml", "vip: 8h, gotone: 24h", "vip: 6h, gotone: 24h")
    changed(draft, "major.yml", "  - violence\n", "")

    answer = RUNNER.invoke(app, ["diff", str(draft)])

    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert any("clocks.handling.span.vip" in line and '"8h"' in line and '"6h"' in line for line in lines)
    assert any("major.yml" in line and '"violence"' in line and "–" in line for line in lines)
    assert "clocks.yml: version" in answer.output
    assert "refunds.yml" not in answer.output


def test_comments_and_layout_change_nothing(draft: Path) -> None:
    changed(draft, "clocks.yml", "warn: 0.75", "# as ever\nwarn:    0.75")

    assert "Nothing changes." in RUNNER.invoke(app, ["diff", str(draft)]).output


def test_a_faulty_draft_is_not_compared(draft: Path) -> None:
    changed(draft, "ladder.yml", "top: province", "top: moon")

    answer = RUNNER.invoke(app, ["diff", str(draft)])

    assert answer.exit_code == 1
    assert "ladder.yml:4: top" in answer.output
