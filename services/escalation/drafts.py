"""Drafts of policy files: checked like the files in force, and the rules that they would make. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.escalation.policies import FITS, POLICIES
from services.escalation.rules import Rules
from shared.errors import InvalidRequest
from shared.policies import Fault, Loaded, Policy, PolicyFaults, PolicySet, UnknownPolicyVersion, parse
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.providers import InForce


class Drafts:
    """The policies in force with these texts in the place of theirs; InvalidRequest names every fault.

    What is not drafted holds as it held for each case: its own versions of clocks and calendar, the ladder in force."""

    def __init__(self, policies: InForce, texts: Mapping[str, str]) -> None:
        self._in_force, self._known = policies, dict[tuple[str, str], Rules]()
        self.drafted = {name: _loaded(policy, texts[name]) for name, policy in NAMED.items() if name in texts}
        self.all = PolicySet(self.drafted.get(each.policy.name, each) for each in policies.loaded())
        if faults := [fault for fit in FITS for fault in fit(self.all)]:
            raise refused(faults)

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the drafts."""
        return {name: loaded.version for name, loaded in self.drafted.items()}

    def rules(self, clocks_version: str, calendar_version: str) -> Rules:
        """The rules of a case that lived under these versions; the same object each time."""
        held = (clocks_version, calendar_version)
        if held not in self._known:
            clocks, clocks_version = self._policy(CLOCKS, clocks_version)
            calendar, calendar_version = self._policy(CALENDAR, calendar_version)
            self._known[held] = Rules(clocks, self.all["ladder"], calendar, clocks_version, calendar_version)
        return self._known[held]

    def _policy(self, policy: Policy, version: str) -> tuple[Any, str]:
        if policy.name in self.drafted:
            return self.all[policy.name], self.all.version(policy.name)
        try:
            return self._in_force.versions.read(policy, version), version
        except UnknownPolicyVersion:
            return self.all[policy.name], self.all.version(policy.name)


NAMED = {policy.name: policy for policy in POLICIES}


def refused(faults: list[Fault]) -> InvalidRequest:
    """Each fault with its file, line, path, and what is expected."""
    return InvalidRequest(
        "a draft is not usable",
        faults=[{"file": each.file, "line": each.line, "path": each.path, "expected": each.message} for each in faults],
    )


def _loaded(policy: Policy, text: str) -> Loaded:
    try:
        return _parsed(policy, text)
    except PolicyFaults as error:
        raise refused(list(error.faults)) from error


@lru_cache(maxsize=16)
def _parsed(policy: Policy, text: str) -> Loaded:
    """Every page of a simulation brings the same texts."""
    return parse(policy, text)
