"""Debian's packages: installed when root, else downloaded and unpacked into a cache, as any user."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from suite.errors import SuiteError

CACHE = Path(__file__).resolve().parents[1] / ".run" / "cache"
POLICY = Path("/usr/sbin/policy-rc.d")
INSTALL_SECONDS, FETCH_SECONDS = 240, 120

Adjust = Callable[[Path, Path], None]


def leave(_root: Path, _place: Path) -> None:
    """For packages that run from any folder as they are."""


def have(package: str, whole: str = "", adjust: Adjust = leave) -> Path:
    """The folder in which the package's files now are: `/`, or one in the cache.

    whole: unpack all dependencies whose names begin so, even those that the machine has. adjust(root, place): makes
    what was unpacked in `root` ready to run from `place`. Raises SuiteError.
    """
    try:
        if os.geteuid() == 0:
            install(package)
            return Path("/")
        return unpacked(package) or unpack(package, whole, adjust)
    except (subprocess.SubprocessError, OSError) as error:
        raise SuiteError(f"Debian's package {package} could not be had: {_said(error)}") from error


def unpacked(package: str) -> Path | None:
    """What an earlier run unpacked."""
    return CACHE / package if (CACHE / package).is_dir() else None


def install(package: str) -> None:
    """apt-get install, with fresh package lists where they are missing or too old. Starts no service. Needs root."""
    try:
        _install(package)
    except subprocess.SubprocessError:
        _run("apt-get", "update", seconds=FETCH_SECONDS)
        _install(package)


def unpack(package: str, whole: str, adjust: Adjust) -> Path:
    """Download the package and what it needs here, unpack all into the cache, and answer the folder."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        root, debs = Path(scratch) / "root", Path(scratch) / "debs"
        debs.mkdir()
        _with_fresh_lists_if_needed(lambda options: _download(package, whole, options, debs))
        for deb in debs.glob("*.deb"):
            _run("dpkg", "-x", str(deb), str(root), seconds=FETCH_SECONDS)
        adjust(root, CACHE / package)
        shutil.rmtree(CACHE / package, ignore_errors=True)
        root.rename(CACHE / package)
    return CACHE / package


def library_path(root: Path) -> str:
    """LD_LIBRARY_PATH for programs from a folder of unpacked packages; empty for what is installed."""
    return (
        ""
        if root == Path("/")
        else ":".join(map(str, [*root.glob("lib/*-linux-gnu"), *root.glob("usr/lib/*-linux-gnu")]))
    )


def _install(package: str) -> None:
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")  # Debian's way to say: start no service while installing
        POLICY.chmod(0o755)
    try:
        options = ("-o", "DPkg::Lock::Timeout=120", "--no-install-recommends")
        _run("apt-get", "install", "-y", "-q", *options, package, seconds=INSTALL_SECONDS)
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
        _run("apt-get", *options, "update", seconds=FETCH_SECONDS)
        download(options)


def _download(package: str, whole: str, options: list[str], folder: Path) -> None:
    """The package, the libraries and programs that this machine lacks, and the family named by `whole`."""
    plan = _run("apt-get", *options, "install", "-s", "--no-install-recommends", package, seconds=FETCH_SECONDS)
    wanted = {package} | {line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")}
    if whole:
        followed = ("--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces")
        tree = _run("apt-cache", *options, "depends", *followed, package, seconds=FETCH_SECONDS)
        wanted |= {name for name in tree.splitlines() if name.startswith(whole)}
    _run("apt-get", *options, "download", *sorted(wanted), seconds=FETCH_SECONDS, folder=folder)


def _run(*command: str, seconds: int, folder: Path | None = None) -> str:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=environ, timeout=seconds, check=True, capture_output=True, text=True)
    return done.stdout


def _said(error: Exception) -> str:
    words = str(getattr(error, "stderr", None) or error).strip()
    return words.splitlines()[-1] if words else type(error).__name__
