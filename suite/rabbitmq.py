"""Finding a RabbitMQ server: the one on PATH, else Debian's packages."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from suite import debian
from suite.errors import SuiteError

DEBIAN_HOME = Path("/usr/lib/rabbitmq/lib")
PLACES = ("/usr/local/sbin", "/usr/sbin")  # not on every user's PATH
PACKAGE = "rabbitmq-server"
ADVICE = (
    "No RabbitMQ server was found. Install one (`apt-get install rabbitmq-server`), put `rabbitmq-server` on PATH, "
    "or name a running broker in AMQP_URI."
)


@dataclass(frozen=True)
class RabbitMQ:
    """home holds sbin/ and plugins/; erlang is the folder of erl and epmd; libraries is their LD_LIBRARY_PATH."""

    home: Path
    erlang: Path
    libraries: str = ""


def find_or_fetch() -> RabbitMQ:
    """A server to start a node with. Raises SuiteError that says what to install."""
    found = on_path() or unpacked()
    if found is not None:
        return found
    try:
        debian.have(PACKAGE, whole="erlang-", adjust=_tell_erlang_its_place)
    except SuiteError as error:
        raise SuiteError(f"{ADVICE} {error}") from error
    found = on_path() or unpacked()
    if found is None:
        raise SuiteError(ADVICE)
    return found


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
    """What this or an earlier run unpacked."""
    root = debian.unpacked(PACKAGE)
    home = _newest_home(root / "usr/lib/rabbitmq/lib") if root else None
    return RabbitMQ(home, root / "usr/lib/erlang/bin", debian.library_path(root)) if root and home else None


def _newest_home(parent: Path) -> Path | None:
    return max(parent.glob("rabbitmq_server-*"), default=None)


def _tell_erlang_its_place(root: Path, place: Path) -> None:
    """Debian's start scripts name /usr/lib/erlang outright."""
    erlang = root / "usr/lib/erlang"
    for script in [*erlang.glob("bin/*"), *erlang.glob("erts-*/bin/*")]:
        content = script.read_bytes()
        if content.startswith(b"#!"):
            script.write_bytes(content.replace(b"/usr/lib/erlang", bytes(place / "usr/lib/erlang")))
