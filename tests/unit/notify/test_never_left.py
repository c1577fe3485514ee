"""A claim whose holder handed nothing to the carrier, and could say so only after it was given up (F11)."""

from datetime import timedelta

from services.notify.message import Message
from tests.unit.notify.life import Life, accepted, unknown


def given_up(life: Life) -> Message:
    """Its lease ran out; the message as its holder had it."""
    life.wake()
    held = life.state
    life.wake()
    return held


def test_F11_what_never_left_though_it_was_given_up_waits_for_its_turn_again() -> None:
    life = Life(parts=2, message_class="care")
    held = given_up(life)
    assert life.state.status == "unknown"

    life.left_nothing(held)
    assert (life.state.status, life.waits() < timedelta(minutes=1)) == ("queued", True)
    life.wake()
    assert (life.state.status, life.state.may_be_repeated, life.state.resends) == ("submitting", False, 0)


def test_F11_what_never_left_the_first_time_says_nothing_of_its_second_copy() -> None:
    life = Life()
    held = given_up(life)
    life.submit(unknown())
    assert life.state.resends == 1
    assert life.left_nothing(held) == []


def test_F11_what_never_left_changes_nothing_once_a_receipt_has_come() -> None:
    life = Life()
    held = given_up(life)
    life.late(accepted())
    assert life.left_nothing(held) == []
