"""What `make up` reads from the environment, and what it writes for others."""

import json
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dotenv import dotenv_values

from shared.clock import ClockFile, machine_now
from shared.settings import Settings, SettingsError
from shared.tokens import Verifier
from suite.endpoints import write_endpoints, write_environ
from suite.errors import SuiteError
from suite.folder import RunFolder
from suite.secrets import make_secrets
from suite.tokens import development_token
from suite.up import suite_from

PLACES = {"AMQP_URI": "amqp://guest:guest@127.0.0.1:1//", "MONGO_URL": "mongodb://127.0.0.1:2/?replicaSet=rs0"}
SIMULATORS = {"BOSS_URL": "http://127.0.0.1:3", "SMSC_HOST": "127.0.0.1", "SMSC_PORT": "4"}


@pytest.mark.parametrize("environ", [{"CLOCK_RATE": "fast"}, {"CLOCK_RATE": "0"}, {"INTAKE": "-1"}, {"REFUND": "two"}])
def test_a_number_that_is_none_is_refused_by_name(environ: dict[str, str]) -> None:
    with pytest.raises(SuiteError, match=f"{next(iter(environ))} must be a number above 0"):
        suite_from(environ, tied=True)


@pytest.mark.parametrize("origin", ["yesterday", "2026-11-23T09:00:00"])
def test_a_clock_origin_needs_its_offset(origin: str) -> None:
    with pytest.raises(SuiteError, match="CLOCK_ORIGIN must be a time with its offset"):
        suite_from({"CLOCK_ORIGIN": origin}, tied=True)


def test_any_number_of_each_service(tmp_path: Path) -> None:
    suite = suite_from({"TOUSU_RUN_DIR": str(tmp_path), "INTAKE": "3"}, tied=True)
    assert suite.replicas == {"intake": 3, "escalation": 1, "refund": 1, "notify": 1}


def test_endpoints_are_those_of_the_contract(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    ClockFile(folder.clock).start(datetime(2026, 11, 23, 1, tzinfo=UTC), 2)
    write_endpoints(folder, PLACES | SIMULATORS)
    assert json.loads((tmp_path / "endpoints.json").read_text()) == {
        "amqp_uri": PLACES["AMQP_URI"],
        "mongo_url": PLACES["MONGO_URL"],
        "boss": "http://127.0.0.1:3",
        "smsc": "127.0.0.1:4",
        "clock_rate": 2,
        "clock_origin": "2026-11-23T01:00:00+00:00",
    }


def test_shell_and_command_line_read_the_same_variables(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    write_environ(folder, PLACES | {"HOME": "/home/x"}, since={"HOME": "/home/x"})
    script = f'. {folder.environ}; printf %s "$MONGO_URL"'
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert dotenv_values(folder.environ) == PLACES
    assert shell == PLACES["MONGO_URL"]


def test_an_empty_start_forgets_data_but_neither_secrets_nor_what_was_fetched(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for kept in ("secrets", "cache"):
        (tmp_path / kept).mkdir()
    for data in ("mongo", "broker", "pids", "logs"):
        (tmp_path / data).mkdir()
    folder.journal("boss").touch()
    folder.clock.touch()
    folder.empty()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "secrets"]


def test_a_folder_has_one_starter_at_a_time(tmp_path: Path) -> None:
    release = RunFolder(tmp_path).claim()
    with pytest.raises(SuiteError, match="TOUSU_RUN_DIR"):
        RunFolder(tmp_path).claim()
    release()
    RunFolder(tmp_path).claim()()


def test_secrets_are_made_once_readable_by_their_owner_alone_and_fit_the_settings(tmp_path: Path) -> None:
    variables = make_secrets(tmp_path / "secrets")
    assert make_secrets(tmp_path / "secrets") == variables
    for file in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = Settings.load(PLACES | variables)
    make_secrets(tmp_path / "secrets")
    assert Settings.load(PLACES | variables) == first
    assert 0 < len(first.smsc_password) <= 8


def test_a_development_token_is_good_for_its_time_and_refused_in_production(tmp_path: Path) -> None:
    variables = PLACES | make_secrets(tmp_path)
    settings = Settings.load(variables)
    token = development_token(settings, "E1001", "agent", "SZ", timedelta(minutes=5))
    actor = Verifier(settings.token_keys, settings.token_issuer, machine_now).verify(token)
    assert (actor.sub, actor.role, actor.branch) == ("E1001", "agent", "SZ")
    production = Settings.load(variables | {"TOUSU_ENV": "production", "TOKEN_ISSUER": "identity"})
    with pytest.raises(SettingsError, match="TOUSU_ENV"):
        development_token(production, "E1001", "agent", "SZ")
