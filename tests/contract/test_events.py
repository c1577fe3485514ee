"""What leaves a service: the contract's envelope, whole facts, and nobody's name, number or words."""

import base64
import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.escalation import events as escalation
from services.intake import events as intake
from services.intake.history import EVENTS as COMPLAINT_EVENTS
from services.notify import events as notify
from services.notify.inbound import SmsReceived
from services.refund import events as refund
from services.refund.history import EVENTS as REFUND_EVENTS
from shared.aggregate import event_name
from suite.rehearsal.memory import KEYS, Told
from suite.rehearsal.people import NAME, NEW_NAME, NEW_NUMBER, NUMBER, PERSONAL, WORDS

MOBILE = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])")  # ids are hexadecimal and may hold eleven digits
ENVELOPE = {"event_id": str, "type": str, "schema": int, "at": str, "seq": int, "actor": dict, "data": dict}
ANNOUNCED = {
    "intake": set(COMPLAINT_EVENTS) - set(intake.UNTOLD),
    "escalation": set(escalation.ANNOUNCED),
    "refund": set(REFUND_EVENTS) - set(refund.NOT_ANNOUNCED),
    "notify": {*notify.TOLD, SmsReceived},
}
SCHEMAS = {"intake": intake.SCHEMA, "escalation": escalation.SCHEMA, "refund": refund.SCHEMA, "notify": notify.SCHEMA}


@pytest.mark.parametrize("service", ANNOUNCED)
def test_every_event_that_a_service_announces_is_rehearsed(told: list[Told], service: str) -> None:
    rehearsed = {each.type for each in told if each.service == service}

    assert rehearsed == {event_name(kind) for kind in ANNOUNCED[service]}


def test_every_event_has_the_contracts_envelope_and_nothing_else_around_its_data(told: list[Told]) -> None:
    for each in told:
        event = json.loads(each.body)
        assert {name: type(event[name]) for name in ENVELOPE} == ENVELOPE
        assert event.keys() <= ENVELOPE.keys() | {"complaint_id"}
        assert event["type"] == each.type
        assert event["schema"] == SCHEMAS[each.service]


def test_every_time_in_an_event_carries_its_offset(told: list[Told]) -> None:
    for each in told:
        assert datetime.fromisoformat(each.event["at"]).utcoffset() == timedelta(0)
        for name, value in leaves(each.event["data"]):
            if name.endswith("_at") and value is not None:
                assert datetime.fromisoformat(value).tzinfo, (each.type, name)


def test_seq_counts_the_history_and_event_ids_never_meet(told: list[Told]) -> None:
    numbers = defaultdict(list)
    for each in told:
        document, _, n = each.event["event_id"].rpartition(":")
        assert int(n) == each.event["seq"] == each.event["data"]["seq"]
        numbers[each.service, document].append(each.event["seq"])

    assert all(seqs == sorted(set(seqs)) for seqs in numbers.values())
    services = defaultdict(set)
    for each in told:
        services[each.event["event_id"]].add(each.service)
    assert all(len(tellers) == 1 for tellers in services.values())  # a case and its complaint share their id


def test_the_event_says_of_which_complaint_it_is_where_there_is_one(told: list[Told]) -> None:
    for each in told:
        assert each.event.get("complaint_id") == each.event["data"].get("complaint_id")
        if each.service in ("intake", "escalation"):
            assert each.event["complaint_id"]


def test_PR1_no_event_carries_a_name_a_number_or_free_text_in_the_clear(told: list[Told]) -> None:
    readable = [(each, each.body.decode() + json.dumps(each.event)) for each in told]

    assert not [(each.type, word) for each, text in readable for word in PERSONAL if word in text]
    assert not [each.type for each, text in readable if MOBILE.search(text)]


def test_PR1_customers_travel_masked_and_sealed_under_the_suite_key(told: list[Told]) -> None:
    with_customers = [each.event["data"]["customer"] for each in told if "customer" in each.event["data"]]

    assert with_customers
    for customer in with_customers:
        assert customer.keys() == {"masked", "sealed"}
        assert customer["masked"] in ("139****0205", "139****0306")
        opened = KEYS.open_from_suite(customer["sealed"])
        assert opened["msisdn"] in (NUMBER, NEW_NUMBER)
        assert opened.get("name") in (None, NAME, NEW_NAME)


def test_two_sealings_of_one_customer_look_different(told: list[Told]) -> None:
    """Equal bytes would tell that two complaints are one customer's."""
    sealed = [each.event["data"]["customer"]["sealed"] for each in told if each.service == "intake"]

    assert len({base64.b64decode(each) for each in sealed}) == len(sealed)


def test_a_reply_takes_its_content_along_sealed(told: list[Told]) -> None:
    replies = [each.event["data"]["reply"] for each in told if each.type == "complaint_replied"]

    assert replies
    assert all(KEYS.open_from_suite(reply["sealed"])["content"] == WORDS for reply in replies)


@pytest.mark.parametrize(
    ("service", "sort", "only_some_have"),
    [
        ("intake", "", {"reply", "improvement"}),
        ("escalation", "", set()),
        ("refund", "", set()),
        ("notify", "message_", {"complaint_id"}),
        ("notify", "sms_", set()),
    ],
)
def test_every_event_of_one_sort_carries_the_same_whole_facts(
    told: list[Told], service: str, sort: str, only_some_have: set[str]
) -> None:
    """A gap or a late one harms nothing only if each one tells all."""
    of_this_sort = [each for each in told if each.service == service and each.type.startswith(sort)]

    assert len({frozenset(each.event["data"].keys() - only_some_have) for each in of_this_sort}) == 1


def test_change_names_the_event(told: list[Told]) -> None:
    assert all(each.event["data"]["change"]["name"] == each.type for each in told)


def leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """Every single value of a nested one, with the name it goes by."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, key)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner, name)]
    return [(name, value)]
