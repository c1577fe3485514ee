"""SMPP 3.4 frames to and from Python: smpplib's codec behind two functions, so that another can take its place."""

from typing import Any

from smpplib import smpp
from smpplib.exceptions import UnknownCommandError

from services.notify.carriers.errors import UnknownCommand, UnreadableFrame


class _NoSession:
    """smpplib asks a session for numbers it is about to be given; ours come from the link."""

    sequence = 0

    def next_sequence(self) -> int:
        return 0


def encode(command: str, sequence: int, status: int = 0, **fields: Any) -> bytes:
    """The frame of a command; `fields` are its parameters by the specification's names, octets as bytes."""
    pdu = smpp.make_pdu(command, client=_NoSession(), status=status, **fields)
    pdu.sequence = sequence
    return bytes(pdu.generate())


def decode(frame: bytes) -> Any:
    """The PDU of a whole frame: `command`, `sequence`, `status`, parameters. Raises UnknownCommand, UnreadableFrame."""
    try:
        pdu = smpp.parse_pdu(frame, client=_NoSession(), allow_unknown_opt_params=True)
    except UnknownCommandError as error:
        raise UnknownCommand(str(error)) from error
    except Exception as error:  # smpplib stumbles over a broken body in many ways
        raise UnreadableFrame(type(error).__name__) from error
    return pdu
