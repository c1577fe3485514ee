"""docs/methods.md: every RPC method, who may call it, what it accepts and answers."""

import inspect

from services import SERVICES
from services.escalation import errors as escalation
from services.intake import errors as intake
from services.notify import errors as notify
from services.refund import errors as refund
from services.rights import METHODS as RIGHTS
from services.rights import ROLES
from shared.errors import CONTRACT_ERRORS, TousuError
from suite.reference.accepted import ACCEPTED
from suite.reference.answers import answers
from suite.reference.fields import accepted
from suite.reference.markdown import MADE, code, page, sentence, table
from suite.reference.sorts import ANSWERS
from suite.rehearsal.doors import CLASSES, long_answers
from suite.rehearsal.doors import methods as methods_of

REPEATABLE = 5  # fields: a shorter table is printed again
ERRORS = {"intake": intake, "escalation": escalation, "refund": refund, "notify": notify}
INTRO = """Callers use Nameko 2.x RPC over AMQP with JSON: `ClusterRpcProxy({"AMQP_URI": …, "serializer": "json"},
context_data={"auth_token": TOKEN})`. A query takes an id or one filter object; a command takes `(id, command)` or
`(request)`. Unknown fields are refused. Money is integer fen, times are ISO 8601 with offset.

Every command carries a `request_id` of the caller's own (scope: service and token subject, kept for ever). Same id and
same content: the first answer again, nothing done twice. Same id, other content: `Conflict`."""


def methods() -> str:
    """The whole page."""
    return page(
        MADE,
        "# Methods",
        INTRO,
        "## Errors",
        "`RemoteError` with `exc_type` = a name below and `value` = `{message, details}`. None carries personal data.",
        table(("error", "when"), [(f"`{name}`", sentence(kind.__doc__)) for name, kind in CONTRACT_ERRORS.items()]),
        *(block for service in SERVICES for block in _of(service)),
        "## What comes back",
        *answers(),
    )


def _of(service: str) -> list[str]:
    described = [block for name, takes in methods_of(service).items() for block in _method(f"{service}.{name}", takes)]
    return [f"## {service}", *described, f"### What {service} refuses", _refusals(service)]


def _method(method: str, takes: tuple[str, ...]) -> list[str]:
    heading = f"### `{method}({', '.join(takes)})` → {ANSWERS[method]}"
    return [heading, _purpose(method), f"Roles: {_roles(method)}.{_patience(method)}", _fields(method)]


def _patience(method: str) -> str:
    return " A long answer: it takes as long as there is to read." if method in long_answers() else ""


def _purpose(method: str) -> str:
    service, _, name = method.partition(".")
    return sentence(getattr(CLASSES[service], name).__doc__)


def _fields(method: str) -> str:
    """The table of what it accepts; for a long one that stands already, its place."""
    schema = ACCEPTED.get(method)
    if schema is None:
        return ""
    first = next(known for known, other in ACCEPTED.items() if type(other) is type(schema))
    repeated = first != method and len(schema.fields) > REPEATABLE
    return f"Accepts what `{first}` accepts." if repeated else accepted(schema)


def _roles(method: str) -> str:
    allowed = [role for role in ROLES if role in RIGHTS[method]]
    return "all" if len(allowed) == len(ROLES) else code(*allowed)


def _refusals(service: str) -> str:
    found: list[type[TousuError]] = [
        kind
        for _, kind in inspect.getmembers(ERRORS[service], inspect.isclass)
        if issubclass(kind, TousuError) and kind.__module__ == ERRORS[service].__name__
    ]
    in_order = sorted(found, key=lambda kind: inspect.getsourcelines(kind)[1])
    return table(("error", "when"), [(f"`{kind.wire_name}`", sentence(kind.__doc__)) for kind in in_order])
