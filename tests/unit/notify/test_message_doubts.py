"""A message of which nobody knows what became: it rises by age where it matters, and a person settles it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notify import history as h
from services.notify.doubts.deciding import rises, settle
from services.notify.doubts.happened import MessageDoubtRested
from services.notify.errors import NotInDoubt
from tests.unit.notify.life import START, Life, accepted, unknown
from tests.unit.notify.makers import policy

RULES = policy().doubts
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def submitted(message_class: str, answer: Any) -> Life:
    """Its carrier said this; the dispatcher gave the span after which it rises."""
    life = Life(message_class=message_class)
    life.add([replace(each, rises_after_s=RULES.first_after_s(life.state)) for each in _begun(life)])
    life.answer(answer)
    return life


def _begun(life: Life) -> list[Any]:
    return [h.SubmittingStarted(life.now + HOUR)]


def told(life: Life, after: timedelta) -> list[str]:
    return [event.to for event in life.add(rises(life.state, START + after, RULES))]


@pytest.mark.parametrize("answer", [unknown(), accepted()])
def test_an_emergency_without_an_outcome_rises_each_step_once(answer: Any) -> None:
    life = submitted("emergency", answer)
    assert told(life, 14 * MINUTE) == []
    assert told(life, 15 * MINUTE) == ["operator"]
    assert told(life, 16 * MINUTE) == []
    assert told(life, 5 * HOUR) == ["branch", "province"]
    assert told(life, 1000 * HOUR) == []


@pytest.mark.parametrize("message_class", ["staff", "transactional", "care", "commercial", "public"])
def test_what_is_neither_an_emergency_nor_owed_by_a_limit_rises_never(message_class: str) -> None:
    life = submitted(message_class, unknown())
    assert (life.state.rises_at, told(life, 1000 * HOUR)) == (None, [])


def test_NT2_a_message_that_must_keep_a_limit_rises_like_an_emergency() -> None:
    life = Life(message_class="transactional")
    assert RULES.first_after_s(life.state) is None
    assert RULES.first_after_s(replace(life.state, before=START + HOUR)) == 900


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_where_the_policy_names_nobody_further_by_now_the_doubt_rests_and_is_not_due_again(kept: int) -> None:
    life = submitted("emergency", unknown())
    for after in (15 * MINUTE, HOUR)[:kept]:
        told(life, after)
    shorter = replace(RULES, rises=RULES.rises[:kept])
    assert rises(life.state, START + 14 * MINUTE, shorter) == []
    assert life.add(rises(life.state, START + 5 * HOUR, shorter)) == [MessageDoubtRested()]
    assert (life.state.rises_at, rises(life.state, START + 1000 * HOUR, shorter)) == (None, [])
    assert (life.state.status, len(life.state.risen)) == ("unknown", kept)


def test_a_receipt_ends_the_doubt() -> None:
    life = submitted("emergency", accepted())
    told(life, 15 * MINUTE)
    life.receipt("p1", "DELIVRD")
    assert (life.state.status, life.state.rises_at, told(life, 5 * HOUR)) == ("delivered", None, [])


def test_a_doubt_keeps_its_age_when_it_is_sent_once_more() -> None:
    life = submitted("emergency", unknown())
    since = life.state.unknown_since
    life.submit(unknown())
    assert (life.state.unknown_since, life.state.doubt_since) == (since, since)


@pytest.mark.parametrize(("outcome", "status"), [("delivered", "delivered"), ("not_delivered", "failed")])
@pytest.mark.parametrize("answer", [unknown(), accepted()])
def test_a_person_says_what_became_of_it(outcome: Any, status: str, answer: Any) -> None:
    life = submitted("care", answer)
    life.add(settle(life.state, outcome, ("已电话确认",)))
    assert (life.state.status, life.state.doubt_since) == (status, None)
    with pytest.raises(NotInDoubt):
        settle(life.state, outcome, ("已电话确认",))


def test_what_is_still_on_its_way_is_not_settled() -> None:
    with pytest.raises(NotInDoubt):
        settle(Life().state, "delivered", ("已电话确认",))
