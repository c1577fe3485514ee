"""The only door to BOSS: one entry a key over HTTP, with short bounds. What is not a plain yes or no is NoAnswer."""

import re
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import orjson

from services.refund.bounded import TooLong
from services.refund.lines import LineKind
from services.refund.outcomes import (
    Absent,
    Asked,
    BossEntry,
    Entered,
    Late,
    Listed,
    NoAnswer,
    NotSent,
    Paid,
    Refused,
)
from services.refund.punctual import NONE, LeaveBy, LeftTooLate, get, late_by, post
from services.refund.rules import BillingRules

CODE = re.compile(r"[a-z0-9_]{1,40}")
REFUSALS = frozenset({400, 422})  # all other errors may be of the way to BOSS, and say nothing about the entry


class Billing(Protocol):
    """What refund needs of a billing system."""

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: LineKind, leave_by: LeaveBy) -> Paid:
        """Asks for one entry under this key, unless the time for it is over. Never raises."""

    def ask(self, key: str) -> Asked:
        """Whether there is an entry under this key. Never raises."""


class BillingList(Protocol):
    """What reconciling needs of it (RF13)."""

    def ask(self, key: str) -> Asked:
        """As above."""

    def entries(self, since: datetime, until: datetime, after: str | None, limit: int) -> Listed | NoAnswer:
        """One page of all entries made from `since` until before `until`, oldest first. Never raises."""


class Boss:
    """BOSS at an address. Proxies of the environment are not used: the way to the billing system is a direct one."""

    def __init__(self, url: str, rules: BillingRules) -> None:
        self._entries = f"{url.rstrip('/')}/entries"
        self._within = (rules.connect.total_seconds(), rules.answer.total_seconds())
        self._honours_expiry = rules.honours_expiry

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: LineKind, leave_by: LeaveBy) -> Paid:
        entry = {"key": key, "msisdn": msisdn, "amount_fen": amount_fen, "kind": kind}
        if self._honours_expiry:
            entry["valid_until"] = leave_by.machine.isoformat()
        try:
            said = post(self._entries, orjson.dumps(entry), leave_by, self._within)
        except LeftTooLate:
            return NotSent()
        except (OSError, HTTPException) as lost:
            return _if_late(_lost(lost), late_by(lost))
        return _if_late(_said(said.status, said.body), said.late)

    def ask(self, key: str) -> Asked:
        answer = self._say(f"{self._entries}/{quote(key, safe='')}")
        if isinstance(answer, NoAnswer):
            return answer
        status, body = answer
        if status == 404:
            return Absent() if _code(body) == "no_such_entry" else NoAnswer("http_404")
        return _entered(body) if status == 200 else NoAnswer(f"http_{status}")

    def entries(self, since: datetime, until: datetime, after: str | None, limit: int) -> Listed | NoAnswer:
        asked = {"from": since.isoformat(), "to": until.isoformat(), "limit": limit} | (
            {"after": after} if after else {}
        )
        answer = self._say(f"{self._entries}?{urlencode(asked)}")
        if isinstance(answer, NoAnswer):
            return answer
        status, body = answer
        return _listed(body) if status == 200 else NoAnswer(f"http_{status}")

    def _say(self, url: str) -> tuple[int, Any] | NoAnswer:
        try:
            status, text = get(url, self._within)
            return status, orjson.loads(text)
        except orjson.JSONDecodeError:
            return NoAnswer("not_json")
        except (OSError, HTTPException) as lost:
            return _lost(lost)


def _lost(fault: Exception) -> NoAnswer:
    if isinstance(fault, TimeoutError):
        return NoAnswer("timeout")
    return NoAnswer("too_long" if isinstance(fault, TooLong) else "connection_lost")


def _said(status: int, text: bytes) -> Entered | Refused | NoAnswer:
    """A plain yes or no, else nobody knows."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return NoAnswer("not_json")
    if status in (200, 201):
        return _entered(body)
    return Refused(_code(body)) if status in REFUSALS else NoAnswer(f"http_{status}")


def _if_late(said: Entered | Refused | NoAnswer, late: timedelta) -> Paid:
    return Late(said, late) if late > NONE else said


def _entered(body: Any) -> Entered | NoAnswer:
    """The entry that BOSS says it has; an answer that lacks a part of it says nothing."""
    match body:
        case {"reference": str(reference), "msisdn": str(msisdn), "amount_fen": int(amount_fen)}:
            return Entered(reference, msisdn, amount_fen)
        case _:
            return NoAnswer("no_sense")


def _listed(body: Any) -> Listed | NoAnswer:
    """A page as BOSS tells it; one that lacks a part of any entry says nothing."""
    match body:
        case {"entries": list(found), "after": str() | None as after}:
            entries = tuple(entry for each in found if (entry := _entry(each)))
            return Listed(entries, after) if len(entries) == len(found) else NoAnswer("no_sense")
        case _:
            return NoAnswer("no_sense")


def _entry(body: Any) -> BossEntry | None:
    match body:
        case {"key": str(key), "msisdn": str(msisdn), "amount_fen": int(fen), "kind": str(kind), "at": str(at)} if (
            moment := _moment(at)
        ):
            return BossEntry(key, msisdn, fen, kind, moment, str(body.get("reference") or ""))
        case _:
            return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _code(body: Any) -> str:
    """BOSS's own word for a refusal, if it is one word: a sentence might name the customer."""
    code = body.get("error") if isinstance(body, dict) else None
    return code if isinstance(code, str) and CODE.fullmatch(code) else "refused"
