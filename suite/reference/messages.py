"""docs/messages.md: every event that a service publishes, from events that were really built."""

from typing import Any

from services import SERVICES
from services.escalation.events import SCHEMA as ESCALATION
from services.escalation.moves import CASES
from services.intake.events import SCHEMA as INTAKE
from services.intake.history import COMPLAINTS
from services.notify.events import SCHEMA as NOTIFY
from services.notify.inbound import INBOUND
from services.notify.model import MESSAGES
from services.refund.course import REFUNDS
from services.refund.events import SCHEMA as REFUND
from shared.aggregate import Kind, event_name
from suite.reference.markdown import MADE, code, page, sentence, table
from suite.reference.shapes import fields
from suite.rehearsal.doors import handlers
from suite.rehearsal.everything import everything
from suite.rehearsal.memory import Told
from suite.rehearsal.stage import policies

KINDS: dict[str, tuple[Kind[Any], ...]] = {
    "intake": (COMPLAINTS,),
    "escalation": (CASES,),
    "refund": (REFUNDS,),
    "notify": (MESSAGES, INBOUND),
}
SCHEMAS = {"intake": INTAKE, "escalation": ESCALATION, "refund": REFUND, "notify": NOTIFY}
ENVELOPE = (
    ("`event_id`", "sort and id of the document, number of the entry: unique in the suite, the same in every delivery"),
    ("`type`", "the name of the event, which is also the routing key"),
    (
        "`schema`",
        "the version of the publisher's events; a reader that knows older ones only leaves it to the dead letters",
    ),
    ("`at`", "business time at which it was stored"),
    ("`complaint_id`", "where the event belongs to a complaint"),
    (
        "`seq`",
        "the number of the entry in its document; a reader applies only what is newer than what it knows",
    ),
    ("`actor`", "who did it: `{sub, role, branch}`; `service:<name>` with role `system` where a service did"),
    ("`data`", "the whole current facts of the document, and `change`: what happened"),
)
INTRO = """Each service announces what happens to its documents on the topic exchange `<service>.events`, one JSON
message an event, persistent and confirmed. An event carries the document's **whole current facts**, so a lost, late or
repeated one harms nothing: the newest is enough. Customers travel as `{masked, sealed}`; `sealed` opens with the suite
key alone. Free text never travels, but for a reply's content, sealed too."""


def messages() -> str:
    """The whole page."""
    return page(
        MADE,
        "# Messages",
        INTRO,
        "## The envelope",
        table(("field", "holds"), ENVELOPE),
        *(block for service in SERVICES for block in _published_by(service)),
    )


def _published_by(service: str) -> list[str]:
    told = [each for each in everything().told if each.service == service]
    return [
        f"## {service}",
        f"Exchange `{service}.events`, schema {SCHEMAS[service]}.",
        table(("event", "tells", "`change` carries", "read by", "SMS"), _events(service, told)),
        *_facts(told),
    ]


def _events(service: str, told: list[Told]) -> list[tuple[str, ...]]:
    kinds = [kind for document in KINDS[service] for kind in document.events]
    published = {each.type for each in told}
    return [_event(service, kind, told) for kind in kinds if event_name(kind) in published]


def _event(service: str, kind: type, told: list[Told]) -> tuple[str, ...]:
    name = event_name(kind)
    changes = [each.event["data"]["change"] for each in told if each.type == name]
    carried = {field for change in changes for field in change} - {"name"}
    readers = dict.fromkeys(handler.service for handler in handlers() if handler.takes(service, name))
    return f"`{name}`", _tells(kind), code(*sorted(carried)) or "–", ", ".join(readers) or "–", _sends(service, name)


def _tells(kind: type) -> str:
    """The event's docstring; the one that a dataclass writes itself tells nothing."""
    told = sentence(kind.__doc__)
    return "" if told.startswith(f"{kind.__name__}(") else told


def _sends(service: str, name: str) -> str:
    rules = policies("notify")["notify"].rules_for(service, name)
    return code(*dict.fromkeys(rule.template for rule in rules)) or "–"


def _facts(told: list[Told]) -> list[str]:
    """The facts that every event of one sort carries: what the first field says it is about."""
    sorts: dict[str, list[dict[str, Any]]] = {}
    for each in told:
        data = each.event["data"]
        sorts.setdefault(next(iter(data)), []).append(data)
    return [
        block
        for about, values in sorts.items()
        for block in (f"Facts of a {about.removesuffix('_id')}, in every event:", fields(values, without=("change",)))
    ]
