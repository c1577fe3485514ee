"""Whole frames out of a stream of bytes: the own buffer between socket and codec."""

from collections.abc import Iterator

LENGTH_OCTETS = 4


class BrokenFrame(Exception):
    """The stream cannot be cut into frames any more; the connection must go."""


class FrameReader:
    """Both SMPP and CMPP begin each frame with its whole length, 4 octets, big-endian."""

    def __init__(self, shortest: int, longest: int) -> None:
        self._shortest, self._longest = shortest, longest
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> Iterator[bytes]:
        """The frames that are whole now; the rest waits. Raises BrokenFrame on an impossible length."""
        self._buffer += octets
        while len(self._buffer) >= LENGTH_OCTETS:
            length = int.from_bytes(self._buffer[:LENGTH_OCTETS], "big")
            if not self._shortest <= length <= self._longest:
                raise BrokenFrame(f"a frame of {length} octets, expected {self._shortest} to {self._longest}")
            if len(self._buffer) < length:
                return
            frame = bytes(self._buffer[:length])
            del self._buffer[:length]
            yield frame
