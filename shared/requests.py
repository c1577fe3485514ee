"""Idempotence: a caller's request id, kept in the document that it changed for as long as the document lives.

Same id and same content: the first answer again. Same id, other content: Conflict. Scope: service and token subject.
"""

from dataclasses import dataclass
from typing import Any

from shared.aggregate import Actor
from shared.errors import Conflict
from shared.graver import taken_out
from shared.sealing import KeyRing


@dataclass(frozen=True)
class Request:
    """A command on its way: `id` names it for ever, `digest` recognises its content, `given` is the caller's own id."""

    id: str
    digest: str
    given: str


@dataclass(frozen=True)
class Answered:
    """A request that was carried out: up to entry `n`, in version `v` of its document."""

    id: str
    digest: str
    n: int
    v: int

    def same_as(self, request: Request) -> bool:
        """True for the request itself again; raises Conflict where its id came with other content."""
        if self.digest != request.digest:
            raise RequestReused(request.given)
        return True


class RequestReused(Conflict):
    """A request id came a second time with other content."""

    def __init__(self, request_id: str) -> None:
        super().__init__("this request_id was used for something else; choose a new one", request_id=request_id)


def request_of(keys: KeyRing, service: str, by: Actor, method: str, target: str, content: dict[str, Any]) -> Request:
    """The request in `content["request_id"]`, bound to its method, target and content (JSON values).

    What is never stored is not in its digest either (PR1)."""
    given = content["request_id"]
    return Request(keys.identity(service, by.sub, given), keys.digest([method, target, taken_out(content)]), given)
