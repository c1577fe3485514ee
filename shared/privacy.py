"""What an operator decides about personal data: one value of privacy.yml. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from shared.graver import Graver


@dataclass(frozen=True)
class Export:
    """What an export may hold, and whether graver data in its texts stays readable."""

    fields: tuple[str, ...]
    graver: bool = False


@dataclass(frozen=True)
class Privacy:
    """`graver` finds the graver data in free text (PR6); `exports` by the kind of lawful ground (PR5).

    `kept_for`: how long what has ended is kept before it may be erased (PR1)."""

    graver: Graver
    exports: Mapping[str, Export]
    regulator: Export
    kept_for: timedelta
