"""Policy files: what an operator may change without touching code."""

from shared.policies.files import Fault, Fit, Loaded, Policy, PolicyFaults, PolicySet, load, parse
from shared.policies.versions import PolicyVersions, UnknownPolicyVersion

__all__ = [
    "Fault",
    "Fit",
    "Loaded",
    "Policy",
    "PolicyFaults",
    "PolicySet",
    "PolicyVersions",
    "UnknownPolicyVersion",
    "load",
    "parse",
]
