"""No dead letter is lost and none blocks those behind it, whatever stands in its way, on a real broker and MongoDB."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from shared.aggregate import Actor
from shared.bus import deadletters
from shared.bus.death import LARGEST
from shared.bus.inbox import on_event
from shared.bus.topology import DEAD
from shared.letters.store import Letters
from shared.settings import Settings
from tests.integration.amqp_hands import Hands, soon
from tests.integration.letters_hands import body_of, letter, letters_of

WHY = {
    "tousu.source": "intake",
    "tousu.type": "complaint_registered",
    "tousu.attempts": 4,
    "tousu.error": "no template",
    "tousu.last_at": "2026-11-23T01:00:00.000+00:00",
}


class Reader:
    name = "reader"

    @on_event("intake", "complaint_registered")
    def follow(self, event: dict[str, Any]) -> None: ...


@pytest.fixture(scope="module")
def reader_settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    settings = make_settings()
    start_service(Reader, settings)
    return settings


@pytest.fixture
def hands(reader_settings: Settings) -> Iterator[Hands]:
    with Hands(reader_settings.amqp_uri) as hands:
        yield hands


@pytest.fixture(scope="module")
def letters(reader_settings: Settings) -> Iterator[Any]:
    with letters_of(reader_settings, "reader") as letters:
        yield letters


def die(hands: Hands, letter_id: str, body: bytes = b"{}", **headers: Any) -> None:
    hands.publish(DEAD, "reader.dead", body, message_id=letter_id, headers=WHY | headers)


def beside(letters: Any, letter_id: str) -> list[str]:
    """The letters that are kept beside the one of this id."""
    return letters.ids({"_id": {"$gt": letter_id, "$lt": f"{letter_id}~"}}, 10)  # type: ignore[no-any-return]


def make_unreadable(letters: Any, letter_id: str) -> None:
    letters.collection.update_one({"_id": letter_id}, {"$set": {"sealed": b"0123456789abcdef0123456789abcdef"}})


def test_F15_a_letter_whose_earlier_death_cannot_be_read_is_kept_beside_it(hands: Hands, letters: Any) -> None:
    die(hands, "c1:3", b'{"seq": 3}')
    soon(lambda: letter(letters, "c1:3"))
    make_unreadable(letters, "c1:3")
    for _ in range(2):
        die(hands, "c1:3", b'{"seq": 3}')
    die(hands, "behind c1:3")
    soon(lambda: letter(letters, "behind c1:3"))
    [kept] = beside(letters, "c1:3")
    known = letter(letters, kept)
    assert known is not None
    assert (body_of(known), known.cause, len(known.deaths)) == (b'{"seq": 3}', "no template", 1)


def test_F15_a_second_great_body_under_one_id_is_kept_and_blocks_nobody(hands: Hands, letters: Any) -> None:
    bodies = [orjson.dumps({"text": each * (LARGEST - 100)}) for each in "ab"]
    for second, body in enumerate(bodies):
        die(hands, "great", body, **{"tousu.last_at": f"2026-11-23T01:00:0{second}.000+00:00"})
    die(hands, "behind great")
    soon(lambda: letter(letters, "behind great"), within=20)
    [kept] = beside(letters, "great")
    assert [body_of(letters.get(each).state) for each in ("great", kept)] == bodies


@pytest.mark.parametrize(
    "headers",
    [
        {"tousu.type": "\ud800", "nameko.x": "\udfff"},
        {"tousu.last_at": "0001-01-01T00:00:00+14:00"},
        {"x-death": [{"reason": "rejected", "routing-keys": 7, "exchange": ["intake.events"], "time": 3}]},
    ],
)
def test_F15_a_letter_is_kept_whatever_its_headers_say(hands: Hands, letters: Any, headers: dict[str, Any]) -> None:
    letter_id = f"odd {sorted(headers)[0]}"
    die(hands, letter_id, **headers)
    assert soon(lambda: letter(letters, letter_id)).attempts == 4


def test_F15_a_letter_that_is_refused_waits_behind_the_others_and_is_kept_later(
    hands: Hands, letters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, keep = list[str](), Letters.keep

    def cannot(self: Letters, letter_id: str, event: Any, by: Actor) -> None:
        if letter_id.startswith("refused") and len(refused) < 4:  # under its own id and beside it, twice
            refused.append(letter_id)
            raise RuntimeError("13912345678")
        keep(self, letter_id, event, by)

    monkeypatch.setattr(Letters, "keep", cannot)
    monkeypatch.setattr(deadletters, "PAUSE", 1)
    die(hands, "refused", b'{"seq": 1}')
    die(hands, "behind refused")
    soon(lambda: letter(letters, "behind refused"))
    assert letter(letters, "refused") is None
    kept = soon(lambda: letter(letters, "refused"))
    assert (body_of(kept), kept.source, kept.attempts, kept.first_at) == (
        b'{"seq": 1}',
        "intake",
        4,
        "2026-11-23T01:00:00.000+00:00",
    )
    assert [(death.at.isoformat(), death.cause) for death in kept.deaths] == [
        ("2026-11-23T01:00:00+00:00", "no template")
    ]
    assert hands.count("reader.dead") == 0
