"""The inbox on a real broker: every event is handled, tried again, or kept among the dead letters with its cause."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import orjson
import pytest
from marshmallow import ValidationError
from nameko.exceptions import ConfigurationError
from pymongo.errors import ServerSelectionTimeoutError

from shared.bus.copies import HandledEvents
from shared.bus.in_hand import EventsInHand
from shared.bus.inbox import on_event
from shared.bus.retries import PermanentFault, Travel
from shared.bus.rpc import rpc
from shared.bus.topology import DEAD, DELAYS, RETURN, declare_delays
from shared.errors import Unavailable
from shared.settings import Settings
from tests.integration.amqp_hands import Hands, soon
from tests.integration.letters_hands import body_of, letter, letters_of

seen: list[tuple[str, float]] = []
retold: set[str] = set()
faults: dict[str, list[BaseException]] = {}


def note(event: dict[str, Any]) -> None:
    seen.append((event["event_id"], time.monotonic()))
    if event.get("retold"):
        retold.add(event["event_id"])
    eventlet.sleep(event["data"].get("seconds", 0))
    if waiting := faults.get(event["event_id"]):
        raise waiting.pop(0)


class Reader:
    name = "reader"
    handled = HandledEvents()
    in_hand = EventsInHand()

    @rpc
    def handling(self) -> int:
        return self.in_hand  # type: ignore[return-value]

    @rpc
    def copies(self) -> int:
        return self.handled.copies()  # type: ignore[attr-defined,no-any-return]

    @on_event("intake", "complaint_registered", "complaint_urged")
    def follow(self, event: dict[str, Any]) -> None:
        note(event)

    @on_event("refund", "*", schema=2)
    def follow_refund(self, event: dict[str, Any]) -> None:
        note(event)


@pytest.fixture(scope="module")
def reader_settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    settings = make_settings()
    start_service(Reader, settings)
    return settings


@pytest.fixture
def hands(reader_settings: Settings) -> Iterator[Hands]:
    seen.clear()
    faults.clear()
    with Hands(reader_settings.amqp_uri) as hands:
        yield hands


@pytest.fixture(scope="module")
def letters(reader_settings: Settings) -> Iterator[Any]:
    with letters_of(reader_settings, "reader") as letters:
        yield letters


def event(event_id: str, type: str = "complaint_registered", schema: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "type": type,
        "schema": schema,
        "at": "2026-11-23T01:00:00.000+00:00",
        "seq": 1,
        "data": {"complaint_id": "c"},
    } | more


def publish(hands: Hands, message: dict[str, Any], source: str = "intake", **more: Any) -> None:
    hands.publish(f"{source}.events", message["type"], orjson.dumps(message), message_id=message["event_id"], **more)


def runs(event_id: str) -> list[float]:
    return [at for name, at in seen if name == event_id]


def test_an_event_reaches_the_handler_of_its_type_once(hands: Hands) -> None:
    publish(hands, event("one", "complaint_urged"))
    soon(lambda: runs("one"))
    publish(hands, event("two", "complaint_urged"))
    soon(lambda: runs("two"))
    assert len(runs("one")) == 1


def test_an_event_is_in_hand_until_its_handler_is_done(
    hands: Hands, reader_settings: Settings, make_client: Any
) -> None:
    reader = make_client(reader_settings, "E1001", "operator").reader
    publish(hands, event("slow", data={"complaint_id": "c", "seconds": 1}))
    soon(lambda: runs("slow"))
    assert reader.handling() == 1
    faults["fails"] = [PermanentFault("of no use")]
    publish(hands, event("fails"))
    soon(lambda: runs("fails") and reader.handling() == 0)


def test_F12_what_comes_again_after_it_was_handled_is_counted_and_a_retry_is_not(
    hands: Hands, reader_settings: Settings, make_client: Any
) -> None:
    reader = make_client(reader_settings, "E1001", "operator").reader
    before = reader.copies()
    faults["failed once"] = [KeyError()]
    publish(hands, event("failed once"))
    soon(lambda: len(runs("failed once")) == 2)
    for _ in range(10):
        publish(hands, event("ten times"))
    soon(lambda: len(runs("ten times")) == 10)
    soon(lambda: reader.copies() == before + 9)


def test_a_star_takes_every_type_of_its_source(hands: Hands) -> None:
    publish(hands, event("r1", "refund_paid", schema=2), source="refund")
    publish(hands, event("r2", "refund_failed"), source="refund")
    soon(lambda: runs("r1") and runs("r2"))


def test_a_failing_handler_is_tried_again_after_one_second_and_the_event_is_not_lost(hands: Hands) -> None:
    faults["again"] = [KeyError("13912345678")]
    publish(hands, event("again"))
    first, second = soon(lambda: len(runs("again")) == 2 and runs("again"))
    assert 0.9 < second - first < 4.5, "the next delay is one of five seconds"


def test_the_delays_are_one_five_and_thirty_seconds(hands: Hands) -> None:
    assert DELAYS == (1, 5, 30)
    declare_delays(hands.channel)  # PRECONDITION_FAILED, were one of them other than declared


def test_an_event_without_body_or_id_is_a_dead_letter_too(hands: Hands, letters: Any) -> None:
    hands.publish("intake.events", "complaint_urged", b"")
    kept = soon(lambda: letter(letters, letters.keys.digest("")))
    assert (kept.cause, body_of(kept)) == ("the body is not JSON", b"")


def test_a_dead_letter_names_the_fields_that_did_not_fit(hands: Hands, letters: Any) -> None:
    faults["unfit"] = [ValidationError({"seq": ["Not a valid integer."], "customer": {"sealed": ["13912345678"]}})]
    publish(hands, event("unfit"))
    assert soon(lambda: letter(letters, "unfit")).cause == "not of the agreed form: customer, seq"


def test_F15_after_the_third_retry_it_is_a_dead_letter_with_its_cause_and_no_personal_data(
    hands: Hands, letters: Any
) -> None:
    faults["worn"] = [KeyError("13912345678")]
    worn = event("worn", data={"complaint_id": "c", "number": "13912345678"})
    headers = {"tousu.source": "intake", "tousu.type": "complaint_registered", "tousu.attempts": 3}
    hands.publish(RETURN, "reader.inbox", orjson.dumps(worn), message_id="worn", headers=headers)
    kept = soon(lambda: letter(letters, "worn"))
    assert (kept.state, kept.attempts, kept.source) == ("waiting", 4, "intake")
    assert kept.cause.startswith("KeyError at ")
    assert "13912345678" not in str(letters.collection.find_one({"_id": "worn"}))
    assert orjson.loads(body_of(kept)) == worn
    assert len(runs("worn")) == 1


@pytest.mark.parametrize(
    "fault", [ServerSelectionTimeoutError("away"), Unavailable("intake is away"), ConnectionError()]
)
def test_an_outage_is_no_failed_attempt(hands: Hands, fault: BaseException) -> None:
    faults["out"] = [fault]
    headers = {"tousu.source": "intake", "tousu.type": "complaint_registered", "tousu.attempts": 3}
    hands.publish(RETURN, "reader.inbox", orjson.dumps(event("out")), message_id="out", headers=headers)
    soon(lambda: len(runs("out")) == 2)


def test_F28_a_reader_is_told_which_events_it_gets_once_more_also_when_they_are_tried_again(hands: Hands) -> None:
    faults["more"] = [KeyError("once")]
    for event_id, headers in (("more", Travel("intake", "complaint_registered", retold=True).headers()), ("first", {})):
        usual = {"tousu.source": "intake", "tousu.type": "complaint_registered"}
        body = orjson.dumps(event(event_id))
        hands.publish(RETURN, "reader.inbox", body, message_id=event_id, headers=usual | headers)
    soon(lambda: len(runs("more")) == 2)
    assert len(runs("first")) == 1
    assert retold == {"more"}


@pytest.mark.parametrize(
    ("event_id", "body", "cause"),
    [
        ("bad1", b"{not json", "the body is not JSON"),
        ("bad2", b"[]", "an event is an object"),
        ("bad3", orjson.dumps(event("bad3", seq="one")), "the event's seq is missing or of another kind"),
        ("bad4", orjson.dumps(event("bad4", data=None)), "the event's data is missing or of another kind"),
        ("bad5", orjson.dumps(event("bad5", type="complaint_urged")), "the event's type is not the one it was sent as"),
        ("bad6", orjson.dumps(event("bad6", schema=2)), "schema 2 is newer than 1, the newest known here"),
    ],
)
def test_F15_what_no_retry_can_help_is_a_dead_letter_at_once_and_the_next_one_is_handled(
    hands: Hands, letters: Any, event_id: str, body: bytes, cause: str
) -> None:
    hands.publish("intake.events", "complaint_registered", body, message_id=event_id)
    publish(hands, event("after " + event_id))
    soon(lambda: runs("after " + event_id))
    kept = soon(lambda: letter(letters, event_id))
    assert (kept.cause, body_of(kept)) == (cause, body)
    assert not runs(event_id)


def test_F15_an_event_of_an_unknown_type_is_a_dead_letter(hands: Hands, letters: Any) -> None:
    hands.channel.queue_bind("reader.inbox", "intake.events", "complaint_vanished")  # an older version read it
    publish(hands, event("unknown", "complaint_vanished"))
    assert "no handler" in soon(lambda: letter(letters, "unknown")).cause


def test_a_handler_may_call_an_event_hopeless(hands: Hands, letters: Any) -> None:
    faults["hopeless"] = [PermanentFault("no such template")]
    publish(hands, event("hopeless"))
    assert soon(lambda: letter(letters, "hopeless")).cause == "no such template"


def test_a_dead_letter_that_comes_twice_is_kept_once(hands: Hands, letters: Any) -> None:
    headers = {"tousu.source": "intake", "tousu.type": "x", "tousu.attempts": 4, "tousu.error": "why",
               "tousu.last_at": "2026-11-23T01:00:00.000+00:00"}  # fmt: skip
    for _ in range(2):
        hands.publish(DEAD, "reader.dead", b"{}", message_id="twice", headers=headers)
    hands.publish(DEAD, "reader.dead", b"{}", message_id="after twice", headers=headers)
    soon(lambda: letter(letters, "after twice"))
    [death] = soon(lambda: letter(letters, "twice")).deaths
    assert (death.at.isoformat(), death.cause) == ("2026-11-23T01:00:00+00:00", "why")


def test_headers_of_anybody_do_not_stop_the_inbox(hands: Hands) -> None:
    faults["odd"] = [Unavailable("away")]
    headers = {"tousu.attempts": -7, "tousu.outages": "many", "tousu.first_at": "yesterday", "x-death": "none"}
    publish(hands, event("odd"), headers=headers)
    soon(lambda: len(runs("odd")) == 2)


def test_two_handlers_for_one_type_are_refused_at_the_start(settings: Settings, start_service: Any) -> None:
    class Twice:
        name = "twice"

        @on_event("intake", "complaint_urged")
        def one(self, event: Any) -> None: ...

        @on_event("intake", "complaint_urged")
        def other(self, event: Any) -> None: ...

    with pytest.raises(ConfigurationError, match="twice has two handlers"):
        start_service(Twice, settings)


def test_plain_nameko_loses_the_event_of_a_failing_handler(settings: Settings) -> None:
    """The fault that the inbox repairs, shown with Nameko's own consumer."""
    from nameko.containers import get_container_cls
    from nameko.events import event_handler

    tried: list[str] = []

    class Plain:
        name = "plain"

        @event_handler("intake", "complaint_registered")
        def follow(self, event: Any) -> None:
            tried.append(event)
            raise ValueError

    config = {"AMQP_URI": settings.amqp_uri}
    container = get_container_cls(config).__mro__[1](Plain, config)
    container.start()
    with Hands(settings.amqp_uri) as hands:
        hands.publish("intake.events", "complaint_registered", b'"e1"', content_type="application/json")
        soon(lambda: tried)
        container.stop()
        assert tried == ["e1"]
        assert hands.count("evt-intake-complaint_registered--plain.follow") == 0, "gone, and nobody will know"
