"""Policies of a run: those of the project, with short leases and pauses, and what this BOSS is said to be able to do.

Only machine time is shortened; limits, amounts and wordings stay as they are. What was changed is told in the report.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml

Boss = Literal["both", "honours", "asked", "neither"]
ABILITIES: Mapping[Boss, Mapping[str, bool]] = {
    "both": {"honours_keys": True, "can_be_asked": True},
    "honours": {"honours_keys": True, "can_be_asked": False},
    "asked": {"honours_keys": False, "can_be_asked": True},
    "neither": {"honours_keys": False, "can_be_asked": False},
}
Changes = Mapping[str, Mapping[str, Mapping[str, Any]]]  # file → part → name → value
SHORT: Changes = {
    "refunds.yml": {
        "billing": {
            "connect_seconds": 0.5,
            "answer_seconds": 1,
            "lease_seconds": 2.5,
            "absent_after_seconds": 12,  # longer than a process is ever stopped and BOSS ever slow, together
            "first_wait_seconds": 0.3,
            "longest_wait_seconds": 3,
        }
    },
    "notify.yml": {
        "carrier": {
            "lease": "2s",
            "lease_a_part": "11s",  # an answer may take 10 s: that is not the policy's
            "resend_after": "3s",
            "first_pause": "0.5s",
            "longest_pause": "3s",
        }
    },
}


def hurried(source: Path, folder: Path, boss: Boss, changes: Changes = SHORT) -> tuple[str, ...]:
    """Copies the policy files into `folder`, changed; answers each change: `refunds.yml billing.attempts 5 → 1`.

    KeyError where the files no longer have what is to be changed."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    wanted = {file: dict(parts) for file, parts in changes.items()}
    billing = wanted.setdefault("refunds.yml", {})
    billing["billing"] = {**billing.get("billing", {}), **ABILITIES[boss]}
    return tuple(told for file, parts in wanted.items() for told in _changed(folder / file, parts))


def _changed(file: Path, parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    policy = yaml.safe_load(file.read_text(encoding="utf-8"))
    told = [
        f"{file.name} {part}.{name} {policy[part][name]} → {value}"
        for part, values in parts.items()
        for name, value in values.items()
        if policy[part][name] != value
    ]
    for part, values in parts.items():
        policy[part] |= values
    file.write_text(yaml.safe_dump(policy, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return told
