"""What escalation tells the others, and what callers are shown."""

from typing import Any

from services.escalation.events import ANNOUNCED, told
from services.escalation.facts import Customer, Major, PreRefund, Promise
from services.escalation.ladder import accept, escalate, hand_back
from services.escalation.model import Case
from services.escalation.moves import CASES
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.shown import case_shown
from shared.aggregate import Actor, event_name
from shared.chain import Head
from shared.sealing import KeyRing
from shared.stored import Saved
from tests.unit.escalation.makers import AGENT, DUTY_MANAGER, SYSTEM, Story, facts, hour, rules

CASE_FIELDS = {
    *(
        "complaint_id",
        "complaint_seq",
        "seq",
        "serial_no",
        "decided",
        "status",
        "level",
        "awaiting",
        "major",
        "incident_id",
        "branch",
        "hall",
    ),
    *("first_contact", "handler", "category", "category_name", "clocks", "limits", "customer", "change"),
}
CLOCK_FIELDS = {"clock_id", "kind", "started_at", "warn_at", "due_at", "state", "ended_at", "rule"}


def announced(story: Story) -> list[dict[str, Any]]:
    """The data of every event of the story that is told on the bus."""
    case: Case | None = None
    data = []
    for event, stamp in story.told:
        case = CASES.apply(case, event, stamp)
        data.append(told(case, event, stamp))
    return [each for each in data if each]


def lived() -> Story:
    story = Story(facts(brand="vip", customer=Customer("139****0001", "c2VhbGVk")))
    story.do(escalate, "客户情绪激动", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(1.5))
    story.do(hand_back, "先安抚再解释", by=DUTY_MANAGER, now=hour(2))
    story.follow(major=Major("media_threat", "M1001", hour(3)))
    story.fire(hour(9))
    return story


def test_every_event_carries_the_whole_case() -> None:
    for data in announced(lived()):
        assert data.keys() == CASE_FIELDS
        assert all(clock.keys() == CLOCK_FIELDS for clock in data["clocks"])
        assert data["customer"] == {"masked": "139****0001", "sealed": "c2VhbGVk"}


def test_no_event_carries_a_text_but_says_that_it_was_given() -> None:
    data = announced(lived())

    assert "客户情绪激动" not in str(data)
    assert "先安抚再解释" not in str(data)
    by_name = {each["change"]["name"]: each["change"] for each in data}
    assert by_name["handed_back"]["instruction_given"] is True
    assert by_name["escalated"]["reason_given"] is False, "a rise by itself has a cause, no reason"


def test_the_first_event_of_a_case_tells_its_clocks() -> None:
    opened = announced(Story())[0]

    assert opened["change"]["name"] == "case_opened"
    assert set(opened["limits"]) == {"handling", "first_reply"}


def test_an_escalation_tells_the_new_level_and_its_acceptance_time() -> None:
    risen = next(each for each in announced(lived()) if each["change"]["name"] == "escalated")

    assert (risen["change"]["level"], risen["change"]["cause"]) == ("duty_manager", "asked")
    assert risen["limits"]["acceptance"] == hour(3).isoformat(timespec="milliseconds")


def test_a_reply_on_a_risen_case_tells_that_nobody_is_awaited_any_more() -> None:
    """Its level stays; who follows the ladder would else wait for a level that need not take over."""
    story = Story()
    story.do(escalate, "客户情绪激动", by=AGENT, now=hour(1))
    story.follow(status="replied", answered_at=hour(1.5), replied_at=hour(1.5))
    last = announced(story)[-1]
    assert (last["change"]["name"], last["level"], last["awaiting"]) == ("awaiting_ended", "duty_manager", None)


def test_book_keeping_is_told_to_nobody() -> None:
    names = {each["change"]["name"] for each in announced(lived())}

    assert names <= {event_name(kind) for kind in ANNOUNCED}
    assert "facts_followed" not in names


def test_limits_name_the_running_clock_of_a_kind_else_the_last() -> None:
    story = Story()
    story.follow(promises=(Promise("p1", "effect", hour(9), hour(1)), Promise("p2", "effect", hour(7), hour(1))))
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))
    story.follow(status="open", replied_at=None, reopened_at=hour(3))
    story.fire(hour(8))

    limits = announced(story)[-1]["limits"]

    assert limits["handling"] == hour(51).isoformat(timespec="milliseconds")
    assert limits["promise"] == hour(9).isoformat(timespec="milliseconds")
    assert limits["first_reply"] == hour(48).isoformat(timespec="milliseconds")


def saved(case: Case) -> Saved[Case]:
    keys = KeyRing({"k": b"1" * 32}, b"2" * 32, b"3" * 32)
    return Saved("c1", 3, case, Head(7, ""), keys.new_document_key("c1"))


def test_each_step_says_who_when_and_why() -> None:
    shown = case_shown(saved(lived().now), AGENT)

    risen = next(step for step in shown["steps"] if step["step"] == "escalated")
    assert (risen["by"], risen["text"], risen["cause"]) == ("E1001", "客户情绪激动", "asked")
    assert (risen["from_level"], risen["to_level"]) == ("agent", "duty_manager")
    broken = next(step for step in shown["steps"] if step["step"] == "clock_broken")
    assert (broken["by"], broken["kind"]) == (SYSTEM.sub, "opinion")


def test_the_operator_sees_the_steps_without_their_texts() -> None:
    shown = case_shown(saved(lived().now), Actor("O1001", "operator"))

    assert "客户情绪激动" not in str(shown)
    assert len(shown["steps"]) == len(lived().now.steps)


def test_IN7_CL5_the_first_news_of_a_pre_refund_names_its_clock_and_later_ones_none() -> None:
    story = Story()
    for news in (PreRefund("r-1", 5, hour(2)), PreRefund("r-1", 6, hour(2), hour(3))):
        story.take(follow_pre_refund(story.now, news, rules()))

    first, later = (each["change"] for each in announced(story) if each["change"]["name"] == "pre_refund_followed")

    due_at = hour(74).isoformat(timespec="milliseconds")
    assert (first["clock_id"], first["kind"], first["due_at"]) == ("r-1", "verification", due_at)
    assert later.keys().isdisjoint({"clock_id", "kind", "due_at"})
