"""SMPP 3.4 as a dialect of the carrier link."""

from dataclasses import dataclass
from typing import Any

from smpplib import consts

from services.notify.carriers import smpp_receipt
from services.notify.carriers.dialect import Answer, Arrival, Delivery, Request
from services.notify.carriers.errors import LoginRefused, UnknownCommand, UnreadableFrame
from services.notify.carriers.smpp_codec import decode, encode
from services.notify.carriers.traffic import PERMANENT, TEMPORARY, THROTTLED, Accepted, Receipt, Refused, Segment

THROTTLING = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
PASSING = {
    consts.SMPP_ESME_RSYSERR,
    consts.SMPP_ESME_RSUBMITFAIL,
    consts.SMPP_ESME_RINVBNDSTS,
    consts.SMPP_ESME_RX_T_APPN,
}
VENDOR_STATUS = 0x400  # from here on each carrier has its own meanings: worth another try
DATA_CODING = {"gsm7": 0, "ucs2": 8}
NUMBERING_PLAN_E164 = 1
UDH_INDICATOR = 0x40


@dataclass(frozen=True)
class SmppAccount:
    """
    What the carrier's access document gives; `number` is the sender (NT6).

    Names have at most 15, passwords at most 8 characters (SMPP 3.4, 4.1.1).

    Some carriers write an id in hexadecimal in the answer, in decimal in the receipt: bases say so (0: as it is).
    """

    system_id: str
    password: str
    number: str
    system_type: str = ""
    answer_id_base: int = 0
    receipt_id_base: int = 0

    def __post_init__(self) -> None:
        for name, longest in (("system_id", 15), ("password", 8), ("system_type", 12)):
            if len(getattr(self, name)) > longest:
                raise ValueError(f"SMPP {name}: at most {longest} characters")


class Smpp:
    """The dialect of one account, bound as transceiver."""

    shortest_frame = 16
    longest_frame = 65_536
    last_sequence = 0x7FFFFFFF

    def __init__(self, account: SmppAccount) -> None:
        self._account = account

    def login(self, sequence: int) -> bytes:
        account = self._account
        return encode(
            "bind_transceiver",
            sequence,
            system_id=account.system_id,
            password=account.password,
            system_type=account.system_type,
        )

    def check_login(self, answer: Answer) -> None:
        if answer.body.status:
            raise LoginRefused(f"bind refused with {_code(answer.body.status)}")

    def submit(self, sequence: int, segment: Segment) -> bytes:
        return encode(
            "submit_sm",
            sequence,
            source_addr_npi=NUMBERING_PLAN_E164,
            source_addr=self._account.number,
            dest_addr_npi=NUMBERING_PLAN_E164,
            destination_addr=segment.to,
            esm_class=UDH_INDICATOR if segment.header else 0,
            registered_delivery=1,
            data_coding=DATA_CODING[segment.encoding],
            short_message=segment.header + segment.payload,
        )

    def outcome(self, answer: Answer) -> Accepted | Refused:
        status = answer.body.status
        if not status and answer.body.command == "submit_sm_resp":
            provider_id = (answer.body.message_id or b"").decode("ascii", "replace")
            return Accepted(self._name(provider_id, self._account.answer_id_base))
        return Refused(_code(status), _kind(status))

    def keepalive(self, sequence: int) -> bytes:
        return encode("enquire_link", sequence)

    def goodbye(self, sequence: int) -> bytes:
        return encode("unbind", sequence)

    def read(self, frame: bytes) -> Arrival:
        sequence = int.from_bytes(frame[12:16], "big")
        try:
            return self._arrival(decode(frame))
        except UnknownCommand as unknown:
            return Request(encode("generic_nack", sequence, consts.SMPP_ESME_RINVCMDID), trouble=str(unknown))
        except UnreadableFrame as unreadable:
            return Request(encode("generic_nack", sequence, consts.SMPP_ESME_RINVCMDLEN), trouble=str(unreadable))

    def _arrival(self, pdu: Any) -> Arrival:
        if pdu.command.endswith("_resp") or pdu.command == "generic_nack":
            return Answer(pdu.sequence, pdu)
        if pdu.command == "deliver_sm":
            return self._delivery(pdu)
        if pdu.command in ("enquire_link", "unbind"):
            return Request(encode(f"{pdu.command}_resp", pdu.sequence), ends=pdu.command == "unbind")
        raise UnknownCommand(f"{pdu.command} is not ours to answer")

    def _delivery(self, pdu: Any) -> Delivery | Request:
        def answer(status: int) -> bytes:
            return encode("deliver_sm_resp", pdu.sequence, status)

        try:
            content = self._receipt(pdu) if smpp_receipt.is_receipt(pdu) else smpp_receipt.inbound(pdu)
        except (UnreadableFrame, ValueError, IndexError) as unreadable:
            # sent again it would read no better
            return Request(answer(consts.SMPP_ESME_RX_R_APPN), trouble=str(unreadable))
        return Delivery(content, stored=answer(consts.SMPP_ESME_ROK), failed=answer(consts.SMPP_ESME_RX_T_APPN))

    def _receipt(self, pdu: Any) -> Receipt:
        receipt = smpp_receipt.receipt(pdu)
        provider_id = self._name(receipt.provider_id, self._account.receipt_id_base)
        return Receipt(provider_id, receipt.state, receipt.error)

    def _name(self, provider_id: str, base: int) -> str:
        """The carrier's id, as unique as it is: within its account."""
        return f"{self._account.system_id}:{int(provider_id, base) if base else provider_id}"


def _code(status: int) -> str:
    return f"0x{status:08x}"


def _kind(status: int) -> str:
    if status in THROTTLING:
        return THROTTLED
    return TEMPORARY if status in PASSING or status >= VENDOR_STATUS else PERMANENT
