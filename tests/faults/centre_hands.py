"""A message centre that is away, throttles or never answers, before a whole suite, and those who write meanwhile."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import amqp
from pymongo import MongoClient

from chaos.faults.breakage import state_of, tell
from chaos.faults.carrier import WELL_BEHAVED
from suite.play.callers import Callers
from suite.play.journals import Journal
from suite.play.quiet import QUEUES
from suite.running import Suite
from suite.simulators import start_again
from tests.system.hands import AGENT, FINANCE, MANAGER

MODES: Mapping[str, Mapping[str, Any]] = {"throttling": {"throttle": 1_000_000}, "never answering": {"silent": "after"}}
numbers, requests = count(13_500_000_001), count(1)


class Centre:
    """The suite's centre. how: `down`, or one of MODES."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    def goes(self, how: str) -> None:
        if how == "down":
            self._suite.process("smsc").kill()
        else:
            tell(self._suite, "smsc", "modes", MODES[how])

    def comes_back(self, how: str) -> None:
        if how == "down":
            start_again("smsc", self._suite.folder, self._suite.processes, self._suite.environ)
        else:
            tell(self._suite, "smsc", "modes", WELL_BEHAVED)

    def submits(self) -> int:
        """How many submits it has heard of."""
        return int(state_of(self._suite, "smsc")["submits"])

    def on_phone(self, number: str) -> list[str]:
        """What this phone has shown, in the order in which it came."""
        return [line["text"] for line in Journal(self._suite.folder.journal("smsc")).all() if line["to"] == number]


class Writers:
    """Who has SMS sent and money paid back, and what is stored of it."""

    def __init__(self, suite: Suite, callers: Callers) -> None:
        self._suite, self._callers = suite, callers

    def write(self, number: str, serial_no: str) -> str:
        """An answer to a customer; its message id."""
        variables = {"serial_no": serial_no, "content": "已处理完毕"}
        order = {"template": "reply", "msisdn": number, "variables": variables}
        return str(self._said(MANAGER, "notify", "send", order)["message_id"])

    def pay_back(self) -> str:
        """Money that needs no signature; its refund id."""
        bill = {"msisdn": str(next(numbers)), "period": "2026-10", "fee_fen": 120, "brand": "ordinary", "branch": "SZ"}
        return str(self._said(AGENT, "refund", "waive_late_fee", bill | {"cause": "缴费延迟到账"})["refund_id"])

    def _said(self, who: Any, service: str, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._callers.call(
            who, service, method, {"request_id": f"centre{next(requests)}"} | content
        )
        return answer

    def paid(self, refund_id: str) -> bool:
        return bool(self._callers.call(FINANCE, "refund", "get", refund_id)["status"] == "paid")

    def stored(self, message_ids: list[str]) -> list[dict[str, Any]]:
        """Status, and when it is looked at again, as MongoDB has it, in the order asked for."""
        prefix = self._suite.settings.database_prefix
        with MongoClient[dict[str, Any]](self._suite.mongo_url, tz_aware=True) as client:
            kept = client[f"{prefix}_notify"]["messages"]
            wanted = {"status": 1, "wake_at": 1, "state.may_be_repeated": 1}
            found = {each["_id"]: each for each in kept.find({"_id": {"$in": message_ids}}, wanted)}
        return [found[message_id] for message_id in message_ids]

    def statuses(self, message_ids: list[str]) -> set[str]:
        return {each["status"] for each in self.stored(message_ids)}


def in_queues(connection: amqp.Connection) -> int:
    """How many messages wait in all inboxes and delays."""
    channel = connection.channel()
    try:
        return sum(channel.queue_declare(queue, passive=True).message_count for queue in QUEUES)
    finally:
        channel.close()
