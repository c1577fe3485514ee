"""The message centre's own parts: phones, modes, journal, receipts that are owed."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.notify.carriers.dialect import Delivery
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.traffic import InboundSms
from services.notify.segments import split
from simulators.journal import Journal
from simulators.smsc import pdu
from simulators.smsc.modes import Modes
from simulators.smsc.phone import Phones, Piece, Unreadable, piece_of, written
from simulators.smsc.receipts import FromPhone, Receipt, Receipts
from suite.waiting import wait_until

NUMBER = "13900000001"
RECEIPT = Receipt("a1", "10086", NUMBER, "DELIVRD", "2611230900")


def submit(octets: bytes, data_coding: int = 8, esm_class: int = 0) -> pdu.Submit:
    return pdu.Submit("10086", NUMBER, esm_class, True, data_coding, octets)


def test_a_phone_shows_a_text_once_all_its_parts_are_there() -> None:
    shown: list[tuple[str, str, int]] = []
    phones = Phones(lambda *what: shown.append(what))
    text = "您好😀" * 60
    parts = split(text, reference=9)

    for part in reversed(parts):
        phones.take(piece_of(submit(part.header + part.payload, esm_class=0x40)))

    assert shown == [(NUMBER, text, len(parts))]


def test_parts_of_different_texts_do_not_mix() -> None:
    shown: list[tuple[str, str, int]] = []
    phones = Phones(lambda *what: shown.append(what))
    for reference in (1, 2):
        phones.take(Piece(NUMBER, f"a{reference}", reference, 2, 1))
    phones.take(Piece(NUMBER, "b2", 2, 2, 2))

    assert shown == [(NUMBER, "a2b2", 2)]


@pytest.mark.parametrize(
    "unreadable",
    [
        submit("好".encode("utf-16-be") * 71),
        submit(b"\xd8\x3d"),  # the first half of a pair
        submit(b"\x00"),
        submit(b"a" * 161, data_coding=0),
        submit(b"a", data_coding=4),
    ],
)
def test_what_no_phone_could_show_is_refused(unreadable: pdu.Submit) -> None:
    with pytest.raises(Unreadable):
        piece_of(unreadable)


def test_modes_are_checked_before_any_of_them_changes() -> None:
    modes = Modes()
    with pytest.raises(ValueError, match="no such mode"):
        modes.set({"throttle": 3, "loud": True})
    with pytest.raises(ValueError, match="throttle: expected int"):
        modes.set({"throttle": "3"})
    assert not modes.throttled()

    assert modes.set({"throttle": 1, "receipt_delay_s": 1})["throttle"] == 1
    assert (modes.throttled(), modes.throttled()) == (True, False)


def test_unreachable_numbers_are_named_or_all() -> None:
    modes = Modes(unreachable=[NUMBER])
    assert not modes.reachable(NUMBER)
    assert modes.reachable("13900000002")
    assert not Modes(unreachable=["*"]).reachable(NUMBER)


def test_a_journal_goes_on_after_its_last_whole_line(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text('{"text": "好"}\n{"text": "ha')

    with closing(Journal(file)) as journal:
        journal.write({"text": "您"})
        assert list(journal.lines()) == [{"text": "好"}, {"text": "您"}]


def test_receipts_that_were_owed_at_the_end_are_owed_at_the_next_start(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "spool")) as spool:
        Receipts(lambda: None, spool).add(RECEIPT, delay_s=0)
        spool.write({"receipt": vars(RECEIPT) | {"id": "a2"}})
        spool.write({"taken": "a2"})

        later = Receipts(lambda: None, spool)
        later.restore(list(spool.lines()))
        assert later.pending == 1


@pytest.mark.parametrize("text", ["5", "好" * 70, "好" * 71, "很不满意😀" * 40])
def test_IN26_what_a_phone_sends_is_read_by_notify_as_it_was_written(text: str) -> None:
    """Out of the simulator's own layout code, into notify's."""
    dialect = Smpp(SmppAccount("tousu", "secret", "10086"))
    sms = []
    for esm_class, octets in written(text, 7):
        assert len(octets) <= 140
        body = FromPhone("a1", NUMBER, "10086", esm_class, octets.hex()).deliver()
        delivery = dialect.read(pdu.frame(pdu.DELIVER_SM, 1, body))
        assert isinstance(delivery, Delivery)
        assert isinstance(delivery.content, InboundSms)
        sms.append(delivery.content)

    assert "".join(each.text for each in sorted(sms, key=lambda each: each.number)) == text
    assert {(each.sender, each.to, each.total) for each in sms} == {(NUMBER, "10086", len(sms))}


def test_IN26_a_customers_sms_outlives_the_centre_that_has_to_deliver_it(tmp_path: Path) -> None:
    owed = FromPhone("a1", NUMBER, "10086", 0, "597d")
    with closing(Journal(tmp_path / "spool")) as spool:
        Receipts(lambda: None, spool, FromPhone, "from_phone").add(owed, delay_s=0)
        Receipts(lambda: None, spool).add(RECEIPT, delay_s=0)
        later = Receipts(lambda: None, spool, FromPhone, "from_phone")
        later.restore(list(spool.lines()))

    assert later.pending == 1


class Refusing:
    """An account that refuses every receipt, at once; when each came."""

    def __init__(self) -> None:
        self.came: list[float] = []

    def deliver(self, _body: bytes, answered: Callable[[int], None]) -> bool:
        self.came.append(time.monotonic())
        answered(8)
        return True


class Impatient(Receipts):
    AGAIN_S, UNANSWERED_S = 0.02, 0.05


def test_F23_a_receipt_that_is_refused_again_and_again_comes_no_faster(tmp_path: Path) -> None:
    account = Refusing()
    with closing(Journal(tmp_path / "spool")) as spool:
        receipts = Impatient(lambda: account, spool)
        threading.Thread(target=receipts.run, daemon=True).start()
        receipts.add(RECEIPT, delay_s=0)
        wait_until("it came often", lambda: len(account.came) > 12, within=10)
        pauses = [later - earlier for earlier, later in zip(account.came, account.came[1:], strict=False)]
        receipts._waiting.clear()
    assert min(pauses) >= Impatient.AGAIN_S * 0.9
