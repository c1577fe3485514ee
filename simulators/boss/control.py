"""The control port (HTTP): `GET /` shows modes, totals and unanswered keys, `POST /modes {…}` sets exactly these."""

import json
from dataclasses import asdict
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from simulators.boss.ledger import Ledger
from simulators.boss.modes import Temper

ROUTES = Map(
    [Rule("/", endpoint="state", methods=["GET"]), Rule("/modes", endpoint="modes", methods=["POST"])],
)


class Control:
    """A WSGI application over BOSS's temper."""

    def __init__(self, ledger: Ledger, temper: Temper) -> None:
        self._ledger, self._temper = ledger, temper

    def __call__(self, environ: Any, start_response: Any) -> Any:
        try:
            endpoint, _ = ROUTES.bind_to_environ(environ).match()
            told = getattr(self, f"_{endpoint}")(Request(environ))
            answer: Any = Response(json.dumps(told), mimetype="application/json")
        except HTTPException as refused:
            answer = refused
        return answer(environ, start_response)

    def _state(self, _request: Request) -> dict[str, Any]:
        return {"modes": asdict(self._temper.modes), **self._ledger.state()}

    def _modes(self, request: Request) -> dict[str, Any]:
        modes = request.get_json()
        if not isinstance(modes, dict):
            raise BadRequest("modes are an object")
        try:
            return self._temper.set(modes)
        except ValueError as wrong:
            raise BadRequest(str(wrong)) from wrong
