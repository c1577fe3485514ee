"""What happened on the spot is put on record: a disturbance, a reporter's visit. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.aggregate import private


@dataclass(frozen=True)
class Police:
    """Whether they were called, who of the staff accompanied them, and their reference."""

    called: bool
    accompanied_by: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Disturbance:
    """The facts of a disturbance (ES10). `security_called`: they came, and touched nobody."""

    by: str
    at: datetime
    security_called: bool
    staff_calming: int
    warning_read: bool
    moved_to: str | None = None
    cctv_reference: str | None = None
    police: Police | None = None
    note: str | None = None


@dataclass(frozen=True)
class MediaVisit:
    """A reporter's visit (ES7): who, of what medium, how to reach him, what he asks, and that nothing was promised."""

    by: str
    at: datetime
    reporter: str
    medium: str
    contact: str
    questions: str
    promised_nothing: bool


@dataclass(frozen=True)
class DisturbanceRecorded:
    """Branch support and the market department's service section read the record (ES8). `marks`: it is to be major."""

    at: datetime
    police_called: bool
    marks: bool
    record: Disturbance = private()


@dataclass(frozen=True)
class MediaRecorded:
    """The media contact reads the record (ES7). `marks`: the complaint is to be declared major."""

    at: datetime
    promised_nothing: bool
    marks: bool
    record: MediaVisit = private()
