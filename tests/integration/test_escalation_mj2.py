"""MJ2 holds however declaration and reply meet: no complaint is major and replied to without its opinions."""

import random
from typing import Any

import eventlet
import pytest
from nameko.exceptions import RemoteError

from tests.integration.escalation_world import ROLES, World

ROUNDS = 200


@pytest.fixture(scope="module")
def world(make_settings: Any, start_service: Any, make_client: Any) -> World:
    return World(make_settings(), start_service, make_client)


def attempt(call: Any, *arguments: Any) -> str:
    try:
        call(*arguments)
    except RemoteError as refused:
        return str(refused.exc_type)
    return "done"


def both_at_once(world: World, replier: Any, declarer: Any, complaint_id: str) -> tuple[str, str]:
    reply = world.command(process="核查", content="已解释", satisfaction="satisfied")
    declaration = world.command(trigger="regulator", reason="客户已向管局申诉")

    def after(pause: float, call: Any, command: dict[str, Any]) -> str:
        eventlet.sleep(pause)
        return attempt(call, complaint_id, command)

    head_start = random.uniform(0, 0.02)  # a reply is one call, a declaration two
    replying = eventlet.spawn(after, head_start, replier.intake.reply, reply)
    declaring = eventlet.spawn(after, 0, declarer.escalation.declare_major, declaration)
    return replying.wait(), declaring.wait()


def test_MJ2_declared_and_replied_at_once_two_hundred_times(world: World) -> None:
    replier = world._make_client(world.settings, *ROLES["agent"][:1], "agent", "SZ")
    declarer = world._make_client(world.settings, *ROLES["duty_manager"][:1], "duty_manager", "SZ")
    outcomes: dict[tuple[str, str], int] = {}

    for _ in range(ROUNDS):
        id = world.registered()
        outcome = both_at_once(world, replier, declarer, id)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        complaint = world.agent.intake.get(id)
        told = [entry["event"] for entry in complaint["history"]]
        assert not ("complaint_replied" in told and "major_marked" in told), (outcome, told)
        assert (complaint["major"], complaint["status"]) in ((True, "open"), (False, "replied"))

    assert {replied for replied, _ in outcomes} == {"done", "RuleRefused"}, outcomes
    assert {declared for _, declared in outcomes} == {"done", "Conflict"}, outcomes
