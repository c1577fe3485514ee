"""SMPP 3.4 as our dialect; the other side is the simulator's own frame layout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.carriers.dialect import Answer, Delivery, Request
from services.notify.carriers.errors import LoginRefused
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.traffic import (
    PERMANENT,
    TEMPORARY,
    THROTTLED,
    Accepted,
    InboundSms,
    Receipt,
    Refused,
    Segment,
)
from services.notify.segments import split
from simulators.smsc import pdu
from simulators.smsc.phone import piece_of

ACCOUNT = SmppAccount("tousu", "pass1234", "10086")
NUMBER = "13900000001"


def answer_to_submit(status: int, provider_id: bytes = b"") -> Answer:
    body = provider_id + b"\0" if provider_id else b""
    arrival = Smpp(ACCOUNT).read(pdu.frame(pdu.SUBMIT_SM | pdu.ANSWER, 5, body, status))
    assert isinstance(arrival, Answer)
    return arrival


def delivered(
    text: bytes, parameters: dict[int, bytes] | None = None, esm_class: int = pdu.IS_RECEIPT, coding: int = 0
) -> object:
    body = pdu.write_deliver(NUMBER, "10086", esm_class, coding, text, parameters)
    return Smpp(ACCOUNT).read(pdu.frame(pdu.DELIVER_SM, 9, body))


def content(arrival: object) -> Receipt | InboundSms:
    assert isinstance(arrival, Delivery)
    return arrival.content


def test_a_login_carries_name_and_password() -> None:
    frame = pdu.opened(Smpp(ACCOUNT).login(3))

    assert (frame.command, frame.sequence) == (pdu.BIND_TRANSCEIVER, 3)
    assert pdu.read_bind(frame.body) == ("tousu", "pass1234")


def test_a_refused_login_says_so() -> None:
    arrival = Smpp(ACCOUNT).read(pdu.frame(pdu.BIND_TRANSCEIVER | pdu.ANSWER, 3, status=pdu.WRONG_PASSWORD))

    assert isinstance(arrival, Answer)
    with pytest.raises(LoginRefused, match="0x0000000e"):
        Smpp(ACCOUNT).check_login(arrival)


@pytest.mark.parametrize(("field", "length"), [("system_id", 16), ("password", 9), ("system_type", 13)])
def test_a_name_or_password_that_would_be_cut_off_is_refused(field: str, length: int) -> None:
    with pytest.raises(ValueError, match=field):
        SmppAccount(**{"system_id": "tousu", "password": "secret", "number": "10086"} | {field: "a" * length})


@pytest.mark.parametrize("text", ["【中国移动】您好", "plain €", "【中国移动】" + "投诉🙂" * 50, "x" * 400])
def test_NT6_a_segment_reads_the_same_on_the_other_side(text: str) -> None:
    for part in split(text, reference=0x1234):
        segment = Segment("m", part.number, part.total, NUMBER, part.encoding, part.header, part.payload)
        submit = pdu.read_submit(pdu.opened(Smpp(ACCOUNT).submit(7, segment)).body)
        piece = piece_of(submit)

        assert (submit.source, submit.to, submit.registered) == ("10086", NUMBER, True)
        assert (piece.number, piece.total) == (part.number, part.total)
        assert piece.text == part.payload.decode({"ucs2": "utf-16-be", "gsm7": "gsm03.38"}[part.encoding])


def test_an_accepted_submit_gives_the_carriers_id() -> None:
    assert Smpp(ACCOUNT).outcome(answer_to_submit(0, b"5f3a")) == Accepted("tousu:5f3a")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (0x58, THROTTLED),  # throttled
        (0x14, THROTTLED),  # queue full
        (0x08, TEMPORARY),  # system error
        (0x45, TEMPORARY),  # submit failed
        (0x410, TEMPORARY),  # the vendor's own
        (0x0B, PERMANENT),  # invalid destination
        (0x01, PERMANENT),  # invalid length
    ],
)
def test_refusals_are_sorted_by_what_may_be_done_next(status: int, kind: str) -> None:
    assert Smpp(ACCOUNT).outcome(answer_to_submit(status)) == Refused(f"0x{status:08x}", kind)


def test_an_id_in_hexadecimal_meets_its_receipt_in_decimal() -> None:
    smpp = Smpp(SmppAccount("tousu", "secret", "10086", answer_id_base=16, receipt_id_base=10))
    body = pdu.write_deliver(NUMBER, "10086", pdu.IS_RECEIPT, 0, b"id:24378 stat:DELIVRD err:000 text:")

    assert smpp.outcome(answer_to_submit(0, b"5f3a")) == Accepted("tousu:24378")
    assert content(smpp.read(pdu.frame(pdu.DELIVER_SM, 9, body))) == Receipt("tousu:24378", "DELIVRD", "000")


def test_a_receipt_is_read_from_its_parameters() -> None:
    arrival = delivered(b"err:045", {pdu.RECEIPTED_MESSAGE_ID: b"7a\0", pdu.MESSAGE_STATE: b"\x05"})

    assert content(arrival) == Receipt("tousu:7a", "UNDELIV", "045")


def test_a_receipt_is_read_from_its_text_and_never_from_the_quoted_message() -> None:
    text = b"id:7a sub:001 dlvrd:001 done date:2611230901 stat:DELIVRD err:000 Text:id:99 stat:REJECTD"

    assert content(delivered(text)) == Receipt("tousu:7a", "DELIVRD", "000")


def test_unknown_parameters_of_a_vendor_do_no_harm() -> None:
    assert content(delivered(b"id:7a stat:DELIVRD err:000", {0x1403: b"\x01\x02"})) == Receipt(
        "tousu:7a", "DELIVRD", "000"
    )


def test_a_receipt_is_answered_with_success_or_with_come_again() -> None:
    arrival = delivered(b"id:7a stat:DELIVRD")
    assert isinstance(arrival, Delivery)

    stored, failed = pdu.opened(arrival.stored), pdu.opened(arrival.failed)
    assert (stored.command, stored.status, stored.sequence) == (pdu.DELIVER_SM | pdu.ANSWER, 0, 9)
    assert (failed.command, failed.status, failed.sequence) == (pdu.DELIVER_SM | pdu.ANSWER, 0x64, 9)


def test_a_receipt_without_an_id_is_rejected_at_once() -> None:
    arrival = delivered(b"hello")

    assert isinstance(arrival, Request)
    assert pdu.opened(arrival.answer).status == 0x66


def test_IN26_a_phones_sms_is_read_in_chinese_and_in_latin() -> None:
    assert content(delivered("退订".encode("utf-16-be"), esm_class=0, coding=8)) == InboundSms(NUMBER, "10086", "退订")
    assert content(delivered(b"TD", esm_class=0)) == InboundSms(NUMBER, "10086", "TD")


@pytest.mark.parametrize(
    ("header", "reference"), [(b"\x05\x00\x03\x07\x02\x01", 7), (b"\x06\x08\x04\x12\x34\x02\x01", 0x1234)]
)
def test_a_part_of_a_long_sms_names_its_place(header: bytes, reference: int) -> None:
    arrival = delivered(header + "我".encode("utf-16-be"), esm_class=0x40, coding=8)

    assert content(arrival) == InboundSms(NUMBER, "10086", "我", reference, total=2, number=1)


def test_a_command_nobody_knows_gets_a_generic_nack() -> None:
    arrival = Smpp(ACCOUNT).read(pdu.frame(0x00000FFF, 11))

    assert isinstance(arrival, Request)
    answer = pdu.opened(arrival.answer)
    assert (answer.command, answer.status, answer.sequence) == (pdu.GENERIC_NACK, 0x03, 11)
    assert arrival.trouble


def test_an_sms_without_its_numbers_is_rejected() -> None:
    arrival = Smpp(ACCOUNT).read(pdu.frame(pdu.DELIVER_SM, 12, b"\0\0"))

    assert isinstance(arrival, Request)
    answer = pdu.opened(arrival.answer)
    assert (answer.sequence, answer.status) == (12, 0x66)


ANSWER_TO_SUBMIT = pdu.SUBMIT_SM | pdu.ANSWER
COMMANDS = st.sampled_from([pdu.DELIVER_SM, ANSWER_TO_SUBMIT, pdu.ENQUIRE_LINK, pdu.GENERIC_NACK, 0x103, 0xFFF])


@given(COMMANDS, st.binary(max_size=200))
def test_no_frame_however_broken_stops_the_reader(command: int, body: bytes) -> None:
    assert Smpp(ACCOUNT).read(pdu.frame(command, 13, body)) is not None


def test_keepalive_and_goodbye_are_answered() -> None:
    alive, left = Smpp(ACCOUNT).read(pdu.frame(pdu.ENQUIRE_LINK, 1)), Smpp(ACCOUNT).read(pdu.frame(pdu.UNBIND, 2))

    assert isinstance(alive, Request)
    assert isinstance(left, Request)
    assert (pdu.opened(alive.answer).command, alive.ends) == (pdu.ENQUIRE_LINK | pdu.ANSWER, False)
    assert (pdu.opened(left.answer).command, left.ends) == (pdu.UNBIND | pdu.ANSWER, True)
