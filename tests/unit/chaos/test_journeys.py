"""What the load does: the same from the same seed, every sort, every number its own."""

from datetime import UTC, datetime, timedelta

from chaos.load.journeys import SORTS, SPREAD, journeys
from shared import phone

BEGIN = datetime(2026, 11, 23, 1, tzinfo=UTC)
KNOWN = {"complaint": "c1", "refund": "r1"}


def test_the_same_seed_makes_the_same_journeys_and_another_seed_makes_others() -> None:
    assert journeys(7, 40, BEGIN) == journeys(7, 40, BEGIN)
    assert [each.steps for each in journeys(7, 40, BEGIN)] != [each.steps for each in journeys(8, 40, BEGIN)]


def test_a_longer_run_begins_with_the_journeys_of_a_shorter_one() -> None:
    shorter, longer = journeys(7, 20, BEGIN), journeys(7, 40, BEGIN)
    assert [journey for journey in longer if journey in shorter] == shorter


def test_every_sort_comes_in_turn() -> None:
    assert {journey.sort for journey in journeys(3, len(SORTS), BEGIN)} == set(SORTS)


def test_every_journey_has_a_mobile_number_of_its_own() -> None:
    numbers = [journey.msisdn for journey in journeys(3, 300, BEGIN)]
    assert len(set(numbers)) == 300
    assert [phone.parse(number) for number in numbers] == numbers


def test_steps_come_in_order_and_begin_within_the_spread() -> None:
    for journey in journeys(5, 60, BEGIN):
        times = [journey.at(number) for number in range(len(journey.steps))]
        assert times == sorted(times)
        assert BEGIN <= times[0] <= BEGIN + SPREAD + timedelta(minutes=5)


def test_a_call_has_one_request_id_however_often_it_is_made() -> None:
    calls = [journey.call(number, KNOWN) for journey in journeys(5, 40, BEGIN) for number in range(len(journey.steps))]
    ids = [call.request_id for call in calls if call]
    assert len(ids) == len(set(ids)) == len(calls)
    journey = journeys(5, 1, BEGIN)[0]
    assert journey.call(1, KNOWN) == journey.call(1, KNOWN)


def test_a_step_whose_complaint_was_never_told_is_not_made() -> None:
    kept = next(journey for journey in journeys(5, 40, BEGIN) if journey.sort == "kept")
    assert kept.call(0, {})
    assert kept.call(1, {}) is None


def test_a_claim_names_the_complaint_that_was_told() -> None:
    claimed = next(journey for journey in journeys(5, 40, BEGIN) if journey.sort == "double_refund")
    call = claimed.call(1, KNOWN)
    assert call
    assert call.request["complaint_id"] == "c1"
    assert claimed.call(1, {}) is None
