"""The real documents, outbox and reader, stopped before every call of a server, killed there, in any order.

The models in model/ look at every state of the protocol; here the same faults befall the code itself."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.chain import ChainBroken
from shared.outbox import OutboxRelay
from shared.stored import Outbox
from tests.unit.protocol.world import World

WHO, REQUESTS = st.integers(0, 1), st.integers(0, 2)
LANES = st.sampled_from(["command", "command", "way out"])
STEPS = st.integers(1, 4)


class Protocol(RuleBasedStateMachine):
    """Two replicas and two readers; each rule is a step of one of them, or a fault."""

    how: dict[str, Any] = {}  # noqa: RUF012  what is taken away, in a control

    @initialize()
    def begin(self) -> None:
        self.no_sleep = patch("shared.patience.time.sleep", lambda _seconds: None)
        self.no_sleep.start()
        self.world = World(**self.how)

    @rule(who=WHO, number=REQUESTS, steps=STEPS)
    def a_request_comes(self, who: int, number: int, steps: int) -> None:
        self.world.replicas[who].command(number)
        self.goes_on(who, "command", steps)

    @rule(who=WHO, lane=LANES, steps=STEPS)
    def goes_on(self, who: int, lane: str, steps: int) -> None:
        course = self.world.replicas[who].courses.get(lane)
        for _ in range(steps):
            if course and not course.over:
                course.step()

    @rule(who=WHO)
    def is_killed(self, who: int) -> None:
        self.world.replicas[who].kill()

    @rule(who=WHO, sweeps=st.booleans(), steps=STEPS)
    def looks_after_its_outbox(self, who: int, sweeps: bool, steps: int) -> None:
        replica = self.world.replicas[who]
        replica.begin("way out", replica.relay.sweep if sweeps else replica.relay.clear)
        self.goes_on(who, "way out", steps)

    @rule(who=WHO)
    def an_event_lands(self, who: int) -> None:
        self.world.land(self.world.replicas[who])

    @rule(who=WHO)
    def a_confirm_comes(self, who: int) -> None:
        self.world.confirm(self.world.replicas[who])

    @rule(who=WHO)
    def the_connection_breaks(self, who: int) -> None:
        self.world.disconnect(self.world.replicas[who])

    @rule()
    def the_answer_to_the_next_write_is_lost(self) -> None:
        self.world.tallies.lose_answer = True

    @rule()
    def time_passes(self) -> None:
        self.world.time_passes()

    @rule(who=WHO, steps=STEPS)
    def a_reader_goes_on(self, who: int, steps: int) -> None:
        reader = self.world.readers[who]
        reader.take()
        for _ in range(steps):
            if reader.course and not reader.course.over:
                reader.course.step()

    @rule(who=WHO)
    def a_reader_is_killed(self, who: int) -> None:
        self.world.readers[who].kill()

    @invariant()
    def no_request_is_carried_out_twice(self) -> None:
        assert all(times == 1 for times in self.world.stored().values())

    @invariant()
    def what_is_acknowledged_is_stored(self) -> None:
        assert self.world.answered <= set(self.world.stored())

    @invariant()
    def nothing_takes_effect_that_was_never_stored(self) -> None:
        assert set(self.world.readings.kept) <= self.world.entries()

    def teardown(self) -> None:
        """Without further faults everything that was stored takes effect, and nothing is left to be sent."""
        try:
            self.world.tallies.lose_answer = False
            self.world.come_to_rest()
            self.no_request_is_carried_out_twice()
            self.what_is_acknowledged_is_stored()
            assert self.world.outbox() == []
            assert set(self.world.readings.kept) == self.world.entries()
        finally:
            self.no_sleep.stop()


TestProtocol = Protocol.TestCase
TestProtocol.settings = settings(stateful_step_count=40)


class ClearsBeforeConfirm(OutboxRelay):
    """What is sent counts as arrived."""

    def send(self, document_id: str, outbox: Outbox) -> bool:
        sent = super().send(document_id, outbox)
        gone = [entry["id"] for entry in outbox]
        self._collection.update_many({"_id": {"$in": [document_id]}}, {"$pull": {"outbox": {"id": {"$in": gone}}}})
        return sent


class NeverSweeps(OutboxRelay):
    """What a dead process left behind stays there."""

    def sweep(self) -> int:
        return 0


@pytest.mark.parametrize(
    "how",
    [
        {"relay_class": ClearsBeforeConfirm},
        {"relay_class": NeverSweeps},
        {"checks_versions": False},
        {"knows_requests": False},
    ],
    ids=["clears before the confirm", "never sweeps", "no version check", "no request ids"],
)
def test_without_the_mechanism_the_same_search_finds_what_is_lost_or_doubled(how: dict[str, Any]) -> None:
    class Without(Protocol):
        pass

    Without.how = how
    searched = settings(
        max_examples=200, stateful_step_count=40, derandomize=True, database=None, phases=[Phase.generate]
    )
    with pytest.raises((AssertionError, ChainBroken)):  # an overwritten entry is found by the chain, too
        run_state_machine_as_test(Without, settings=searched)
