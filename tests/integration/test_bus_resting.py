"""Who misses her database takes nothing, counts nothing to death, and goes on once it is back, on a real broker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from shared.bus import deadletters, inbox
from shared.bus.container import Container
from shared.bus.delivered import travel_of
from shared.bus.inbox import Inbox, on_event
from shared.bus.topology import DEAD, DELIVERIES
from shared.settings import Settings
from tests.integration.amqp_hands import Hands, soon
from tests.integration.letters_hands import letter, letters_of

handled: list[str] = []


class Reader:
    name = "reader"

    @on_event("intake", "complaint_registered")
    def follow(self, event: dict[str, Any]) -> None:
        handled.append(event["event_id"])


class Outage:
    """The database as the container sees it, and the inbox's own connection."""

    def __init__(self, its: Inbox) -> None:
        self._inbox, self.away, self.rounds = its, False, 0

    def comes_round(self, message: Any, travel: Any, goes_round: Any) -> None:
        goes_round(self._inbox, message, travel)
        self.rounds += 1

    def begins_before(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The step, which finds the database away where all before it found it there."""

        def after_all(*given: Any) -> Any:
            self.away = True
            return step(*given)

        return after_all

    def lose_connection(self) -> None:
        """The broker then counts as delivered whatever is in hand."""
        soon(lambda: self._inbox._consumer.connected)
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
def outage(reader: Inbox, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Outage:
    outage, goes_round = Outage(reader), Inbox._goes_round
    monkeypatch.setattr(Container, "away", property(lambda _: outage.away))
    monkeypatch.setattr(Inbox, "_goes_round", lambda _, *told: outage.comes_round(*told, goes_round))
    soon(lambda: hands.readers("reader.inbox") == hands.readers("reader.dead") == 1)
    return outage


@pytest.fixture
def hands(reader_settings: Settings) -> Iterator[Hands]:
    with Hands(reader_settings.amqp_uri) as hands:
        yield hands


def rests(hands: Hands) -> bool:
    return hands.readers("reader.inbox") == hands.readers("reader.dead") == 0


def test_F11_events_wait_in_the_queue_and_go_on_at_once_when_the_database_is_back(outage: Outage, hands: Hands) -> None:
    outage.away = True
    soon(lambda: rests(hands))
    hands.registered("waits")
    soon(lambda: hands.count("reader.inbox") == 1)
    outage.away = False
    soon(lambda: "waits" in handled, within=10)
    assert outage.rounds == 0


def test_F11_an_event_that_is_in_hand_in_that_moment_goes_round_and_is_handled_once(
    outage: Outage, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as during:
        during.setattr(inbox, "travel_of", outage.begins_before(travel_of))
        hands.registered("in hand")
        soon(lambda: rests(hands) and hands.count("reader.inbox") == 1)
    assert outage.rounds == 1
    outage.away = False
    soon(lambda: "in hand" in handled)
    assert handled.count("in hand") == 1


def test_F11_a_dead_letter_that_is_in_hand_in_that_moment_waits_in_its_queue_for_anybody(
    outage: Outage, hands: Hands, reader_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise AutoReconnect

    with monkeypatch.context() as during:
        during.setattr(deadletters, "keep", outage.begins_before(lost))
        hands.publish(DEAD, "reader.dead", b"{}", message_id="letter", headers={"tousu.error": "no template"})
        soon(lambda: rests(hands) and hands.count("reader.dead") == 1)
    outage.away = False
    with letters_of(reader_settings, "reader") as letters:
        kept = soon(lambda: letter(letters, "letter"))
    assert (kept.cause, len(kept.deaths)) == ("no template", 1)


def test_F10_connections_that_break_while_the_database_is_away_make_no_dead_letter(
    outage: Outage, hands: Hands, reader_settings: Settings
) -> None:
    outage.away = True
    hands.registered("innocent")
    for _ in range(DELIVERIES + 2):
        outage.lose_connection()
    outage.away = False
    soon(lambda: "innocent" in handled)
    with letters_of(reader_settings, "reader") as letters:
        assert letter(letters, "innocent") is None
