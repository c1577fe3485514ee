"""Who calls while processes die: each repeats a request, with its id, until it is answered, and notes what he was told.

One for each thread: a Nameko client belongs to the thread that made it."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import amqp

from chaos.load.callers import Caller as Client
from shared.clock import BusinessClock, ClockFile
from suite.play.quiet import connect
from suite.play.script import Person
from suite.running import Suite
from suite.simulators import text_from_phone
from tests.system.hands import AGENT, COLLEAGUE, MANAGER

PATIENCE_SECONDS = 40.0
PROMISED_IN = timedelta(minutes=4)
numbers = count(13_700_000_001)


@dataclass
class Told:
    """What callers were told, for the judgement: ids by the customer's number, and the complaints with a promise."""

    complaints: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    sms: list[str] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    junk: dict[str, set[str]] = field(default_factory=dict)


class Caller:
    """One thread's everybody: `requests` makes the ids of its requests, `told` is kept across all threads."""

    def __init__(self, suite: Suite, name: str, told: Told) -> None:
        self.suite, self.told = suite, told
        self._ids = (f"{name}-{number}" for number in count(1))
        self._client = Client(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch))
        self._broker: amqp.Connection = connect(suite.amqp_uri)
        self.channel = self._broker.channel()

    def close(self) -> None:
        self._client.close()
        self._broker.close()

    def consumers(self, service: str) -> int:
        """How many processes of a service take requests."""
        return int(self.channel.queue_declare(f"rpc-{service}", passive=True).consumer_count)

    def say(self, who: Person, method: str, /, *target: str, **content: Any) -> Any:
        """A command, until it is answered."""
        request = {"request_id": next(self._ids)} | content
        return self.ask(who, method, *target, request)

    def ask(self, who: Person, method: str, /, *arguments: Any) -> Any:
        """A query, until it is answered."""
        service, _, name = method.partition(".")
        return self._client.patiently(who, service, name, *arguments, until=time.monotonic() + PATIENCE_SECONDS)

    # --- what they do, each time for a customer of its own ---

    def complaint(self) -> str:
        """A complaint registered; its id."""
        number = str(next(numbers))
        request = {
            "ticket_type": "complaint",
            "channel": "hotline",
            "handling": "transfer",
            "customer": {"msisdn": number, "name": "张三", "brand": "ordinary"},
            "verification": {"method": "service_password", "verified": True},
            "category": "04.01.01",
            "content": "话费争议",
            "branch": "SZ",
        }
        complaint_id: str = self.say(AGENT, "intake.register", **request)["complaint_id"]
        self.told.complaints[number] = complaint_id
        return complaint_id

    def contact(self) -> None:
        """A complaint and a contact with its customer."""
        self.say(AGENT, "intake.record_contact", self.complaint(), means="phone", direction="out", content="已联系")

    def major(self) -> None:
        """A complaint that is declared major: through escalation to intake and back."""
        self.say(MANAGER, "escalation.declare_major", self.complaint(), trigger="legal", reason="律师函")

    def media(self) -> None:
        """A reporter's visit: escalation then asks intake by itself to mark the complaint major."""
        visit = dict.fromkeys(("reporter", "medium", "contact", "questions"), "记者来访") | {"promised_nothing": True}
        self.say(AGENT, "escalation.record_media", self.complaint(), **visit)

    def dissatisfied(self) -> None:
        """A customer who will complain further: escalation asks intake by itself to reopen."""
        complaint_id = self.complaint()
        self.say(AGENT, "intake.reply", complaint_id, process="核查", content="已解释", satisfaction="neutral")
        further = {"satisfaction": "dissatisfied", "said": "要继续投诉", "will_complain_further": True}
        self.say(COLLEAGUE, "intake.follow_up", complaint_id, **further)

    def broken_promise(self) -> None:
        """A promise whose time passes: its clock warns and breaks."""
        complaint_id = self.complaint()
        clock = ClockFile(self.suite.folder.clock)
        due_at: datetime = BusinessClock(clock.path).now() + PROMISED_IN
        self.say(AGENT, "intake.promise", complaint_id, kind="answer", due_at=due_at.isoformat(), what="答复")
        self.told.promised.append(complaint_id)
        clock.advance(PROMISED_IN + timedelta(minutes=1))

    def late_fee(self) -> None:
        """Money back without a signature."""
        self._waived(str(next(numbers)), {})

    def late_fee_of_a_complaint(self) -> None:
        """The same about a complaint so fresh that refund may not have heard of it, and asks intake."""
        complaint_id = self.complaint()
        number = next(number for number, known in self.told.complaints.items() if known == complaint_id)
        self._waived(number, {"complaint_id": complaint_id})

    def _waived(self, number: str, about: dict[str, str]) -> None:
        bill = {"msisdn": number, "period": "2026-10", "fee_fen": 120, "brand": "ordinary", "branch": "SZ"}
        refund = self.say(AGENT, "refund.waive_late_fee", **bill, **about, cause="缴费延迟到账", hall="SZ-FT")
        self.told.refunds[number] = refund["refund_id"]

    def sms(self) -> None:
        """An SMS to a customer."""
        number = str(next(numbers))
        variables = {"serial_no": f"D{number}", "content": "已处理完毕"}
        sent = self.say(MANAGER, "notify.send", template="reply", msisdn=number, variables=variables)
        self.told.messages[number] = sent["message_id"]

    def from_phone(self) -> None:
        """An SMS from a customer."""
        number = str(next(numbers))
        text_from_phone(self.suite.folder.ready("smsc"), number, f"为什么扣我的费 {number}")
        self.told.sms.append(number)

    def from_phone_and_to_phone(self) -> None:
        """An SMS each way: three things to be told over the links in turn, an odd number."""
        self.from_phone()
        self.sms()

    def junk(self, service: str) -> None:
        """Something in a service's inbox that nobody can handle: it becomes a dead letter."""
        name = f"junk-{next(self._ids)}"
        message = amqp.Message(b"{}", message_id=name, content_type="application/json", delivery_mode=2)
        self.channel.basic_publish(message, "", f"{service}.inbox")
        self.told.junk.setdefault(service, set()).add(name)
