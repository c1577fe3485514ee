"""The control port (HTTP): `GET /` counts, `POST /modes`, `POST /drop`, `POST /sms {from, to?, text}`."""

import json
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from simulators.smsc.centre import Centre

ROUTES = Map(
    [
        Rule("/", endpoint="state", methods=["GET"]),
        Rule("/modes", endpoint="modes", methods=["POST"]),
        Rule("/drop", endpoint="drop", methods=["POST"]),
        Rule("/sms", endpoint="sms", methods=["POST"]),
    ]
)


class Control:
    """A WSGI application over one centre."""

    def __init__(self, centre: Centre, number: str) -> None:
        self._centre, self._number = centre, number

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        try:
            endpoint, _ = ROUTES.bind_to_environ(environ).match()
            answer: Any = Response(json.dumps(getattr(self, f"_{endpoint}")(request)), mimetype="application/json")
        except HTTPException as refused:
            answer = refused
        return answer(environ, start_response)

    def _state(self, _request: Request) -> dict[str, Any]:
        return self._centre.state()

    def _modes(self, request: Request) -> dict[str, Any]:
        try:
            return self._centre.modes.set(request.get_json())
        except ValueError as wrong:
            raise BadRequest(str(wrong)) from wrong

    def _drop(self, _request: Request) -> dict[str, Any]:
        return {"dropped": self._centre.drop_connections()}

    def _sms(self, request: Request) -> dict[str, Any]:
        sms = request.get_json()
        try:
            sender, to, text = sms["from"], sms.get("to", self._number), sms["text"]
        except (KeyError, TypeError) as missing:
            raise BadRequest(f"an SMS needs from and text: {missing}") from missing
        return {"parts": self._centre.send_from_phone(sender, to, text)}
