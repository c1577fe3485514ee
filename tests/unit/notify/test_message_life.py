"""A message between queue and phone: leases, answers, receipts, repeats, the end of patience (NT7)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.history import MessageDelivered, MessageExpired, MessageFailed, SubmittingStarted
from services.notify.message import FINAL
from services.notify.submitting import woken
from shared.lease import FencedOut
from tests.unit.notify.life import Life, accepted, as_stored, refused, unknown
from tests.unit.notify.makers import policy

RULES = policy().carrier


def test_NT7_accepted_and_received_is_delivered() -> None:
    life = Life()
    life.submit(accepted())
    assert life.state.status == "submitted"

    assert isinstance(life.receipt()[-1], MessageDelivered)
    assert (life.state.status, life.state.wake_at) == ("delivered", None)


def test_a_long_message_is_delivered_when_all_its_parts_are() -> None:
    life = Life(parts=3)
    life.submit(accepted(1), accepted(2), accepted(3))
    life.receipt("p3")
    life.receipt("p1")
    assert life.state.status == "submitted"

    life.receipt("p2")
    assert life.state.status == "delivered"


def test_the_lease_is_taken_before_anything_is_sent_and_names_its_entry() -> None:
    life = Life()
    [started] = life.wake()

    assert isinstance(started, SubmittingStarted)
    assert life.state.lease is not None
    assert (life.state.lease.fence, life.state.wake_at) == (life.n, started.until)
    assert started.until > life.now


def test_nothing_is_claimed_while_the_link_is_down() -> None:
    assert Life().wake(link_up=False) == []


def test_a_process_that_lost_its_lease_cannot_store_its_answers() -> None:
    life = Life()
    life.wake()
    fence = life.n
    life.wake()  # the lease ran out
    life.wake()  # another process submits

    with pytest.raises(FencedOut):
        life.answer(accepted(), fence=fence)


def test_NT7_what_another_process_took_up_since_it_was_looked_for_is_left_alone() -> None:
    life = Life()
    life.wake()
    assert woken(life.state, life.moment(), link_up=True) == []

    life.answer(unknown(), fence=life.n)
    assert woken(life.state, life.moment(), link_up=True) == []

    life.submit(accepted())
    assert woken(life.state, life.moment(), link_up=True) == []


def test_F5_a_process_that_was_not_heard_of_again_leaves_the_outcome_unknown_and_it_is_repeated() -> None:
    life = Life()
    life.wake()
    life.wake()
    assert (life.state.status, life.state.may_be_repeated) == ("unknown", False)

    life.submit(accepted())
    assert (life.state.status, life.state.may_be_repeated, life.state.resends) == ("submitted", True, 1)


def test_an_unknown_outcome_waits_for_a_late_answer_before_it_is_repeated() -> None:
    life = Life()
    life.submit(unknown())

    assert life.state.status == "unknown"
    assert life.waits() == RULES.resend_after


@pytest.mark.parametrize(("message_class", "most"), sorted(RULES.resends.items()))
def test_unknown_outcomes_are_repeated_at_most_as_often_as_the_class_allows(message_class: Any, most: int) -> None:
    life = Life(message_class=message_class)
    life.submit(unknown())
    for _ in range(most):
        life.submit(unknown())

    assert (life.state.status, life.state.resends, life.waits()) == ("unknown", most, RULES.receipts_within)
    life.wake()
    assert (life.state.status, life.state.resends) == ("expired", most)


def test_a_late_answer_spares_the_repeat() -> None:
    life = Life()
    life.submit(unknown())
    life.late(accepted())

    assert (life.state.status, life.state.may_be_repeated) == ("submitted", False)
    life.receipt()
    assert life.state.status == "delivered"


def test_a_late_answer_after_the_repeat_began_still_brings_its_receipt_home() -> None:
    life = Life()
    life.submit(unknown())
    life.wake()
    life.late(accepted(provider_id="first"))
    life.answer(accepted(provider_id="second"))

    life.receipt("first")
    assert life.state.status == "delivered"


def test_a_late_answer_that_is_known_changes_nothing() -> None:
    life = Life()
    life.submit(accepted())
    assert life.late(accepted()) == []


def test_a_receipt_that_comes_twice_or_contradicts_an_arrival_changes_nothing() -> None:
    life = Life()
    life.submit(accepted())
    life.receipt()

    assert life.receipt() == []
    assert life.receipt(state="UNDELIV") == []


def test_a_receipt_of_a_stranger_changes_nothing() -> None:
    life = Life()
    life.submit(accepted())
    assert life.receipt("nobody's") == []


@pytest.mark.parametrize("state", ["ENROUTE", "ACCEPTD"])
def test_a_receipt_on_the_way_is_no_end(state: str) -> None:
    life = Life()
    life.submit(accepted())
    assert life.receipt(state=state) == []


@pytest.mark.parametrize("state", ["UNDELIV", "EXPIRED", "REJECTD", "DELETED", "MA:0001"])
def test_any_other_receipt_fails_the_message_with_its_reason(state: str) -> None:
    life = Life(parts=2)
    life.submit(accepted(1), accepted(2))
    life.receipt("p2", state, "027")

    assert life.state.status == "failed"
    assert f"{state} 027" in life.state.why


def test_a_copy_that_arrives_after_all_makes_a_failed_message_delivered() -> None:
    life = Life()
    life.submit(unknown())
    life.late(accepted(provider_id="first"))
    life.receipt("first", "UNDELIV")
    life.late(accepted(provider_id="second"))

    life.receipt("second")
    assert life.state.status == "delivered"


def test_a_permanent_refusal_fails_at_once() -> None:
    life = Life()
    life.submit(refused("permanent", code="0x0000000b"))

    assert isinstance(life.history[-1][0], MessageFailed)
    assert "0x0000000b" in life.state.why
    assert life.state.wake_at is None


def test_temporary_refusals_are_tried_again_ever_later_and_then_fail() -> None:
    life, waits = Life(), []
    for _ in range(RULES.attempts - 1):
        life.submit(refused("temporary"))
        assert life.state.status == "queued"
        waits.append(life.waits())

    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits)
    life.submit(refused("temporary"))
    assert life.state.status == "failed"


def test_F23_throttling_is_no_failed_attempt() -> None:
    life = Life()
    for _ in range(RULES.attempts * 3):
        life.submit(refused("throttled"))

    assert (life.state.status, life.state.attempts) == ("queued", 0)
    assert life.waits() <= RULES.longest_pause


def test_only_what_the_carrier_does_not_have_is_sent_again() -> None:
    life = Life(parts=2)
    life.submit(accepted(1), refused("throttled", 2))
    assert life.state.status == "queued"

    life.wake()
    assert [part.state for part in life.state.parts] == ["accepted", "sending"]
    assert not life.state.may_be_repeated


def test_a_part_that_never_left_is_sent_even_where_one_of_unknown_outcome_may_not_be_repeated() -> None:
    life = Life(parts=2, message_class="care")
    life.submit(unknown(1), refused("throttled", 2))
    life.wake()
    assert [part.state for part in life.state.parts] == ["unknown", "sending"]

    life.answer(accepted(2))
    assert (life.state.status, life.state.may_be_repeated, life.waits()) == ("unknown", False, RULES.receipts_within)
    life.late(accepted(1))
    assert life.state.status == "submitted"


def test_without_a_receipt_in_time_a_message_expires() -> None:
    life = Life()
    life.submit(accepted())
    assert life.waits() == RULES.receipts_within

    assert isinstance(life.wake()[0], MessageExpired)
    life.receipt()
    assert life.state.status == "delivered", "a receipt after all is the truth"


def test_F23_a_message_that_could_not_be_submitted_in_time_expires() -> None:
    life = Life()
    life.now += RULES.submitted_within + timedelta(seconds=1)

    assert isinstance(life.wake()[0], MessageExpired)
    assert life.state.status == "expired"


ACTS = st.lists(
    st.sampled_from(["wake", "accepted", "unknown", "temporary", "throttled", "late", "receipt", "failure"]),
    max_size=40,
)


@given(ACTS, st.integers(1, 3))
def test_whatever_happens_history_alone_gives_the_state_and_a_delivered_message_stays_so(
    acts: list[str], parts: int
) -> None:
    life, was_delivered = Life(parts), False
    for act in acts:
        _do(life, act, parts)
        was_delivered = was_delivered or life.state.status == "delivered"
        assert not was_delivered or life.state.status == "delivered"
        assert (life.state.wake_at is None) or life.state.status not in FINAL
        assert (life.state.lease is None) == (life.state.status != "submitting")
    assert as_stored(life) == life.state


def _do(life: Life, act: str, parts: int) -> None:
    submitting = life.state.lease is not None
    numbers = range(1, parts + 1)
    if act == "wake" and life.state.wake_at:
        life.wake()
    elif act == "accepted" and submitting:
        life.answer(*(accepted(number) for number in numbers))
    elif act == "unknown" and submitting:
        life.answer(*(unknown(number) for number in numbers))
    elif act in ("temporary", "throttled") and submitting:
        life.answer(*(refused(act, number) for number in numbers))
    elif act == "late":
        life.late(accepted(1, "late"))
    elif act in ("receipt", "failure"):
        life.receipt("p1", "DELIVRD" if act == "receipt" else "UNDELIV")
