"""The classes of causes (IN14), and by which kind of measure each is usually met (KP3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cause:
    """One class. `measure`: training, process, communication, network or equipment."""

    code: str
    name: str
    measure: str


@dataclass(frozen=True)
class Causes:
    """The classes by code."""

    known: Mapping[str, Cause] = field(default_factory=dict)

    def kind_of(self, said: str) -> str | None:
        """The class whose code or name was said, None for other words."""
        return next((each.code for each in self.known.values() if said.strip() in (each.code, each.name)), None)

    def name_of(self, code: str) -> str | None:
        """Its Chinese name; None for a class that the policy in force does not have."""
        cause = self.known.get(code)
        return cause.name if cause else None

    def measure_for(self, code: str) -> str | None:
        """The kind of measure it is usually met by."""
        cause = self.known.get(code)
        return cause.measure if cause else None
