"""Which of a customer's messages is the next to leave (F23); the index on number and time serves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.notify.deciding import ALWAYS_AT_ONCE, GIVES_WAY
from services.notify.doubts.store import DoubtedMessages

YET_TO_LEAVE = ["queued", "submitting"]
LOOK = {"number_ix": 1, "created_at": 1, "status": 1, "state.message_class": 1}
Place = tuple[datetime, bool, str]


class OrderedMessages(DoubtedMessages):
    """What the messages' store inherits."""

    def next_to_leave(self, message_ids: Sequence[str]) -> list[str]:
        """These without those whose customer waits for an older one: also after a carrier was away each customer reads
        them in the order in which they were written. Alerts and staff wait for nobody."""
        looked = {each["_id"]: each for each in self.collection.find({"_id": {"$in": list(message_ids)}}, LOOK)}
        waiting = [each for each in looked.values() if each["status"] == "queued" and _in_order(each)]
        first = self._first({each["number_ix"] for each in waiting}) if waiting else {}
        behind = {each["_id"] for each in waiting if _place(each) > first.get(each["number_ix"], _place(each))}
        return [each for each in message_ids if each in looked and each not in behind]

    def _first(self, numbers: set[bytes]) -> dict[bytes, Place]:
        """By number: where the first message stands that has yet to leave."""
        first: dict[bytes, Place] = {}
        query = {"number_ix": {"$in": list(numbers)}, "status": {"$in": YET_TO_LEAVE}}
        for each in filter(_in_order, self.collection.find(query, LOOK)):
            number, place = each["number_ix"], _place(each)
            first[number] = min(first.get(number, place), place)
        return first


def _in_order(document: Mapping[str, Any]) -> bool:
    return document["state"]["message_class"] not in ALWAYS_AT_ONCE


def _place(document: Mapping[str, Any]) -> Place:
    """By time; of one instant's messages those that give way come last."""
    return document["created_at"], document["state"]["message_class"] in GIVES_WAY, document["_id"]
