"""How BOSS misbehaves, set over its control port."""

import threading
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

SIDES = ("", "before", "after")


@dataclass(frozen=True)
class Modes:
    """What BOSS does with a new entry, and what it can do at all.

    refuse: the code it is refused with. fail: 500 `before` or `after` it is entered. silent: never an answer, `before`
    or `after` it is entered. delay_s: seconds before it is entered. times: how many entries these concern (0: all).
    honours_keys: a key that comes again makes no second entry. can_be_asked: entries can be looked up.
    can_list: they can be listed by time. honours_expiry: what comes after its `valid_until` is refused as expired."""

    refuse: str = ""
    fail: str = ""
    silent: str = ""
    delay_s: float = 0.0
    times: int = 0
    honours_keys: bool = True
    can_be_asked: bool = True
    can_list: bool = True
    honours_expiry: bool = False

    def __post_init__(self) -> None:
        """ValueError where a value is not of its mode's kind."""
        for each in fields(self):
            value, wanted = getattr(self, each.name), type(each.default)
            if type(value) is not wanted and (wanted, type(value)) != (float, int):
                raise ValueError(f"{each.name}: expected {wanted.__name__}")
        if self.fail not in SIDES or self.silent not in SIDES:
            raise ValueError("fail and silent are `before` or `after`")

    def well_behaved(self) -> "Modes":
        """The same abilities, and nothing goes wrong."""
        return Modes(
            honours_keys=self.honours_keys,
            can_be_asked=self.can_be_asked,
            can_list=self.can_list,
            honours_expiry=self.honours_expiry,
        )


class Temper:
    """The modes in force; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.modes = Modes()

    def set(self, modes: dict[str, Any]) -> dict[str, Any]:
        """Exactly these modes from now on, all others as usual. Raises ValueError for what is none."""
        try:
            self.modes = Modes(**modes)
        except TypeError:
            raise ValueError(f"the modes are {', '.join(each.name for each in fields(Modes))}") from None
        return asdict(self.modes)

    def for_one_entry(self) -> Modes:
        """The modes that one new entry meets; counts it where only some are concerned."""
        with self._lock:
            met = self.modes
            if met.times:
                self.modes = replace(met, times=met.times - 1) if met.times > 1 else met.well_behaved()
            return met
