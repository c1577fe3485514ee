"""An event that waits in hand for the database is neither held for ever nor counted to death, on a real broker."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson
import pytest

from shared.bus import inbox
from shared.bus.container import Container
from shared.bus.inbox import Inbox, on_event
from shared.bus.topology import DELIVERIES
from shared.settings import Settings
from tests.integration import amqp_hands
from tests.integration.amqp_hands import Hands
from tests.integration.letters_hands import letter, letters_of

handled: list[str] = []


class Reader:
    name = "reader"

    @on_event("intake", "complaint_registered")
    def follow(self, event: dict[str, Any]) -> None:
        handled.append(event["event_id"])


class Outage:
    """The database as the container sees it, and the inbox's own connection."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self.away = inbox, True
        self.rounds = self.deliveries = self._lost_after = 0

    def comes_round(self, message: Any, travel: Any, goes_round: Any) -> None:
        goes_round(self._inbox, message, travel)
        self.rounds += 1

    def waits_for(self, message: Any, travel: Any, database_there: Any) -> bool:
        self.deliveries += 1
        return bool(database_there(self._inbox, message, travel))

    def lose_connection(self) -> None:
        """Once the event is in hand again."""
        soon(lambda: self.deliveries > self._lost_after and self._inbox._consumer.connected)
        self._lost_after = self.deliveries
        self._inbox._consumer.link.abandon()  # type: ignore[union-attr]
        soon(lambda: not self._inbox._consumer.connected)


@pytest.fixture(scope="module")
def reader_settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture(scope="module")
def reader(reader_settings: Settings, start_service: Any) -> Inbox:
    container = start_service(Reader, reader_settings)
    return next(each for each in container.subextensions if isinstance(each, Inbox))


@pytest.fixture
def outage(reader: Inbox, monkeypatch: pytest.MonkeyPatch) -> Outage:
    outage, there, goes_round = Outage(reader), Inbox._database_there, Inbox._goes_round
    monkeypatch.setattr(Container, "away", property(lambda _: outage.away))
    monkeypatch.setattr(Inbox, "_database_there", lambda _, *came: outage.waits_for(*came, there))
    monkeypatch.setattr(Inbox, "_goes_round", lambda _, *told: outage.comes_round(*told, goes_round))
    return outage


@pytest.fixture
def hands(reader_settings: Settings) -> Iterator[Hands]:
    with Hands(reader_settings.amqp_uri) as hands:
        yield hands


soon = partial(amqp_hands.soon, within=10.0)


def publish(hands: Hands, event_id: str) -> None:
    event = {"event_id": event_id, "type": "complaint_registered", "schema": 1, "seq": 1, "data": {}}
    body = orjson.dumps(event | {"at": "2026-11-23T01:00:00.000+00:00"})
    hands.publish("intake.events", "complaint_registered", body, message_id=event_id)


def test_F11_an_event_that_waits_in_hand_goes_on_at_once_when_the_database_is_back(
    outage: Outage, hands: Hands
) -> None:
    publish(hands, "waits")
    soon(lambda: hands.count("reader.inbox") == 0)
    outage.away = False
    soon(lambda: "waits" in handled, within=1.0)
    assert outage.rounds == 0


def test_F11_an_event_is_not_held_for_ever(outage: Outage, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "HELD_SECONDS", 0.5)
    publish(hands, "held")
    soon(lambda: outage.rounds == 2)
    outage.away = False
    soon(lambda: "held" in handled)
    assert handled.count("held") == 1


def test_F10_connections_that_break_while_the_database_is_away_make_no_dead_letter(
    outage: Outage, hands: Hands, reader_settings: Settings
) -> None:
    """Lost between the copy and the acknowledgement it leaves both on their way: readers know them by id (F12)."""
    publish(hands, "innocent")
    for _ in range(DELIVERIES + 2):
        outage.lose_connection()
    outage.away = False
    soon(lambda: "innocent" in handled)
    with letters_of(reader_settings, "reader") as letters:
        assert letter(letters, "innocent") is None
