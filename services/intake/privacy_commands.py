"""What callers ask for to see or pass on personal data (PR2, PR3, PR5), as values."""

from dataclasses import dataclass

from services.grounds import Ground


@dataclass(frozen=True)
class ReadPersonal:
    reason: str


@dataclass(frozen=True)
class Export:
    """`fields` None: all that the ground allows."""

    ground: Ground
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RegulatorExport:
    body: str
    reference: str
    fields: tuple[str, ...]
