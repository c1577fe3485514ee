"""Finding a RabbitMQ server: the one on PATH, else Debian's packages, installed when root, unpacked otherwise."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from suite.errors import SuiteError

CACHE = Path(__file__).resolve().parents[1] / ".run" / "cache"
DEBIAN_HOME = Path("/usr/lib/rabbitmq/lib")
PLACES = ("/usr/local/sbin", "/usr/sbin")  # not on every user's PATH
POLICY = Path("/usr/sbin/policy-rc.d")
PACKAGE = "rabbitmq-server"
INSTALL_SECONDS, FETCH_SECONDS = 240, 120
ADVICE = (
    "No RabbitMQ server was found and none could be had from Debian's packages. Install one "
    "(`apt-get install rabbitmq-server`), put `rabbitmq-server` on PATH, or name a running broker in AMQP_URI."
)


@dataclass(frozen=True)
class RabbitMQ:
    """home holds sbin/ and plugins/; erlang is the folder of erl and epmd."""

    home: Path
    erlang: Path


def find_or_fetch() -> RabbitMQ:
    """A server to start a node with. Raises SuiteError that says what to install."""
    reasons: list[str] = []
    for way in (on_path, unpacked, installed if os.geteuid() == 0 else unpack):
        try:
            found = way()
        except (subprocess.SubprocessError, OSError) as error:
            reasons.append(_said(error))
            found = None
        if found is not None:
            return found
    raise SuiteError(" ".join([ADVICE, *reasons]))


def on_path() -> RabbitMQ | None:
    """The server on PATH or where Debian puts it, asked past Debian's wrapper, which only root may run."""
    server = shutil.which("rabbitmq-server", path=":".join([os.environ.get("PATH", ""), *PLACES]))
    erl = shutil.which("erl")
    if server is None or erl is None:
        return None
    home = Path(server).resolve().parent.parent
    if not (home / "plugins").is_dir():
        home = _newest_home(DEBIAN_HOME) or home
    return RabbitMQ(home, Path(erl).resolve().parent) if (home / "plugins").is_dir() else None


def unpacked() -> RabbitMQ | None:
    """What an earlier run unpacked."""
    home = _newest_home(CACHE / PACKAGE / "usr/lib/rabbitmq/lib")
    return RabbitMQ(home, CACHE / PACKAGE / "usr/lib/erlang/bin") if home else None


def installed() -> RabbitMQ | None:
    """Install Debian's package; its own system node is not started. Needs root."""
    try:
        _install()
    except subprocess.SubprocessError:  # package lists missing or too old
        _apt("apt-get", "update", seconds=FETCH_SECONDS)
        _install()
    return on_path()


def unpack() -> RabbitMQ | None:
    """Download Debian's packages and unpack them into the cache, as any user."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        root, debs = Path(scratch) / "root", Path(scratch) / "debs"
        debs.mkdir()
        _with_fresh_lists_if_needed(lambda options: _download(options, debs))
        for deb in debs.glob("*.deb"):
            _apt("dpkg", "-x", str(deb), str(root), seconds=FETCH_SECONDS)
        _tell_erlang_its_place(root / "usr/lib/erlang", CACHE / PACKAGE / "usr/lib/erlang")
        shutil.rmtree(CACHE / PACKAGE, ignore_errors=True)
        root.rename(CACHE / PACKAGE)
    return unpacked()


def _newest_home(parent: Path) -> Path | None:
    return max(parent.glob("rabbitmq_server-*"), default=None)


def _install() -> None:
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")  # Debian's way to say: start no service while installing
        POLICY.chmod(0o755)
    try:
        options = ("-o", "DPkg::Lock::Timeout=120", "--no-install-recommends")
        _apt("apt-get", "install", "-y", "-q", *options, PACKAGE, seconds=INSTALL_SECONDS)
    finally:
        if ours:
            POLICY.unlink()


def _with_fresh_lists_if_needed(download: Callable[[list[str]], None]) -> None:
    try:
        download([])
    except subprocess.SubprocessError:  # package lists missing or too old: fetch some of our own
        lists = CACHE / "apt"
        (lists / "lists/partial").mkdir(parents=True, exist_ok=True)
        options = ["-o", f"Dir::State::lists={lists / 'lists'}", "-o", f"Dir::Cache={lists}"]
        _apt("apt-get", *options, "update", seconds=FETCH_SECONDS)
        download(options)


def _download(options: list[str], folder: Path) -> None:
    _apt("apt-get", *options, "download", *_wanted(options), seconds=FETCH_SECONDS, folder=folder)


def _wanted(options: list[str]) -> list[str]:
    """The server, all of its Erlang, and the libraries that this machine lacks."""
    followed = ("--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces")
    tree = _apt("apt-cache", *options, "depends", *followed, PACKAGE, seconds=FETCH_SECONDS).splitlines()
    plan = _apt("apt-get", *options, "install", "-s", "--no-install-recommends", PACKAGE, seconds=FETCH_SECONDS)
    lacking = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    return sorted({name for name in tree if name.startswith("erlang-")} | {PACKAGE, *lacking})


def _tell_erlang_its_place(erlang: Path, place: Path) -> None:
    """Debian's start scripts name /usr/lib/erlang outright."""
    for script in [*erlang.glob("bin/*"), *erlang.glob("erts-*/bin/*"), erlang / "releases/RELEASES"]:
        content = script.read_bytes() if script.is_file() else b"\x7fELF"
        if not content.startswith(b"\x7fELF"):
            script.write_bytes(content.replace(b"/usr/lib/erlang", bytes(place)))


def _apt(*command: str, seconds: int, folder: Path | None = None) -> str:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=environ, timeout=seconds, check=True, capture_output=True, text=True)
    return done.stdout


def _said(error: Exception) -> str:
    words = getattr(error, "stderr", None) or str(error)
    return str(words).strip().splitlines()[-1] if str(words).strip() else type(error).__name__
