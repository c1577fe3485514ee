"""What refund may expect of the door to BOSS: the same promises from the fake and over HTTP from the simulator."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.refund.billing import Billing, Boss
from services.refund.bounded import MOST_BYTES
from services.refund.outcomes import Absent, Entered, Listed, NoAnswer, Refused
from services.refund.punctual import leave_within
from tests.boss import BossProcess, FakeBoss
from tests.unit.refund.makers import billing, seconds

HURRIED = billing(connect=seconds(0.5), answer=seconds(0.5))
NUMBER = "13900000301"
IN_TIME = leave_within(timedelta(minutes=10))
ENTRY = (NUMBER, 1560, "principal", IN_TIME)


class Counter:
    """A billing system with a door to it: `door` is what refund sees, `boss` is what a test sets and reads."""

    def __init__(self, boss: Any, door: Billing) -> None:
        self.boss, self.door = boss, door


@pytest.fixture(params=["fake", "simulator"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    if request.param == "fake":
        fake = FakeBoss()
        yield Counter(fake, fake)
        return
    process = BossProcess(tmp_path)
    yield Counter(process, Boss(process.url, HURRIED))
    process.kill()


def booked(counter: Counter) -> list[tuple[str, int]]:
    return [(line["key"], line["amount_fen"]) for line in counter.boss.journal()]


def test_a_payment_is_one_entry_with_a_reference(counter: Counter) -> None:
    paid = counter.door.pay("r1:principal", *ENTRY)
    assert isinstance(paid, Entered)
    assert (paid.msisdn, paid.amount_fen, bool(paid.reference)) == (NUMBER, 1560, True)
    assert booked(counter) == [("r1:principal", 1560)]


def test_F24_a_key_that_comes_again_makes_no_second_entry(counter: Counter) -> None:
    assert counter.door.pay("r1:principal", *ENTRY) == counter.door.pay("r1:principal", *ENTRY)
    assert booked(counter) == [("r1:principal", 1560)]


def test_a_boss_that_does_not_honour_keys_books_twice(counter: Counter) -> None:
    counter.boss.behave(honours_keys=False)
    counter.door.pay("r1:principal", *ENTRY)
    counter.door.pay("r1:principal", *ENTRY)
    assert booked(counter) == [("r1:principal", 1560)] * 2


def test_an_entry_is_found_by_its_key_and_only_by_it(counter: Counter) -> None:
    paid = counter.door.pay("r1:principal", *ENTRY)
    assert counter.door.ask("r1:principal") == paid
    assert counter.door.ask("r1:award") == Absent()


def test_a_refusal_is_a_no_with_its_code(counter: Counter) -> None:
    counter.boss.behave(refuse="number_closed")
    assert counter.door.pay("r1:principal", *ENTRY) == Refused("number_closed")
    assert counter.door.ask("r1:principal") == Absent()


def test_a_key_with_another_amount_is_not_a_plain_yes_or_no(counter: Counter) -> None:
    counter.door.pay("r1:principal", *ENTRY)
    assert counter.door.pay("r1:principal", NUMBER, 1, "principal", IN_TIME) == NoAnswer("http_409")
    assert booked(counter) == [("r1:principal", 1560)]


@pytest.mark.parametrize(
    ("modes", "answer", "there"),
    [
        ({"fail": "before"}, NoAnswer("http_500"), False),
        ({"fail": "after"}, NoAnswer("http_500"), True),
        ({"silent": "before"}, NoAnswer("timeout"), False),
        ({"silent": "after"}, NoAnswer("timeout"), True),
    ],
)
def test_F24_what_is_broken_or_silent_is_no_answer_and_the_truth_is_asked_for(
    counter: Counter, modes: dict[str, Any], answer: NoAnswer, there: bool
) -> None:
    counter.boss.behave(**modes, times=1)
    assert counter.door.pay("r1:principal", *ENTRY) == answer
    assert isinstance(counter.door.ask("r1:principal"), Entered if there else Absent)


def test_misbehaviour_that_is_counted_ends(counter: Counter) -> None:
    counter.boss.behave(fail="before", times=2)
    answers = [counter.door.pay("r1:principal", *ENTRY) for _ in range(3)]
    assert [type(answer) for answer in answers] == [NoAnswer, NoAnswer, Entered]


def test_a_boss_that_cannot_be_asked_says_so(counter: Counter) -> None:
    counter.door.pay("r1:principal", *ENTRY)
    counter.boss.behave(can_be_asked=False)
    assert counter.door.ask("r1:principal") == NoAnswer("http_501")


def test_a_boss_that_is_away_is_no_answer_and_what_it_had_is_there_again(counter: Counter) -> None:
    counter.door.pay("r1:principal", *ENTRY)
    counter.boss.kill()
    assert counter.door.pay("r1:award", *ENTRY) == NoAnswer("connection_lost")
    assert counter.door.ask("r1:principal") == NoAnswer("connection_lost")
    counter.boss.start()
    assert isinstance(counter.door.ask("r1:principal"), Entered)
    assert isinstance(counter.door.pay("r1:principal", *ENTRY), Entered)
    assert booked(counter) == [("r1:principal", 1560)]


ANSWERS = {
    "a yes without sense": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", NoAnswer("no_sense")),
    "a yes that is no JSON": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", NoAnswer("not_json")),
    "no HTTP at all": (b"\x00\x01\x02\r\n\r\n", NoAnswer("connection_lost")),
    "a page of something else": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", NoAnswer("http_404")),
    "a way elsewhere": (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\n{}",
        NoAnswer("http_302"),
    ),
    "a refusal cut short": (
        b'HTTP/1.1 422 No\r\nContent-Length: 30\r\n\r\n{"error": "13900000301 closed"}',
        NoAnswer("not_json"),
    ),
}


@pytest.mark.parametrize(("raw", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_no_plain_yes_or_no_is_no_answer(raw: bytes, answer: NoAnswer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answers_once, args=(server, raw), daemon=True).start()
        door = Boss(f"http://127.0.0.1:{server.getsockname()[1]}", HURRIED)
        assert door.pay("r1:principal", *ENTRY) == answer


DRIPS = {
    "of its head": b"HTTP/1.1 200 OK\r\nX-Wait: " + b"x" * 10_000,
    "of its body": b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + b" " * 10_000,
}


@pytest.mark.parametrize("raw", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("call", ["pay", "ask"])
def test_F24_an_answer_that_drips_counts_as_none_after_its_time(call: str, raw: bytes) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drips, args=(server, raw, over), daemon=True).start()
        door = Boss(f"http://127.0.0.1:{server.getsockname()[1]}", HURRIED)
        began = time.monotonic()
        said = door.pay("r1:principal", *ENTRY) if call == "pay" else door.ask("r1:principal")
        over.set()
    assert said == NoAnswer("timeout")
    assert time.monotonic() - began < 10, "a read every tenth of a second would go on for a quarter of an hour"


@pytest.mark.parametrize("call", ["pay", "ask"])
def test_F24_an_answer_without_end_is_not_read_to_its_end(call: str) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n" + b" " * (MOST_BYTES + 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answers_once, args=(server, raw), daemon=True).start()
        door = Boss(f"http://127.0.0.1:{server.getsockname()[1]}", billing(answer=seconds(10)))
        said = door.pay("r1:principal", *ENTRY) if call == "pay" else door.ask("r1:principal")
    assert said == NoAnswer("too_long")


def _drips(server: socket.socket, raw: bytes, over: threading.Event) -> None:
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.recv(65536)
        for byte in raw:
            connection.sendall(bytes([byte]))
            if over.wait(0.1):
                return


def test_PR1_a_refusal_that_is_a_sentence_is_not_repeated() -> None:
    body = b'{"error": "13900000301 is closed"}'
    raw = b"HTTP/1.1 422 No\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answers_once, args=(server, raw), daemon=True).start()
        door = Boss(f"http://127.0.0.1:{server.getsockname()[1]}", HURRIED)
        assert door.pay("r1:principal", *ENTRY) == Refused("refused")


def _answers_once(server: socket.socket, raw: bytes) -> None:
    connection, _ = server.accept()
    with connection, suppress(OSError):  # who has read enough goes
        connection.recv(65536)
        connection.sendall(raw)


WEEK = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def test_RF13_the_door_lists_what_boss_has_entered_page_by_page(tmp_path: Path) -> None:
    process = BossProcess(tmp_path)
    try:
        door = Boss(process.url, HURRIED)
        paid = [door.pay(f"r{n}:principal", *ENTRY) for n in range(3)]
        first = door.entries(*WEEK, None, 2)
        assert isinstance(first, Listed)
        second = door.entries(*WEEK, first.after, 2)
        assert isinstance(second, Listed)
        found = [*first.entries, *second.entries]
        assert [each.reference for each in found] == [each.reference for each in paid if isinstance(each, Entered)]
        assert {(each.msisdn, each.amount_fen, each.kind) for each in found} == {ENTRY[:3]}
        assert all(each.at.tzinfo for each in found)
        assert second.after is None
        process.behave(can_list=False)
        assert door.entries(*WEEK, None, 2) == NoAnswer("http_501")
    finally:
        process.kill()
    assert door.entries(*WEEK, None, 2) == NoAnswer("connection_lost")


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"entries": [{"key": "r1:principal"}], "after": null}',
        b'{"entries": [{"key": "k", "msisdn": "1", "amount_fen": 1, "kind": "k", "at": "2026-11-23"}], "after": null}',
    ],
)
def test_RF13_a_list_without_sense_says_nothing(body: bytes) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answers_once, args=(server, raw), daemon=True).start()
        door = Boss(f"http://127.0.0.1:{server.getsockname()[1]}", HURRIED)
        assert door.entries(*WEEK, None, 2) == NoAnswer("no_sense")
