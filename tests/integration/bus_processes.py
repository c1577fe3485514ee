"""A service that writes down what it does and dies on demand, for tests that end processes.

Run by a plain `nameko run tests.integration.bus_processes:Fragile`; JOURNAL names its file.
What is slow ends once there is a file named by LEAVE.
"""

import os
from pathlib import Path
from typing import Any

import eventlet

from shared.bus.inbox import on_event
from shared.bus.rpc import rpc


def note(line: str) -> None:
    with open(os.environ["JOURNAL"], "a") as journal:  # noqa: PTH123
        journal.write(line + "\n")


def wait_for_leave() -> None:
    while not Path(os.environ["LEAVE"]).exists():
        eventlet.sleep(0.02)


class Fragile:
    name = "fragile"

    @rpc
    def echo(self, request: Any) -> Any:
        return request

    @rpc
    def slow(self, request: str) -> str:
        note(f"began {request}")
        wait_for_leave()
        note(f"ended {request}")
        return request

    @rpc
    def endless(self, request: str) -> None:
        note(f"began {request}")
        eventlet.sleep(600)

    @rpc
    def die(self, request: str) -> None:
        note(f"died {request}")
        os._exit(9)

    @on_event("intake", "slow", "deadly", "innocent")
    def follow(self, event: dict[str, Any]) -> None:
        note(f"began {event['event_id']}")
        if event["type"] == "deadly":
            os._exit(9)
        if event["type"] == "slow":
            wait_for_leave()
        note(f"ended {event['event_id']}")
