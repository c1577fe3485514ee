"""What an operator decides about personal data: one value of privacy.yml. Pure."""

from dataclasses import dataclass

from shared.graver import Graver


@dataclass(frozen=True)
class Privacy:
    """`graver` finds the graver data in free text (PR6)."""

    graver: Graver
