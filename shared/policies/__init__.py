"""Policy files: what an operator may change without touching code."""

from shared.policies.files import Fault, Loaded, Policy, PolicyFaults, PolicySet, load, parse
from shared.policies.versions import PolicyVersions, UnknownPolicyVersion

__all__ = [
    "Fault",
    "Loaded",
    "Policy",
    "PolicyFaults",
    "PolicySet",
    "PolicyVersions",
    "UnknownPolicyVersion",
    "load",
    "parse",
]
