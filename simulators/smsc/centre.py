"""The centre itself: takes segments, hands whole texts to phones, owes receipts; survives its own end by its spool."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from simulators.journal import Journal
from simulators.smsc import pdu
from simulators.smsc.modes import Modes
from simulators.smsc.phone import Phones, Piece, Unreadable, piece_of, written
from simulators.smsc.receipts import FromPhone, Receipt, Receipts
from simulators.smsc.session import Session
from simulators.smsc.unanswered import Unanswered


class Centre:
    """`now` gives the time that the journal shows."""

    def __init__(self, accounts: dict[str, str], journal: Journal, spool: Journal, now: Callable[[], datetime]) -> None:
        self.accounts, self.modes = accounts, Modes()
        self._journal, self._spool, self._now = journal, spool, now
        self._phones = Phones(self._shown)
        self.receipts = Receipts(self._next_receiver, spool)
        self.sms = Receipts(self._next_receiver, spool, FromPhone, "from_phone")
        self._lock = threading.Lock()
        self._ids = itertools.count(time.time_ns() // 1_000)  # never the same again after a restart
        self._sessions: list[Session] = []
        self._turn = 0
        self._unanswered = Unanswered()
        names = ("binds", "submits", "accepted", "throttled", "refused", "keepalives", "shown")
        self.counts = dict.fromkeys(names, 0)
        self._restore()

    def _restore(self) -> None:
        lines = list(self._spool.lines())
        shown = {identity for line in lines if "shown" in line for identity in line["shown"]}
        self._unshown: dict[str, Piece] = {}
        for line in lines:
            if "piece" in line and line["id"] not in shown:
                self._take(line["id"], Piece(**line["piece"]))
        self.receipts.restore(lines)
        self.sms.restore(lines)

    def submit(self, submit: pdu.Submit) -> tuple[int, str]:
        """Status and id: what the answer will say."""
        self.counts["submits"] += 1
        if self.modes.throttled():
            self.counts["throttled"] += 1
            return pdu.THROTTLED, ""
        if status := self.modes.refuse:
            self.counts["refused"] += 1
            return status, ""
        try:
            piece = piece_of(submit)
        except Unreadable:
            self.counts["refused"] += 1
            return pdu.WRONG_LENGTH, ""
        return pdu.OK, self._accepted(submit, piece)

    def not_told(self, submit: pdu.Submit) -> None:
        """It was taken, and its sender will not hear of it."""
        self._unanswered.add(piece_of(submit))

    def _accepted(self, submit: pdu.Submit, piece: Piece) -> str:
        reachable = self.modes.reachable(piece.to)
        with self._lock:
            identity = f"{next(self._ids):x}"
            self.counts["accepted"] += 1
            if reachable:
                self._spool.write({"id": identity, "piece": asdict(piece)})
                self._take(identity, piece)
        if submit.registered and self.modes.receipts:
            done = datetime.now(UTC).strftime("%y%m%d%H%M")
            state = "DELIVRD" if reachable else "UNDELIV"
            self.receipts.add(Receipt(identity, submit.source, submit.to, state, done), self.modes.receipt_delay_s)
        return identity

    def _take(self, identity: str, piece: Piece) -> None:
        self._unshown[identity] = piece
        if self._phones.take(piece):
            whole = (piece.to, piece.reference, piece.total)
            shown = [
                known for known, other in self._unshown.items() if (other.to, other.reference, other.total) == whole
            ]
            self._spool.write({"shown": shown})
            for known in shown:
                del self._unshown[known]

    def _shown(self, to: str, text: str, parts: int) -> None:
        self.counts["shown"] += 1
        at = self._now().isoformat(timespec="milliseconds")
        self._journal.write({"at": at, "to": to, "text": text, "parts": parts})

    def bound(self, session: Session) -> None:
        with self._lock:
            self.counts["binds"] += 1
            self._sessions.append(session)

    def left(self, session: Session) -> None:
        with self._lock:
            if session in self._sessions:
                self._sessions.remove(session)

    def drop_connections(self) -> int:
        """Cuts every connection without a word."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.cut()
        return len(sessions)

    def send_from_phone(self, sender: str, to: str, text: str) -> int:
        """A customer's SMS to the account, in as many parts as it needs; each comes until it is taken."""
        with self._lock:
            identities = [f"{next(self._ids):x}" for _ in written(text, 0)]
        parts = written(text, int(identities[0], 16))
        for identity, (esm_class, octets) in zip(identities, parts, strict=True):
            self.sms.add(FromPhone(identity, sender, to, esm_class, octets.hex()), 0.0)
        return len(parts)

    def _next_receiver(self) -> Session | None:
        with self._lock:
            if not self._sessions:
                return None
            self._turn += 1
            return self._sessions[self._turn % len(self._sessions)]

    def state(self) -> dict[str, Any]:
        """What happened so far, in counts."""
        owed = {"receipts": self.receipts, "from_phones": self.sms}
        told = {name: {"sent": each.sent, "taken": each.taken, "pending": each.pending} for name, each in owed.items()}
        unanswered = self._unanswered.count()
        return {**self.counts, "unanswered": unanswered, "sessions": len(self._sessions), **told}
