"""One account's connection to the centre."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.smsc import pdu

if TYPE_CHECKING:
    from simulators.smsc.centre import Centre


@dataclass(frozen=True)
class Answer:
    """What the sender of a submit is to hear."""

    submit: pdu.Submit
    status: int
    body: bytes


class Session:
    """Serves one socket until it closes."""

    def __init__(self, sock: socket.socket, centre: "Centre") -> None:
        self._socket, self._centre = sock, centre
        self._writing = threading.Lock()
        self._bound = False
        self._sequence = 0
        self._delivering: dict[int, Callable[[int], None]] = {}

    def serve(self) -> None:
        try:
            for frame in self._frames():
                if not self._handle(pdu.opened(frame)):
                    break
        except (OSError, pdu.Malformed, UnicodeDecodeError):
            pass  # the peer went or talks nonsense; what it owes us is sent again to the next one
        finally:
            self._centre.left(self)
            self.cut()

    def cut(self) -> None:
        with suppress(OSError):  # gone already
            self._socket.shutdown(socket.SHUT_RDWR)

    def deliver(self, body: bytes, answered: Callable[[int], None]) -> bool:
        """Sends a deliver_sm; `answered(status)` is called if its answer comes. False when the peer is gone."""
        with self._writing:
            self._sequence += 1
            sequence = self._sequence
            self._delivering[sequence] = answered
        return self._send(pdu.frame(pdu.DELIVER_SM, sequence, body))

    def _frames(self) -> Iterator[bytes]:
        stream = self._socket.makefile("rb")
        while head := stream.read(4):
            length = int.from_bytes(head, "big")
            if not pdu.HEADER.size <= length <= 65_536:
                return
            rest = stream.read(length - 4)
            if len(rest) < length - 4:
                return
            yield head + rest

    def _handle(self, request: pdu.Pdu) -> bool:
        """False ends the session."""
        if request.command == pdu.DELIVER_SM | pdu.ANSWER:
            if answered := self._delivering.pop(request.sequence, None):
                answered(request.status)
        elif request.command in pdu.BINDS:
            return self._bind(request)
        elif request.command == pdu.ENQUIRE_LINK:
            self._centre.counts["keepalives"] += 1
            return self._centre.modes.mute or self._answer(request)
        elif request.command == pdu.UNBIND:
            self._centre.left(self)
            self._answer(request)
            return False
        elif request.command == pdu.SUBMIT_SM:
            return self._submit(request)
        elif not request.command & pdu.ANSWER:
            return self._send(pdu.frame(pdu.GENERIC_NACK, request.sequence, status=pdu.UNKNOWN_COMMAND))
        return True

    def _bind(self, request: pdu.Pdu) -> bool:
        system_id, password = pdu.read_bind(request.body)
        if self._centre.accounts.get(system_id) != password:
            self._answer(request, status=pdu.WRONG_PASSWORD)
            return False
        self._bound = True
        self._answer(request, b"SMSC\0")
        if request.command != pdu.BIND_TRANSMITTER:
            self._centre.bound(self)
        return True

    def _submit(self, request: pdu.Pdu) -> bool:
        if not self._bound:
            return self._answer(request, status=pdu.NOT_BOUND)
        silent, delay_s = self._centre.modes.silent, self._centre.modes.answer_delay_s
        if silent == "before":
            return True
        try:
            submit = pdu.read_submit(request.body)
        except (pdu.Malformed, UnicodeDecodeError):
            return self._answer(request, status=pdu.SUBMIT_FAILED)
        status, identity = self._centre.submit(submit)
        answer = Answer(submit, status, b"" if status else identity.encode() + b"\0")
        if silent == "after":
            self._not_told(answer)
        elif delay_s:
            threading.Timer(delay_s, self._submitted, (request, answer)).start()
        else:
            return self._submitted(request, answer)
        return True

    def _submitted(self, request: pdu.Pdu, answer: Answer) -> bool:
        """False where the peer is gone before it hears of it."""
        told = self._answer(request, answer.body, answer.status)
        if not told:
            self._not_told(answer)
        return told

    def _not_told(self, answer: Answer) -> None:
        if answer.status == pdu.OK:
            self._centre.not_told(answer.submit)

    def _answer(self, request: pdu.Pdu, body: bytes = b"", status: int = pdu.OK) -> bool:
        return self._send(pdu.frame(request.command | pdu.ANSWER, request.sequence, body, status))

    def _send(self, frame: bytes) -> bool:
        try:
            with self._writing:
                self._socket.sendall(frame)
        except OSError:
            return False
        return True
