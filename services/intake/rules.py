"""The policies that intake decides by, as values. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.intake.catalogue import Catalogue
from services.intake.causes import Causes
from services.intake.playbook import Playbook
from services.intake.task_rules import TaskPolicy
from services.major import MajorPolicy
from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.organisation import Organisation

COMPLAINT_TEAM = "complaint_team"


@dataclass(frozen=True)
class Rules:
    """`version` is that of the clocks in force; `clocks_of(version)` any version that ever was."""

    catalogue: Catalogue
    organisation: Organisation
    major: MajorPolicy
    calendar: Calendar
    version: str
    clocks_of: Callable[[str], ClockPolicy]
    tasks: TaskPolicy
    playbook: Playbook
    causes: Causes = field(default_factory=Causes)
