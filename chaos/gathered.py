"""The evidence of a run from the files that it left, and the verdict under the policies in force."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from chaos.judging.evidence import Conditions, Evidence
from chaos.judging.verdict import Verdict, judge
from chaos.told import read
from shared.settings import PROJECT
from suite.folder import RunFolder

CALLERS, OVERHEARD = "callers", "overheard"


def gathered(folder: RunFolder, final: Mapping[str, Any], conditions: Conditions) -> Evidence:
    """`final`: what chaos.load.asking was told; the journals of callers, BOSS, centre and bus lie in the folder."""
    told, boss, smsc, overheard = (_lines(folder.journal(name)) for name in (CALLERS, "boss", "smsc", OVERHEARD))
    return Evidence(told, boss, smsc, overheard, final, conditions)


def judged(evidence: Evidence, policies: Path = PROJECT / "policies") -> Verdict:
    """The verdict; templates and organisation are read as data."""
    templates, organisation = (
        yaml.safe_load((policies / f"{name}.yml").read_text(encoding="utf-8")) for name in ("templates", "organisation")
    )
    return judge(evidence, templates, organisation)


def keep(path: Path, shown: Mapping[str, Any]) -> None:
    """A verdict or final answers as a file of JSON."""
    path.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    return read(path) if path.exists() else []
