"""Which of a customer's messages is the next to leave (F23); the index on number and time serves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from services.notify.deciding import ALWAYS_AT_ONCE, GIVES_WAY
from services.notify.doubts.store import DoubtedMessages

YET_TO_LEAVE = ["queued", "submitting"]
LOOK = {"number_ix": 1, "created_at": 1, "status": 1, "state.message_class": 1, "wake_at": 1, "v": 1}
LOOKED_AHEAD = 200
LOOKED_AT_AGAIN = timedelta(seconds=1)  # the first one may be answered any moment
AFTERWARDS = timedelta(milliseconds=1)  # so that the first one is looked at before who waits for it
Looked = Mapping[str, Any]
Place = tuple[datetime, bool, str]


@dataclass(frozen=True)
class Page:
    """`leaving`: the ids of those who wait for nobody; `behind`: who waits, each with the message it waits for."""

    leaving: Sequence[str]
    behind: Sequence[tuple[Looked, Looked]]


class OrderedMessages(DoubtedMessages):
    """What the messages' store inherits."""

    def next_to_leave(self, machine_now: datetime, room: int) -> list[str]:
        """Of those awake who may leave now, `room` at most: none whose customer waits for an older one.

        So each customer reads them in the order in which they were written, also after a carrier was away. Alerts and
        staff wait for nobody. Where those who wait fill the page, they step aside for whoever stands behind them."""
        most = max(room, LOOKED_AHEAD)
        while True:
            awake = self.waking(machine_now, most)
            page = self._page(awake)
            full = len(awake) == most and len(page.leaving) < room
            if not full or not self._step_aside(page.behind, machine_now) or page.leaving:
                return list(page.leaving[:room])

    def _page(self, message_ids: Sequence[str]) -> Page:
        if not message_ids:
            return Page([], [])
        looked = {each["_id"]: each for each in self.collection.find({"_id": {"$in": list(message_ids)}}, LOOK)}
        waiting = [each for each in looked.values() if each["status"] == "queued" and _in_order(each)]
        first = self._first({each["number_ix"] for each in waiting}) if waiting else {}
        pairs = [(each, first.get(each["number_ix"], each)) for each in waiting]
        behind = {each["_id"]: (each, before) for each, before in pairs if _place(each) > _place(before)}
        leaving = [each for each in message_ids if each in looked and each not in behind]
        return Page(leaving, list(behind.values()))

    def _first(self, numbers: set[bytes]) -> dict[bytes, Looked]:
        """By number: the first message that has yet to leave. For what failed and was set aside nobody waits."""
        first: dict[bytes, Looked] = {}
        query: dict[str, Any] = {"number_ix": {"$in": list(numbers)}, "status": {"$in": YET_TO_LEAVE}}
        if left := self.wake_aside.ids():
            query["_id"] = {"$nin": left}
        for each in filter(_in_order, self.collection.find(query, LOOK)):
            first[each["number_ix"]] = min(first.get(each["number_ix"], each), each, key=_place)
        return first

    def _step_aside(self, behind: Sequence[tuple[Looked, Looked]], machine_now: datetime) -> int:
        """Who waits is looked at again when the pause of the first one is over; how many that concerns.

        Only when to look is moved, beside the state. Who changed meanwhile keeps his time."""
        soon = machine_now + LOOKED_AT_AGAIN
        moves = [(each, _over(before, machine_now) or soon) for each, before in behind]
        writes = [UpdateOne({"_id": one["_id"], "v": one["v"]}, {"$set": {"wake_at": until}}) for one, until in moves]
        return self.collection.bulk_write(writes, ordered=False).matched_count if writes else 0


def _over(first: Looked, machine_now: datetime) -> datetime | None:
    """When the pause of a customer's first message is over; None where it has none."""
    again = first.get("wake_at")
    paused = first["status"] == "queued" and again and again > machine_now
    return again + AFTERWARDS if again and paused else None


def _in_order(document: Looked) -> bool:
    return document["state"]["message_class"] not in ALWAYS_AT_ONCE


def _place(document: Looked) -> Place:
    """By time; of one instant's messages those that give way come last."""
    return document["created_at"], document["state"]["message_class"] in GIVES_WAY, document["_id"]
