"""What a deliver_sm says: a delivery receipt (SMPP 3.4, appendix B) or a phone's SMS (3GPP TS 23.040)."""

import re
from typing import Any

from services.notify.carriers.errors import UnreadableFrame
from services.notify.carriers.traffic import InboundSms, Receipt

STATES = dict(enumerate("ENROUTE DELIVRD EXPIRED DELETED UNDELIV ACCEPTD UNKNOWN REJECTD".split(), start=1))
RECEIPT_CLASSES = (0x04, 0x20)  # delivery receipt, intermediate notification
CHARSETS = {0: "gsm03.38", 1: "ascii", 3: "latin-1", 8: "utf-16-be"}
FIELD = re.compile(rb"(id|stat|err):(\S*)")
QUOTE = re.compile(rb"text:", re.IGNORECASE)  # what follows quotes the message and may hold anything
UDH_INDICATOR = 0x40


def is_receipt(pdu: Any) -> bool:
    """Whether a deliver_sm is a delivery receipt: its message type in esm_class says so."""
    return (pdu.esm_class or 0) & 0x3C in RECEIPT_CLASSES


def receipt(pdu: Any) -> Receipt:
    """From the parameters where there are any, else from the text. Raises UnreadableFrame without id or state."""
    fields = FIELD.findall(QUOTE.split(_octets(pdu))[0])
    written = {name.decode(): value.decode("ascii", "replace") for name, value in fields}
    provider_id = (pdu.receipted_message_id or b"").decode("ascii", "replace") or written.get("id", "")
    state = STATES.get(pdu.message_state or 0) or written.get("stat", "")
    if not provider_id or not state:
        raise UnreadableFrame("a receipt without id or state")
    return Receipt(provider_id, state, written.get("err", ""))


def inbound(pdu: Any) -> InboundSms:
    """A phone's SMS or a part of one. Raises UnreadableFrame when its text cannot be read."""
    if not pdu.source_addr or not pdu.destination_addr:
        raise UnreadableFrame("an SMS without its two numbers")
    octets, header = _octets(pdu), b""
    if (pdu.esm_class or 0) & UDH_INDICATOR:
        header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
    charset = CHARSETS.get(pdu.data_coding or 0)
    if charset is None:
        raise UnreadableFrame(f"an SMS in data coding {pdu.data_coding}")
    sender, to = pdu.source_addr.decode("ascii"), pdu.destination_addr.decode("ascii")
    place = _joined(header) or _joined_by_parameters(pdu) or (0, 1, 1)
    return InboundSms(sender, to, octets.decode(charset, "replace"), *place)


def _octets(pdu: Any) -> bytes:
    return pdu.short_message or pdu.message_payload or b""


def _joined(header: bytes) -> tuple[int, int, int] | None:
    """Reference, total and number from the header's elements: 00 has an 8-bit reference, 08 a 16-bit one."""
    while len(header) >= 2:
        element, length = header[0], header[1]
        value, header = header[2 : 2 + length], header[2 + length :]
        if (element, len(value)) in ((0x00, 3), (0x08, 4)):
            return int.from_bytes(value[:-2], "big"), value[-2], value[-1]
    return None


def _joined_by_parameters(pdu: Any) -> tuple[int, int, int] | None:
    if not pdu.sar_total_segments:
        return None
    return pdu.sar_msg_ref_num or 0, pdu.sar_total_segments, pdu.sar_segment_seqnum or 1
