"""The carrier link against a real message centre on a real socket."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.notify.carriers.link import Link, Timers
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.traffic import (
    PERMANENT,
    THROTTLED,
    Accepted,
    InboundSms,
    Outcome,
    Receipt,
    Refused,
    Segment,
    Unknown,
)
from services.notify.segments import split
from tests.smsc import SmscProcess, eventually

NUMBER = "13900000001"
FAST = Timers(answer_s=1.0, idle_s=0.2, connect_s=2.0, first_pause_s=0.05, longest_pause_s=0.2)


class Kept:
    """A sink that remembers; `failures` makes that many calls fail first."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.sms: list[InboundSms] = []
        self.answers: list[InboundSms] = []
        self.late: list[tuple[Segment, Outcome]] = []
        self.failures = 0
        self._lock = threading.Lock()

    def receipt(self, receipt: Receipt) -> None:
        with self._lock:
            if self.failures:
                self.failures -= 1
                raise RuntimeError("the store is down")
            self.receipts.append(receipt)

    def inbound(self, sms: InboundSms) -> None:
        self.sms.append(sms)

    def answered(self, sms: InboundSms) -> None:
        self.answers.append(sms)

    def late_answer(self, segment: Segment, outcome: Outcome) -> None:
        self.late.append((segment, outcome))


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[SmscProcess]:
    process = SmscProcess(tmp_path)
    yield process
    process.kill()


@pytest.fixture
def sink() -> Kept:
    return Kept()


def linked(smsc: SmscProcess, sink: Kept, password: str = SmscProcess.PASSWORD, window: int = 4) -> Link:
    link = Link(("127.0.0.1", smsc.port), Smpp(SmppAccount("tousu", password, "10086")), sink, window, FAST)
    link.start()
    return link


@pytest.fixture
def link(smsc: SmscProcess, sink: Kept) -> Iterator[Link]:
    link = linked(smsc, sink)
    eventually(lambda: link.up)
    yield link
    link.stop(drain_s=1.0)


def segments(text: str, to: str = NUMBER, reference: int = 7) -> list[Segment]:
    return [
        Segment("m1", part.number, part.total, to, part.encoding, part.header, part.payload)
        for part in split(text, reference)
    ]


def test_NT7_an_sms_reaches_the_phone_and_its_receipt_comes_back(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    outcome = link.submit(segments("【中国移动】您好")[0])

    assert isinstance(outcome, Accepted)
    eventually(lambda: sink.receipts)
    assert sink.receipts == [Receipt(outcome.provider_id, "DELIVRD", "000")]
    assert [(line["to"], line["text"], line["parts"]) for line in smsc.journal()] == [(NUMBER, "【中国移动】您好", 1)]


def test_a_long_text_arrives_as_one_sms_whatever_order_its_parts_take(smsc: SmscProcess, link: Link) -> None:
    text = "【中国移动】" + "您的投诉已受理😀。" * 40

    for segment in reversed(segments(text)):
        assert isinstance(link.submit(segment), Accepted)

    assert [(line["text"], line["parts"]) for line in smsc.journal()] == [(text, len(segments(text)))]


def test_the_window_is_never_exceeded_and_nothing_is_lost_in_a_crowd(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    with ThreadPoolExecutor(16) as crowd:
        numbers = [f"139000{n:05d}" for n in range(200)]
        outcomes = list(crowd.map(lambda number: link.submit(segments("好", number)[0]), numbers))

    ids = {outcome.provider_id for outcome in outcomes if isinstance(outcome, Accepted)}
    assert len(ids) == 200
    eventually(lambda: {receipt.provider_id for receipt in sink.receipts} == ids)
    assert sorted(line["to"] for line in smsc.journal()) == numbers


def test_a_throttled_submit_is_refused_as_not_now(smsc: SmscProcess, link: Link) -> None:
    smsc.modes(throttle=1)

    assert link.submit(segments("好")[0]) == Refused("0x00000058", THROTTLED)
    assert isinstance(link.submit(segments("好")[0]), Accepted)


def test_a_wrong_number_is_refused_for_good(smsc: SmscProcess, link: Link) -> None:
    smsc.modes(refuse=0x0B)

    assert link.submit(segments("好")[0]) == Refused("0x0000000b", PERMANENT)


def test_F23_a_submit_without_an_answer_is_unknown_and_the_link_stays(smsc: SmscProcess, link: Link) -> None:
    smsc.modes(silent="after")

    assert link.submit(segments("好")[0]) == Unknown("no answer within 1 s")
    assert link.up


def test_an_answer_that_comes_too_late_is_still_heard(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    smsc.modes(answer_delay_s=1.3)
    segment = segments("好")[0]

    assert isinstance(link.submit(segment), Unknown)
    eventually(lambda: sink.late)
    assert sink.late[0][0] == segment
    assert isinstance(sink.late[0][1], Accepted)


def test_a_dropped_connection_makes_the_submit_under_way_unknown_and_comes_back(smsc: SmscProcess, link: Link) -> None:
    smsc.modes(silent="before")
    with ThreadPoolExecutor(1) as waiting:
        outcome = waiting.submit(link.submit, segments("好")[0])
        eventually(lambda: link.free == 3)
        smsc.drop_connections()
        assert outcome.result(5.0) == Unknown("the other side closed the connection")

    smsc.modes(silent="")
    eventually(lambda: link.up)
    assert isinstance(link.submit(segments("好")[0]), Accepted)


def test_a_carrier_that_does_not_answer_keepalives_is_left(smsc: SmscProcess, link: Link) -> None:
    smsc.modes(mute=True)

    eventually(lambda: link.logins >= 2)
    assert smsc.state()["keepalives"] >= 1


def test_a_receipt_that_could_not_be_stored_is_sent_again(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    sink.failures = 2
    outcome = link.submit(segments("好")[0])

    assert isinstance(outcome, Accepted)
    eventually(lambda: sink.receipts)
    assert sink.receipts[0].provider_id == outcome.provider_id
    assert smsc.state()["receipts"]["sent"] == 3


def test_an_undeliverable_sms_says_so(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    smsc.modes(unreachable=[NUMBER])
    link.submit(segments("好")[0])

    eventually(lambda: sink.receipts)
    assert sink.receipts[0].state == "UNDELIV"
    assert smsc.journal() == []


def test_IN26_a_customers_sms_reaches_the_sink(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    smsc.sms_from_phone(NUMBER, "5")

    eventually(lambda: sink.answers)
    assert sink.sms == sink.answers == [InboundSms(NUMBER, "10086", "5")]


def test_F23_a_killed_centre_keeps_its_receipts_and_is_found_again(smsc: SmscProcess, link: Link, sink: Kept) -> None:
    smsc.modes(receipt_delay_s=30.0)
    outcome = link.submit(segments("好")[0])
    assert isinstance(outcome, Accepted)

    smsc.kill()
    eventually(lambda: not link.up)
    assert link.submit(segments("好")[0]) == Refused("link_down", THROTTLED)
    smsc.start()

    eventually(lambda: sink.receipts)
    assert sink.receipts[0].provider_id == outcome.provider_id


def test_a_wrong_password_never_brings_the_link_up(smsc: SmscProcess, sink: Kept) -> None:
    link = linked(smsc, sink, password="wrong")

    assert link.submit(segments("好")[0]) == Refused("link_down", THROTTLED)
    link.stop(drain_s=0.1)
    assert link.logins == 0


def test_a_link_that_stops_says_goodbye_and_takes_no_more(smsc: SmscProcess, sink: Kept) -> None:
    link = linked(smsc, sink)
    eventually(lambda: link.up)

    link.stop(drain_s=1.0)

    eventually(lambda: smsc.state()["sessions"] == 0)
    assert link.submit(segments("好")[0]) == Refused("link_down", THROTTLED)
