"""Every published message is settled exactly once, as the broker says or when the connection is gone."""

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.confirms import Confirms, Flight


def in_flight(confirms: Confirms, count: int, ended: dict[str, list[bool]]) -> None:
    for n in range(1, count + 1):
        name = f"m{n}"
        ended[name] = []
        confirms.add(Flight(name, ended[name].append, since=float(n)))


def test_an_acknowledgement_settles_its_message_as_taken() -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    in_flight(confirms, 3, ended)
    confirms.settled(2, multiple=False, taken=True)
    assert ended == {"m1": [], "m2": [True], "m3": []}


def test_a_multiple_acknowledgement_settles_all_up_to_it() -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    in_flight(confirms, 3, ended)
    confirms.settled(2, multiple=True, taken=True)
    assert ended == {"m1": [True], "m2": [True], "m3": []}


def test_a_refused_message_is_lost() -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    in_flight(confirms, 1, ended)
    confirms.settled(1, multiple=False, taken=False)
    assert ended == {"m1": [False]}


def test_a_returned_message_is_lost_although_the_broker_acknowledges_it() -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    in_flight(confirms, 2, ended)
    confirms.returned("m1")
    confirms.settled(2, multiple=True, taken=True)
    assert ended == {"m1": [False], "m2": [True]}


def test_a_message_returned_once_may_be_taken_when_it_is_sent_again() -> None:
    confirms, ended = Confirms(), list[bool]()
    for _ in range(2):
        confirms.add(Flight("m1", ended.append, since=0.0))
    confirms.returned("m1")
    confirms.settled(1, multiple=False, taken=True)
    confirms.settled(2, multiple=False, taken=True)
    assert ended == [False, True]


def test_the_oldest_unsettled_message_tells_since_when_the_broker_is_silent() -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    assert confirms.silent_since() is None
    in_flight(confirms, 3, ended)
    confirms.settled(1, multiple=False, taken=True)
    assert confirms.silent_since() == 2.0


@given(
    count=st.integers(0, 20),
    answers=st.lists(st.tuples(st.integers(1, 25), st.booleans(), st.booleans()), max_size=30),
)
def test_whatever_the_broker_answers_each_message_is_settled_exactly_once(
    count: int, answers: list[tuple[int, bool, bool]]
) -> None:
    confirms, ended = Confirms(), dict[str, list[bool]]()
    in_flight(confirms, count, ended)
    for number, multiple, taken in answers:
        confirms.settled(number, multiple, taken)
    for flight in confirms.lost():
        flight.settle(False)
    assert [len(results) for results in ended.values()] == [1] * count
    assert len(confirms) == 0
