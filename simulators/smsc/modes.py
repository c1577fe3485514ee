"""How the centre misbehaves, set over its control port."""

import threading
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class Modes:
    """
    throttle: so many of the next submits are told to wait; refuse: every submit gets this status (0: none);
    silent: "before" forgets each submit, "after" takes it, neither answers; answer_delay_s: answers come late;
    receipts: none are sent when false; receipt_delay_s: seconds from taking a segment to its receipt;
    unreachable: numbers (or "*") whose phones are off; mute: keepalives stay unanswered.
    """

    throttle: int = 0
    refuse: int = 0
    silent: str = ""
    answer_delay_s: float = 0.0
    receipts: bool = True
    receipt_delay_s: float = 0.05
    unreachable: list[str] = field(default_factory=list)
    mute: bool = False

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def set(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Changes some modes and returns all. Raises ValueError on an unknown name or a value of another type."""
        types = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in changes.items():
            if name not in types:
                raise ValueError(f"{name}: no such mode; there are {', '.join(types)}")
            wanted = (int, float) if types[name] is float else types[name]
            if not isinstance(value, wanted):
                raise ValueError(f"{name}: expected {types[name].__name__}")
        for name, value in changes.items():
            setattr(self, name, value)
        return asdict(self)

    def throttled(self) -> bool:
        """Counts one of the throttled submits down."""
        with self._lock:
            if self.throttle <= 0:
                return False
            self.throttle -= 1
            return True

    def reachable(self, number: str) -> bool:
        return not {"*", number} & set(self.unreachable)
