"""What operators, brokers and broken senders do while processes die."""

from datetime import timedelta
from functools import partial
from typing import Any

import amqp

from shared.clock import machine_now
from suite.waiting import wait_until
from tests.faults.crash_calling import PATIENCE_SECONDS, Calling
from tests.system.hands import OPERATOR

LATELY = timedelta(minutes=1)
READERS = {  # of each service one that reads it, and what
    "intake": ("refund", ["*"]),
    "escalation": ("intake", ["*"]),
    "refund": ("escalation", ["refund_paid"]),
    "notify": ("intake", ["sms_received"]),
}


class Operating(Calling):
    """Done again and again while processes die."""

    def junk(self, service: str) -> str:
        """Something in a service's inbox that nobody can handle: it becomes a dead letter, of this id."""
        name = f"junk-{next(self._ids)}"
        message = amqp.Message(b"{}", message_id=name, content_type="application/json", delivery_mode=2)
        self.channel.basic_publish(message, "", f"{service}.inbox")
        self.told.junk.setdefault(service, set()).add(name)
        return name

    def replay(self, service: str) -> None:
        """A letter of that sort, sent again by an operator: it dies once more."""
        letter_id = self.junk(service)
        wait_until("it lies dead", lambda: letter_id in self.letters(service), within=PATIENCE_SECONDS)
        self.say(OPERATOR, f"{service}.replay_letter", letter_id, reason="再试一次")
        self.told.replayed.setdefault(service, set()).add(letter_id)

    def click_again(self, service: str) -> None:
        """Operators send again what a dead process began to send and did not end, once its right to it is over, and
        what the broker did not take."""
        for letter_id in self.told.replayed[service]:
            wait_until("it is sent", partial(self._sent, service, letter_id), within=PATIENCE_SECONDS)

    def _sent(self, service: str, letter_id: str) -> bool:
        letter = self.letters(service)[letter_id]
        if letter["state"] != "replaying" and (letter["state"] != "waiting" or letter["deaths"] > 1):
            return True
        self.say(OPERATOR, f"{service}.replay_letter", letter_id, reason="上次未完成")
        return False

    def letters(self, service: str) -> dict[str, dict[str, Any]]:
        """All dead letters of a service, by id."""
        page = self.ask(OPERATOR, f"{service}.dead_letters", {"limit": 200, "all": True})
        return {letter["letter_id"]: letter for letter in page["items"]}

    def lose_inbox(self, service: str) -> None:
        """A complaint is registered, and the broker loses the service's inbox with whatever is in it."""
        self.complaint()
        self.channel.queue_delete(f"{service}.inbox")

    def tell_again(self, service: str) -> None:
        """What the service has told a reader lately is asked for once more, as that one does whose inbox was lost."""
        reader, types = READERS[service]
        asked = {"reader": reader, "types": types, "since": (machine_now() - LATELY).isoformat()}
        while after := self.ask(OPERATOR, f"{service}.announce_again", asked)["after"]:
            asked |= {"after": after}
