"""How one text becomes the parts that travel (3GPP TS 23.038, 23.040): alphabet, sizes, the header that joins them."""

from collections.abc import Iterator
from dataclasses import dataclass

import gsm0338  # noqa: F401  registers the codec "gsm03.38"

GSM7, UCS2 = "gsm7", "ucs2"
PART_OCTETS = 140
ESCAPE = "\x1b"  # begins a pair in GSM 7-bit; alone it is no character


@dataclass(frozen=True)
class Part:
    """`number` of `total` (from 1), `header` the UDH (empty in a single part), `payload` its octets (GSM7 unpacked)."""

    number: int
    total: int
    encoding: str
    header: bytes
    payload: bytes


def alphabet(text: str) -> str:
    """GSM7 where every character has its place there, else UCS2."""
    try:
        text.encode("gsm03.38")
    except UnicodeEncodeError:
        return UCS2
    return UCS2 if ESCAPE in text else GSM7


def split(text: str, reference: int, *, wide: bool = True) -> tuple[Part, ...]:
    """
    The parts of `text`, in order; a character that needs two units (surrogate pair, escape pair) stays whole.

    `reference` joins the parts: its low 16 bits (`wide`) or 8 bits are used. More than 255 parts raise ValueError.
    """
    encoding = alphabet(text)
    characters = [_octets(character, encoding) for character in text]
    whole = b"".join(characters)
    if len(whole) <= _room(encoding, header_length=0):
        return (Part(1, 1, encoding, b"", whole),)
    payloads = list(_packed(characters, _room(encoding, header_length=7 if wide else 6)))
    if len(payloads) > 255:
        raise ValueError(f"the text needs {len(payloads)} parts, a phone joins at most 255")
    return tuple(
        Part(number, len(payloads), encoding, _header(reference, len(payloads), number, wide), payload)
        for number, payload in enumerate(payloads, start=1)
    )


def _octets(character: str, encoding: str) -> bytes:
    return character.encode("gsm03.38") if encoding == GSM7 else character.encode("utf-16-be", "replace")


def _room(encoding: str, header_length: int) -> int:
    """Octets of payload beside a header: in GSM 7-bit one for each septet, in UCS2 two for each 16-bit unit."""
    if encoding == GSM7:
        return (PART_OCTETS - header_length) * 8 // 7
    return (PART_OCTETS - header_length) // 2 * 2


def _packed(characters: list[bytes], room: int) -> Iterator[bytes]:
    payload = b""
    for character in characters:
        if len(payload) + len(character) > room:
            yield payload
            payload = b""
        payload += character
    yield payload


def _header(reference: int, total: int, number: int, wide: bool) -> bytes:
    if wide:
        return b"\x06\x08\x04" + (reference & 0xFFFF).to_bytes(2, "big") + bytes((total, number))
    return bytes((5, 0, 3, reference & 0xFF, total, number))
