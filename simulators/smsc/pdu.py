"""SMPP 3.4 frames as the centre sees them: the few commands it serves (chapters 4 and 5 of the specification)."""

import struct
from dataclasses import dataclass

HEADER = struct.Struct(">LLLL")

GENERIC_NACK = 0x80000000
BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x00000001, 0x00000002, 0x00000009
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x00000004, 0x00000005, 0x00000006, 0x00000015
ANSWER = 0x80000000
BINDS = (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER)

OK, WRONG_LENGTH, UNKNOWN_COMMAND, NOT_BOUND = 0x00, 0x01, 0x03, 0x04
WRONG_PASSWORD, QUEUE_FULL, SUBMIT_FAILED, THROTTLED = 0x0E, 0x14, 0x45, 0x58

RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x001E, 0x0427
IS_RECEIPT, HAS_HEADER = 0x04, 0x40
UCS2 = 8


class Malformed(Exception):
    """A body shorter than its command asks for."""


@dataclass(frozen=True)
class Pdu:
    """One frame taken apart."""

    command: int
    status: int
    sequence: int
    body: bytes


@dataclass(frozen=True)
class Submit:
    """What a submit_sm asks for."""

    source: str
    to: str
    esm_class: int
    registered: bool
    data_coding: int
    octets: bytes


def frame(command: int, sequence: int, body: bytes = b"", status: int = OK) -> bytes:
    """A whole PDU: header and body."""
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def opened(octets: bytes) -> Pdu:
    """The PDU in these octets, its length left out."""
    _, command, status, sequence = HEADER.unpack_from(octets)
    return Pdu(command, status, sequence, octets[HEADER.size :])


class _Body:
    """Reads a body's fields one after the other."""

    def __init__(self, octets: bytes) -> None:
        self._octets, self._at = octets, 0

    def text(self) -> str:
        end = self._octets.find(b"\0", self._at)
        if end < 0:
            raise Malformed("a text without its end")
        text = self._octets[self._at : end].decode("ascii")
        self._at = end + 1
        return text

    def octet(self) -> int:
        return self.octets(1)[0]

    def octets(self, count: int) -> bytes:
        taken = self._octets[self._at : self._at + count]
        if len(taken) < count:
            raise Malformed("a body that ends too early")
        self._at += count
        return taken


def read_bind(body: bytes) -> tuple[str, str]:
    """System id and password."""
    fields = _Body(body)
    return fields.text(), fields.text()


def read_submit(body: bytes) -> Submit:
    """The parts of a submit_sm that the centre uses."""
    fields = _Body(body)
    fields.text()  # service type
    fields.octets(2)  # type of number and numbering plan of the source
    source = fields.text()
    fields.octets(2)
    to, esm_class = fields.text(), fields.octet()
    fields.octets(2)  # protocol, priority
    fields.text(), fields.text()  # schedule, validity
    registered = fields.octet() & 0x01
    fields.octet()  # replace if present
    data_coding = fields.octet()
    fields.octet()  # default message
    return Submit(source, to, esm_class, bool(registered), data_coding, fields.octets(fields.octet()))


def write_deliver(
    source: str, to: str, esm_class: int, data_coding: int, octets: bytes, parameters: dict[int, bytes] | None = None
) -> bytes:
    """The body of a deliver_sm."""
    addresses = b"\0" + b"\0\1" + source.encode() + b"\0" + b"\0\1" + to.encode() + b"\0"
    middle = bytes((esm_class, 0, 0, 0, 0, 0, 0, data_coding, 0, len(octets)))
    tail = b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in (parameters or {}).items())
    return addresses + middle + octets + tail
