"""What callers do while processes die, each time for a customer of its own."""

from datetime import datetime, timedelta
from itertools import count

from shared.clock import BusinessClock, ClockFile
from suite.simulators import text_from_phone
from suite.waiting import wait_until
from tests.faults.crash_calling import PATIENCE_SECONDS
from tests.faults.crash_operators import Operating
from tests.system.hands import AGENT, COLLEAGUE, MANAGER, PROVINCE

PROMISED_IN = timedelta(minutes=4)
DOUBTED_AFTER = timedelta(minutes=1)  # the hurried policies say so
numbers = count(13_700_000_001)


class Caller(Operating):
    """Everybody who calls."""

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
        complaint_id = self.complaint()
        self.say(AGENT, "intake.record_contact", complaint_id, means="phone", direction="out", content="已联系")
        self.told.contacted.append(complaint_id)

    def major(self) -> None:
        """A complaint that is declared major: through escalation to intake and back."""
        complaint_id = self.complaint()
        self.say(MANAGER, "escalation.declare_major", complaint_id, trigger="legal", reason="律师函")
        self.told.majors.append(complaint_id)

    def media(self) -> None:
        """A reporter's visit: escalation then asks intake by itself to mark the complaint major."""
        complaint_id = self.complaint()
        visit = dict.fromkeys(("reporter", "medium", "contact", "questions"), "记者来访") | {"promised_nothing": True}
        self.say(AGENT, "escalation.record_media", complaint_id, **visit)
        self.told.visited.append(complaint_id)

    def dissatisfied(self) -> None:
        """A customer who will complain further: escalation asks intake by itself to reopen."""
        complaint_id = self.complaint()
        self.say(AGENT, "intake.reply", complaint_id, process="核查", content="已解释", satisfaction="neutral")
        further = {"satisfaction": "dissatisfied", "said": "要继续投诉", "will_complain_further": True}
        self.say(COLLEAGUE, "intake.follow_up", complaint_id, **further)
        self.told.dissatisfied.append(complaint_id)

    def broken_promise(self) -> None:
        """A promise whose time passes: its clock warns and breaks."""
        complaint_id = self.complaint()
        clock = ClockFile(self.suite.folder.clock)
        due_at: datetime = BusinessClock(clock.path).now() + PROMISED_IN
        self.say(AGENT, "intake.promise", complaint_id, kind="answer", due_at=due_at.isoformat(), what="答复")
        self.told.promised[complaint_id] = due_at
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

    def sms_slowly(self) -> None:
        """The same while the centre answers so late that the lease has run out: another process sends it, too."""
        known = set(self.told.messages)
        self.sms()
        self.told.slowly |= set(self.told.messages) - known

    def doubtful_sms(self) -> None:
        """An SMS without a receipt, and so much time that a duty is told of it."""
        known = set(self.told.messages)
        self.sms()
        message_id = self.told.messages[(set(self.told.messages) - known).pop()]
        wait_until("it is with the centre", lambda: self._submitted(message_id), within=PATIENCE_SECONDS)
        self.told.doubtful.append(message_id)
        ClockFile(self.suite.folder.clock).advance(DOUBTED_AFTER + timedelta(seconds=1))

    def _submitted(self, message_id: str) -> bool:
        return bool(self.ask(PROVINCE, "notify.get", message_id)["status"] == "submitted")

    def from_phone(self) -> None:
        """An SMS from a customer."""
        number = str(next(numbers))
        text_from_phone(self.suite.folder.ready("smsc"), number, f"为什么扣我的费 {number}")
        self.told.sms.append(number)

    def from_phone_and_to_phone(self) -> None:
        """An SMS each way: three things to be told over the links in turn, an odd number."""
        self.from_phone()
        self.sms()
