"""The small parts of the carrier link, each alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.carriers.answers import REMEMBERED, Answers
from services.notify.carriers.backoff import pause_s
from services.notify.carriers.dialect import Answer
from services.notify.carriers.errors import LinkLost, NeverSent
from services.notify.carriers.frames import BrokenFrame, FrameReader
from services.notify.carriers.window import Window

BODIES = st.lists(st.binary(min_size=12, max_size=60), max_size=8)


def framed(body: bytes) -> bytes:
    return (len(body) + 4).to_bytes(4, "big") + body


@given(BODIES, st.lists(st.integers(1, 40), min_size=1))
def test_frames_come_out_whole_however_the_stream_was_cut(bodies: list[bytes], cuts: list[int]) -> None:
    stream, reader, seen = b"".join(map(framed, bodies)), FrameReader(16, 64), []
    while stream:
        for cut in cuts:
            seen += reader.feed(stream[:cut])
            stream = stream[cut:]

    assert seen == [framed(body) for body in bodies]


@pytest.mark.parametrize("length", [0, 15, 65, 2**32 - 1])
def test_an_impossible_length_breaks_the_stream(length: int) -> None:
    with pytest.raises(BrokenFrame):
        list(FrameReader(16, 64).feed(length.to_bytes(4, "big")))


def test_answers_find_their_requests_in_any_order() -> None:
    answers = Answers(last_sequence=10)
    first, second = answers.expect(1), answers.expect(2)

    assert answers.settle(Answer(2, "b"))
    assert answers.settle(Answer(1, "a"))
    assert (first.result(0).body, second.result(0).body) == ("a", "b")


def test_an_answer_nobody_waits_for_is_dropped() -> None:
    assert not Answers(last_sequence=10).settle(Answer(1, "a"))


def test_a_lost_connection_tells_all_who_wait_and_all_who_come() -> None:
    answers = Answers(last_sequence=10)
    waiting = answers.expect(1)
    answers.abandon("gone")

    with pytest.raises(LinkLost, match="gone"):
        waiting.result(0)
    with pytest.raises(NeverSent, match="gone"):
        answers.expect(2)


def test_requests_given_up_long_ago_are_forgotten() -> None:
    answers = Answers(last_sequence=2**31)
    for sequence in range(REMEMBERED + 1):
        answers.expect(sequence)

    assert not answers.settle(Answer(0, "a"))
    assert answers.settle(Answer(1, "a"))


def test_sequence_numbers_begin_at_one_and_start_over() -> None:
    answers = Answers(last_sequence=3)
    assert [answers.next_sequence() for _ in range(5)] == [1, 2, 3, 1, 2]


def test_the_window_counts_its_places() -> None:
    window = Window(2)
    with window.slot():
        assert window.free == 1
        assert not window.drained(timeout_s=0)
    assert window.free == 2
    assert window.drained(timeout_s=0)


def test_a_slot_is_given_back_even_when_the_work_fails() -> None:
    window = Window(1)
    with pytest.raises(RuntimeError), window.slot():
        raise RuntimeError
    assert window.free == 1


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_pauses_grow_and_stay_bounded(tries: int, die: float) -> None:
    assert 0.1 <= pause_s(tries, 0.2, 10.0, lambda: die) <= 10.0
    assert pause_s(tries, 0.2, 10.0, lambda: 1.0) <= pause_s(tries + 1, 0.2, 10.0, lambda: 1.0)
