"""BOSS's own port (HTTP): `POST /entries {key, msisdn, amount_fen, kind, valid_until?}` and `GET /entries/<key>`.

201 or 200 with the entry and its reference; 422 refused, 409 the key stands for another entry, 404 no_such_entry,
501 cannot be asked.

`GET /entries?from=&to=&after=&limit=` lists what was made from `from` until before `to` (ISO 8601 with offset), oldest
first: `{entries, after}`; `after` is null on the last page. 501 cannot list.
"""

import json
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from shared.clock import machine_now, monotonic
from simulators.boss.ledger import Entry, KeyReused, Ledger
from simulators.boss.modes import Temper

SILENCE_SECONDS = 60.0
PROMPT_SECONDS = 0.5  # whoever hears later may have gone
MOST_LISTED = 1000
FORM = {"key": str, "msisdn": str, "amount_fen": int, "kind": str}
ROUTES = Map(
    [
        Rule("/entries", endpoint="enter", methods=["POST"]),
        Rule("/entries/<key>", endpoint="find", methods=["GET"]),
        Rule("/entries", endpoint="list", methods=["GET"]),
    ]
)


class Entries:
    """A WSGI application over one ledger."""

    def __init__(self, ledger: Ledger, temper: Temper) -> None:
        self._ledger, self._temper = ledger, temper
        self._never = threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        try:
            endpoint, values = ROUTES.bind_to_environ(environ).match()
            answer: Any = getattr(self, f"_{endpoint}")(request, **values)
        except HTTPException as refused:
            answer = refused
        return answer(environ, start_response)

    def _enter(self, request: Request) -> Response:
        wanted, valid_until = _wanted(request)
        began = monotonic()
        self._ledger.asked(wanted.key)
        answer = self._entered(wanted, valid_until)
        if answer.status_code < 500 and monotonic() - began < PROMPT_SECONDS:
            self._ledger.answered(wanted.key)
        return answer

    def _entered(self, wanted: Entry, valid_until: datetime | None) -> Response:
        modes = self._temper.for_one_entry()
        self._never.wait(modes.delay_s)
        if spoiled := self._spoiled(modes.silent, modes.fail, "before"):
            return spoiled
        if modes.honours_expiry and valid_until and machine_now() > valid_until:
            return _told(422, {"error": "expired"})
        known = modes.honours_keys and self._ledger.find(wanted.key)
        if modes.refuse and not known:
            return _told(422, {"error": modes.refuse})
        try:
            entry, made = self._ledger.enter(wanted, modes.honours_keys)
        except KeyReused:
            return _told(409, {"error": "key_reused"})
        return self._spoiled(modes.silent, modes.fail, "after") or _told(201 if made else 200, asdict(entry))

    def _spoiled(self, silent: str, fail: str, side: str) -> Response | None:
        if silent == side:
            self._never.wait(SILENCE_SECONDS)
        return _told(500, {"error": "broken"}) if side in (silent, fail) else None

    def _find(self, _request: Request, key: str) -> Response:
        if not self._temper.modes.can_be_asked:
            return _told(501, {"error": "cannot_be_asked"})
        entry = self._ledger.find(key)
        return _told(200, asdict(entry)) if entry else _told(404, {"error": "no_such_entry"})

    def _list(self, request: Request) -> Response:
        if not self._temper.modes.can_list:
            return _told(501, {"error": "cannot_list"})
        since, until = _moment(request, "from"), _moment(request, "to")
        limit = request.args.get("limit", MOST_LISTED, type=int)
        if not 0 < limit <= MOST_LISTED:
            raise BadRequest(f"limit is 1 to {MOST_LISTED}")
        found, after = self._ledger.between(since, until, request.args.get("after", ""), limit)
        return _told(200, {"entries": [asdict(each) for each in found], "after": after})


def _moment(request: Request, name: str) -> datetime:
    """A time of the query; BadRequest where it is none."""
    try:
        moment = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        raise BadRequest(f"{name} is ISO 8601 with offset") from None
    if moment.tzinfo is None:
        raise BadRequest(f"{name} is ISO 8601 with offset")
    return moment


def _wanted(request: Request) -> tuple[Entry, datetime | None]:
    """The entry a request asks for, and until when it may be made (machine time); BadRequest where it is not one."""
    body = request.get_json()
    until = body.pop("valid_until", None) if isinstance(body, dict) else None
    if not isinstance(body, dict) or {name: type(value) for name, value in body.items()} != FORM:
        raise BadRequest(f"an entry is {', '.join(FORM)}")
    if body["amount_fen"] <= 0:
        raise BadRequest("amount_fen is more than 0")
    try:
        return Entry(**body), datetime.fromisoformat(until).astimezone(UTC) if until else None
    except (TypeError, ValueError):
        raise BadRequest("valid_until is ISO 8601 with offset") from None


def _told(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
