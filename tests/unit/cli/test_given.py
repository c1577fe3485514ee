"""Files given to commands: what cannot be read ends the command in plain words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.given import checkpoints_in, request_in, text_of

CHECKPOINT = '{"intake.complaints": {"number": 1, "hash": "c0ffee"}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "given"


def test_a_request_is_yaml_or_json_and_its_times_stay_as_written(file: Path) -> None:
    file.write_text("branch: SZ\npromise: {due_at: 2026-11-23T09:00:00+08:00}\n")
    assert request_in(file) == {"branch": "SZ", "promise": {"due_at": "2026-11-23T09:00:00+08:00"}}

    file.write_text('{"branch": "SZ"}')
    assert request_in(file) == {"branch": "SZ"}


def test_checkpoints_are_read_as_they_were_printed(file: Path) -> None:
    file.write_text(CHECKPOINT)

    assert checkpoints_in(file)["intake.complaints"] == {"number": 1, "hash": "c0ffee"}


@pytest.mark.parametrize(
    ("read", "given", "said"),
    [
        (text_of, None, "cannot be read: No such file"),
        (text_of, b"\xff\xfe\x00", "is not text in UTF-8"),
        (request_in, b"\xff\xfe\x00", "is not text in UTF-8"),
        (request_in, b"branch: SZ\na: [", "given:2 is neither YAML nor JSON"),
        (request_in, b"- 1", "holds no request"),
        (request_in, b"", "holds no request"),
        (checkpoints_in, b"a: [", "holds no checkpoints"),
        (checkpoints_in, b"[]", "holds no checkpoints"),
        (checkpoints_in, b'{"intake.complaints": 7}', "holds no checkpoints"),
        (checkpoints_in, b'{"intake.complaints": {"number": 1}}', "holds no checkpoints"),
    ],
)
def test_what_cannot_be_used_is_named_and_ends_the_command(
    read: Callable[[Path], Any], given: bytes | None, said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if given is not None:
        file.write_bytes(given)

    with pytest.raises(typer.Exit) as ended:
        read(file)

    assert ended.value.exit_code == 1
    assert said in capsys.readouterr().err
