"""A suite under fire: its processes, its callers, those who listen, and the faults that strike it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chaos.breaking import Breaking, Struck
from chaos.faults.breakage import World, state_of, tell
from chaos.firing import FireTime
from chaos.haste import ABILITIES
from chaos.herd import Death, Herd
from chaos.load.acting import Acting
from chaos.load.asking import Asking
from chaos.load.callers import Caller, NoAnswer
from chaos.load.journeys import journeys
from chaos.load.playing import Load
from chaos.options import Options
from chaos.pacing import Pacing
from chaos.plan import Fault
from chaos.resting import Resting
from chaos.starter import Starter
from chaos.told import Told
from shared.clock import BusinessClock, ClockFile
from suite.errors import SuiteError
from suite.play.__main__ import MONDAY
from suite.play.callers import Refused
from suite.play.quiet import NeverQuiet
from suite.running import Suite

LOOK_S = 0.1
AHEAD = 0.05  # faults may be so much of the run ahead of the load
STUCK_S = 120.0  # a load that comes no further for so long is broken off
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Ended:
    """What only the one who was there knows: deaths, faults that struck, the last answers.

    unanswered: SMS that the centre took without an answer. boss_unanswered: keys of entries of which BOSS told nothing.
    still_moving: why there was no quiet; empty where there was.
    """

    deaths: Sequence[Death]
    faults: Sequence[Struck]
    answers: dict[str, Any]
    starts: int
    unanswered: int
    boss_unanswered: tuple[str, ...]
    still_moving: str


class Field:
    """fire() lets load and faults loose until both have ended; rest() waits for quiet and asks everybody."""

    def __init__(
        self,
        suite: Suite,
        herd: Herd,
        time: FireTime,
        starter: Starter,
        told: Told,
        options: Options,
        progress: Progress,
    ) -> None:
        self._suite, self._herd, self._time, self._options, self._progress = suite, herd, time, options, progress
        self._starter, self._clock = starter, BusinessClock(suite.folder.clock)
        self._journeys = journeys(options.seed, options.customers, MONDAY, options.spread)
        self._told = told
        self._unfinished = False

    def fire(self, faults: Sequence[Fault]) -> Sequence[Struck]:
        """Load and faults, until the last kill has struck and the last caller is content; the faults that struck."""
        world = World(self._suite, self._herd, ABILITIES[self._options.boss], self._starter)
        world.tell("boss", "modes", world.abilities)
        breaking = Breaking([fault for fault in faults if fault.sort != "kill"], world, self._time)
        acting = Acting(self._told, self._clock, self._phone)
        pacing = Pacing(ClockFile(self._suite.folder.clock), self._told, self._clock.now(), self._options.span)
        with Load(self._journeys, acting, self.caller) as load:
            self._time.begin()
            breaking.begin()
            try:
                self._until_over(load, pacing)
            finally:
                breaking.end()
                self._herd.spare()
        return breaking.done

    def _until_over(self, load: Load, pacing: Pacing) -> None:
        seconds, firing = self._options.seconds, self._time
        seen, since = (-1, -1, -1), 0.0
        while not (self._herd.left() == 0 and load.done() and pacing.passed >= 1.0):
            if seen != (now := (self._herd.left(), load.steps_made, pacing.strides)):
                seen, since = now, firing.elapsed
            if load.failed() or firing.elapsed - since > STUCK_S:
                self._unfinished = True
                return
            pacing.move(load, firing.now / seconds)
            firing.hold(seconds * (pacing.passed + AHEAD))
            self._progress("under fire", pacing.passed)
            time.sleep(LOOK_S)

    def rest(self, struck: Sequence[Struck]) -> Ended:
        """Waits until nothing moves, and asks for the final answers; how it went, whether it became quiet or not.

        Where somebody does not answer there are none."""
        caller, still_moving = self.caller(), "the load did not come to its end" if self._unfinished else ""
        answers: dict[str, Any] = {}
        try:
            try:
                Resting(self._suite, self._herd, caller).until_quiet()
            except NeverQuiet as fault:
                still_moving = str(fault)
            numbers = [journey.msisdn for journey in self._journeys]
            answers = Asking(caller).final(numbers, self._clock.now)
        except (NoAnswer, Refused, SuiteError) as fault:
            still_moving = f"{still_moving or 'no rest'}; {type(fault).__name__}: {fault}"
        finally:
            caller.close()
        sms, keys = state_of(self._suite, "smsc")["unanswered"], tuple(state_of(self._suite, "boss")["unanswered"])
        return Ended(self._herd.deaths, struck, answers, self._herd.starts, sms, keys, still_moving)

    def caller(self) -> Caller:
        """Somebody who calls the suite."""
        return Caller(self._suite.amqp_uri, lambda who: self._suite.token(who.sub, who.role, who.branch))

    def _phone(self, msisdn: str, text: str) -> None:
        """A customer's SMS: the centre keeps it until the suite takes it."""
        said = {"from": msisdn, "text": text}
        tell(self._suite, "smsc", "sms", said)
