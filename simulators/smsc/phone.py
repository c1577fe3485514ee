"""The customers' phones: parts join to a text by their user data header (3GPP TS 23.040, 9.2.3.24)."""

from collections.abc import Callable
from dataclasses import dataclass

import gsm0338  # noqa: F401  registers the codec "gsm03.38"

from simulators.smsc.pdu import HAS_HEADER, Submit

LONGEST, LONGEST_PART = 70, 67  # UCS2 units of a whole SMS, of one beside its header
CHARSETS = {0: ("gsm03.38", 160, 8 / 7), 8: ("utf-16-be", 140, 1.0)}


class Unreadable(Exception):
    """No phone could show this: too long, an unknown alphabet, half a character."""


@dataclass(frozen=True)
class Piece:
    """A part as the phone sees it: `number` of `total` under `reference`; a single SMS has total 1."""

    to: str
    text: str
    reference: int = 0
    total: int = 1
    number: int = 1


def piece_of(submit: Submit) -> Piece:
    """Raises Unreadable."""
    header, octets = b"", submit.octets
    if submit.esm_class & HAS_HEADER:
        header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
    charset, room, octet = CHARSETS.get(submit.data_coding, ("", 0, 1.0))
    if len(octets) > room - (len(header) + 1 if header else 0) * octet:
        raise Unreadable("longer than an SMS")
    try:
        text = octets.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable("half a character, or an unknown alphabet") from error
    return Piece(submit.to, text, *_joined(header))


def _joined(header: bytes) -> tuple[int, int, int]:
    if header[:2] == b"\x00\x03":
        return header[2], header[3], header[4]
    if header[:2] == b"\x08\x04":
        return int.from_bytes(header[2:4], "big"), header[4], header[5]
    return 0, 1, 1


def written(text: str, reference: int) -> list[tuple[int, bytes]]:
    """What a phone sends of a text: each part's esm_class and octets, header first; no character is cut in two."""
    parts, units = [""], [len(each.encode("utf-16-be")) // 2 for each in text]
    room = LONGEST if sum(units) <= LONGEST else LONGEST_PART
    left = room
    for character, size in zip(text, units, strict=True):
        if size > left:
            parts.append("")
            left = room
        parts[-1] += character
        left -= size
    if len(parts) == 1:
        return [(0, text.encode("utf-16-be"))]
    heads = (bytes((5, 0, 3, reference & 0xFF, len(parts), number)) for number in range(1, len(parts) + 1))
    return [(HAS_HEADER, head + part.encode("utf-16-be")) for head, part in zip(heads, parts, strict=True)]


class Phones:
    """Shows a text once all its parts are there: `show(to, text, parts)`."""

    def __init__(self, show: Callable[[str, str, int], None]) -> None:
        self._show = show
        self._pieces: dict[tuple[str, int, int], dict[int, str]] = {}

    def take(self, piece: Piece) -> bool:
        """True when this piece made a whole text."""
        key = (piece.to, piece.reference, piece.total)
        pieces = self._pieces.setdefault(key, {})
        pieces[piece.number] = piece.text
        if len(pieces) < piece.total:
            return False
        del self._pieces[key]
        self._show(piece.to, "".join(pieces[number] for number in sorted(pieces)), piece.total)
        return True
