"""What can become of an SMS: carried and received, refused, never received, held back; and customers' own."""

from collections.abc import Callable
from datetime import timedelta

from services.notify.carriers.traffic import Accepted, InboundSms, Outcome, Receipt, Refused, Segment, Unknown
from services.notify.dispatch import Dispatch
from services.notify.receiving import Receipts
from services.notify.rules import CarrierRules
from services.notify.submitting import Moment, woken
from services.notify.writing import SELF
from shared.clock import machine_now
from suite.rehearsal.acting import ask, live
from suite.rehearsal.people import DUTY_MANAGER, GATEWAY, NUMBER, WORDS
from suite.rehearsal.stage import Stage, hour

IN_DECEMBER = 24.0 * 9  # when the customer may get a care message again (NT1)
PORT = "10690001234"
CONSENT = {"channel": "sms", "reference": WORDS, "at": "2026-11-01T12:00:00+08:00"}
REMINDER = {"service": "彩铃", "fee": 500, "month": "2026-12"}


class Carrier:
    """A carrier that gives every segment the same answer, under an id of its own."""

    free = 1000

    def __init__(self, answer: Callable[[str], Outcome]) -> None:
        self._answer = answer
        self.ids: list[str] = []

    def submit(self, _segment: Segment) -> Outcome:
        self.ids.append(f"P{len(self.ids) + 1}")
        return self._answer(self.ids[-1])


def send(stage: Stage, answer: Callable[[str], Outcome] = Accepted) -> list[str]:
    """Submits all that waits; the carrier's ids."""
    carrier = Carrier(answer)
    Dispatch(stage.messages, carrier, stage.services["notify"].policies["notify"], stage.sms.opted_out_at).run()
    return carrier.ids


def all_ways(stage: Stage) -> None:
    """What the complaints have left to be sent is delivered, but for the first one, whose receipt never comes."""
    lost, *received = send(stage)
    receipts = Receipts(stage.messages, _rules(stage))
    for provider_id in received:
        receipts.take(Receipt(provider_id, "DELIVRD"))
    _expire(stage, lost)
    notice = {"template": "public_notice", "msisdn": NUMBER, "variables": {"content": WORDS}, "approval": WORDS}
    night = ask(stage, "notify.send", notice, DUTY_MANAGER, 90)
    stage.call("notify.get", night["message_id"], by=DUTY_MANAGER)
    ask(stage, "notify.send", notice, DUTY_MANAGER, 97)
    send(stage, lambda _: Refused("0x0000000B", "permanent"))
    promotion = {"template": "promotion", "msisdn": NUMBER, "variables": {"content": WORDS}, "consent": CONSENT}
    ask(stage, "notify.send", promotion, DUTY_MANAGER, 97)
    _in_doubt(stage)
    _customers_write(stage)
    stage.deliver()


def _in_doubt(stage: Stage) -> None:
    """An emergency notice of which the carrier never says anything: told to the operator, settled by hand."""
    notice = {"template": "emergency_notice", "msisdn": NUMBER, "variables": {"content": WORDS}, "approval": WORDS}
    sent = ask(stage, "notify.send", notice, DUTY_MANAGER, 97.1)
    send(stage, lambda _: Unknown("no answer"))
    stage.pass_time(hour(97.4))
    stage.call("notify.unknown", {}, by=DUTY_MANAGER)
    found = {"outcome": "delivered", "evidence": [WORDS]}
    live(stage, sent["message_id"], (97.5, DUTY_MANAGER, "notify.settle", found))


def _expire(stage: Stage, provider_id: str) -> None:
    message_id = stage.messages.with_provider_id(provider_id)
    later = Moment(machine_now() + timedelta(days=7), _rules(stage), lambda: 0.0)
    stage.messages.change(message_id, lambda message, _: woken(message, later, link_up=True), SELF)


def _customers_write(stage: Stage) -> None:
    """Once over our own link, then over a gateway that calls: of every sort there is (IN26)."""
    stage.services["notify"].sms_came(InboundSms(NUMBER, "10086", WORDS))
    _brings(stage, WORDS, 98)
    reminder = {"template": "fee_reminder", "msisdn": NUMBER, "variables": REMINDER}
    ask(stage, "notify.send", reminder, DUTY_MANAGER, IN_DECEMBER)
    send(stage)
    for minute, text in enumerate(("5", f"举报{PORT}", "QX", "R")):
        _brings(stage, text, IN_DECEMBER + minute / 60)


def _brings(stage: Stage, text: str, at: float) -> None:
    ask(stage, "notify.receive", {"msisdn": NUMBER, "text": text, "at": hour(at).isoformat()}, GATEWAY, at)


def _rules(stage: Stage) -> CarrierRules:
    rules: CarrierRules = stage.services["notify"].policies["notify"].carrier
    return rules
