"""What a running suite tells about itself: addresses for callers, variables for the command line."""

import json
from collections.abc import Mapping
from pathlib import Path

from shared.clock import ClockFile
from suite.folder import RunFolder


def write_endpoints(folder: RunFolder, environ: Mapping[str, str]) -> None:
    """`endpoints.json`, as the contract names it; written last, so that it stands only while the suite takes work."""
    clock = ClockFile(folder.clock).read()
    assert clock is not None, "the suite starts its clock before everything else"
    endpoints = {
        "amqp_uri": environ["AMQP_URI"],
        "mongo_url": environ["MONGO_URL"],
        "boss": environ["BOSS_URL"],
        "smsc": f"{environ['SMSC_HOST']}:{environ['SMSC_PORT']}",
        "clock_rate": clock.rate,
        "clock_origin": clock.origin,
    }
    _replace(folder.endpoints, json.dumps(endpoints, indent=2) + "\n")


def write_environ(folder: RunFolder, environ: Mapping[str, str], since: Mapping[str, str]) -> None:
    """`suite.env`: the variables that the suite added to those of `since`."""
    added = {name: value for name, value in environ.items() if since.get(name) != value}
    _replace(folder.environ, "".join(f"{name}={value!r}\n" for name, value in sorted(added.items())))


def _replace(file: Path, content: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(content)
    fresh.replace(file)
