"""The reference says what the code does: made from it, and compared with it."""

from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from services import SERVICES
from services.rights import METHODS
from shared.aggregate import Actor, event_name
from suite.reference.accepted import ACCEPTED
from suite.reference.messages import KINDS, messages
from suite.reference.methods import methods
from suite.reference.pages import pages
from suite.reference.sorts import ANSWERS
from suite.rehearsal.doors import CLASSES
from suite.rehearsal.doors import methods as methods_of
from suite.rehearsal.everything import everything
from suite.rehearsal.stage import Stage

CARRIED_OUT = {f"{service}.{name}": takes for service in SERVICES for name, takes in methods_of(service).items()}
NOTHING_TO_CHECK = {"id", "refund_id", "message_id"}
GUARDED = [method for method, takes in CARRIED_OUT.items() if set(takes) - NOTHING_TO_CHECK]


class Anybody:
    """A caller who may do everything."""

    def may(self, _method: str) -> Actor:
        return Actor("E1001", "agent", "SZ")


@pytest.mark.parametrize("page", sorted(pages(), key=str), ids=lambda page: str(page.name))
def test_the_page_is_what_the_code_makes(page: Any) -> None:
    assert page.read_text(encoding="utf-8") == pages()[page], "run `make docs`"


def test_every_method_is_described_and_nothing_else() -> None:
    assert ANSWERS.keys() == CARRIED_OUT.keys()
    assert ACCEPTED.keys() == set(GUARDED)


def test_every_method_has_its_roles_in_the_table_of_rights() -> None:
    assert CARRIED_OUT.keys() <= METHODS.keys()


@pytest.mark.parametrize("method", GUARDED)
def test_the_described_schema_is_the_one_that_guards_the_method(method: str) -> None:
    """A request that is wrong in everything is refused by the method in the very words of its described schema."""
    service, _, name = method.partition(".")
    instance = Stage().services[service]
    instance.caller = Anybody()
    wrong = {"no_such_field": 1, **{field: object() for field in ACCEPTED[method].fields}}

    with pytest.raises(ValidationError) as refused:
        getattr(instance, name)(*(wrong if takes not in NOTHING_TO_CHECK else "an-id" for takes in CARRIED_OUT[method]))

    assert refused.value.messages == faults(ACCEPTED[method], wrong)


def faults(schema: Schema, given: dict[str, Any]) -> Any:
    try:
        schema.load(given)
    except ValidationError as refused:
        return refused.messages
    raise AssertionError("everything is wrong with it")


def test_every_method_is_told_in_a_sentence() -> None:
    assert not [method for method in CARRIED_OUT if not docstring(method)]


def docstring(method: str) -> str | None:
    service, _, name = method.partition(".")
    return getattr(CLASSES[service], name).__doc__


def test_every_event_is_told_in_a_sentence() -> None:
    kinds = {event_name(kind): kind for each in KINDS.values() for document in each for kind in document.events}
    published = {each.type for each in everything().told}
    signature = {name: f"{kinds[name].__name__}(" for name in published}  # what a dataclass says without a docstring

    assert not [name for name in published if str(kinds[name].__doc__).startswith(signature[name])]


def test_no_page_says_of_a_field_only_that_it_may_be_nothing() -> None:
    lines = [line for page in (messages(), methods()) for line in page.splitlines() if line.endswith("| null |")]

    assert lines == []
