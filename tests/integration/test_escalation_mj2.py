"""MJ2 holds however declaration and reply meet: no complaint is major and replied to without its opinions."""

import random
import time
from typing import Any

import eventlet
import pytest
from nameko.exceptions import RemoteError

from tests.integration.escalation_world import ROLES, World

ROUNDS = 80
SEED = 2


@pytest.fixture(scope="module")
def world(make_settings: Any, start_service: Any, make_client: Any) -> World:
    return World(make_settings(), start_service, make_client)


class Race:
    """One who replies, and one who declares; `took`: what the declaration before took (seconds)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._replier = world._make_client(world.settings, *ROLES["agent"][:1], "agent", "SZ")
        self._declarer = world._make_client(world.settings, *ROLES["duty_manager"][:1], "duty_manager", "SZ")
        self.took = 0.0

    def both(self, complaint_id: str, head_start: float) -> tuple[str, str]:
        """What the reply and the declaration answer; the declaration begins, and the reply after the head start."""
        replying = eventlet.spawn_after(head_start, self._reply, complaint_id)
        declaring = eventlet.spawn(self.declare, complaint_id)
        return replying.wait(), declaring.wait()

    def _reply(self, complaint_id: str) -> str:
        reply = self._world.command(process="核查", content="已解释", satisfaction="satisfied")
        return attempt(self._replier.intake.reply, complaint_id, reply)

    def declare(self, complaint_id: str) -> str:
        declaration = self._world.command(trigger="regulator", reason="客户已向管局申诉")
        began = time.monotonic()
        answer = attempt(self._declarer.escalation.declare_major, complaint_id, declaration)
        self.took = time.monotonic() - began
        return answer


def attempt(call: Any, *arguments: Any) -> str:
    try:
        call(*arguments)
    except RemoteError as refused:
        return str(refused.exc_type)
    return "done"


def test_MJ2_declared_and_replied_at_once_eighty_times(world: World) -> None:
    race, dice = Race(world), random.Random(SEED)
    outcomes: dict[tuple[str, str], int] = {}
    for _ in range(2):  # the first call of a caller takes longer
        assert race.declare(world.registered()) == "done"

    for _ in range(ROUNDS):
        id = world.registered()
        outcome = race.both(id, dice.uniform(0, race.took))  # a reply is one call, a declaration two
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        complaint = world.agent.intake.get(id)
        told = [entry["event"] for entry in complaint["history"]]
        assert not ("complaint_replied" in told and "major_marked" in told), (outcome, told)
        assert (complaint["major"], complaint["status"]) in ((True, "open"), (False, "replied"))

    assert {replied for replied, _ in outcomes} == {"done", "RuleRefused"}, outcomes
    assert {declared for _, declared in outcomes} == {"done", "Conflict"}, outcomes
