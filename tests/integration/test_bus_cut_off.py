"""Of two processes one loses its way to MongoDB: she keeps nothing from her sister, on real servers (F11)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from nameko.extensions import DependencyProvider
from pymongo.uri_parser import parse_uri

from shared.bus.inbox import on_event
from shared.bus.topology import DEAD
from shared.providers import Database
from shared.settings import Settings
from suite.mongo import Mongo
from tests.integration.amqp_hands import Hands, soon
from tests.integration.letters_hands import letter, letters_of
from tests.integration.tcp_proxy import Line

MANY = 20


class Kept(DependencyProvider):
    database = Database()

    def get_dependency(self, _context: Any) -> Any:
        return self.database.database["kept"]


class Reader:
    name = "reader"
    kept = Kept()

    @on_event("intake", "complaint_registered")
    def follow(self, event: dict[str, Any]) -> None:
        self.kept.insert_one({"_id": event["event_id"]})  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def line(mongo: Mongo) -> Iterator[Line]:
    [(_, port)] = parse_uri(mongo.mongo_url)["nodelist"]
    line = Line(port)
    yield line
    line.close()


@pytest.fixture(scope="module")
def sisters(mongo: Mongo, line: Line, make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    """Two of one service: the database of one is behind the line."""
    settings = make_settings()
    places = {"AMQP_URI": settings.amqp_uri, "TOUSU_DATABASE_PREFIX": settings.database_prefix}
    over = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
    for each in (settings, make_settings(MONGO_URL=over, **places)):
        start_service(Reader, each)
    return settings


@pytest.fixture
def hands(sisters: Settings) -> Iterator[Hands]:
    with Hands(sisters.amqp_uri) as hands:
        yield hands


def test_F11_a_process_that_is_cut_off_leaves_events_and_dead_letters_to_the_other_and_comes_back(
    sisters: Settings, hands: Hands, line: Line
) -> None:
    with letters_of(sisters, "reader") as letters:
        kept = letters.collection.database["kept"]
        soon(lambda: hands.readers("reader.inbox") == hands.readers("reader.dead") == 2)
        line.swallowing = True
        for number in range(MANY):
            hands.registered(f"event {number}")
            hands.publish(DEAD, "reader.dead", b"{}", message_id=f"letter {number}")
        soon(lambda: kept.count_documents({}) == MANY)
        soon(lambda: all(letter(letters, f"letter {number}") for number in range(MANY)))
        assert hands.readers("reader.inbox") == hands.readers("reader.dead") == 1
        for number in range(MANY, 2 * MANY):
            hands.registered(f"event {number}")
        soon(lambda: kept.count_documents({}) == 2 * MANY, within=10)
        line.swallowing = False
        line.cut()
        soon(lambda: hands.readers("reader.inbox") == hands.readers("reader.dead") == 2, within=5.0)
