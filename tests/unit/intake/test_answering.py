"""Reply, follow-up, archive and what undoes them (RP1, RP3, RP5, RP6, IN14, MJ2, CL6)."""

from collections.abc import Callable
from typing import Any

import pytest

from services.intake import answering
from services.intake import commands as c
from services.intake import history as h
from services.intake.errors import NotRepliedYet, OpinionsMissing, RatedByHandler, WrongField, WrongState
from services.intake.following_up import follow_up
from services.intake.model import Complaint
from tests.unit.intake.makers import (
    A_REPLY,
    AGENT,
    AN_ARCHIVE,
    COLLEAGUE,
    HOUR,
    MONDAY,
    after,
    archived,
    complaint,
    major,
    on,
    replied,
)

LATER = MONDAY + 3 * HOUR
WHY = c.Reason("客户又来电")
WITHDRAWN = after(complaint(), h.ComplaintWithdrawn("不要了"))
REFUSED = complaint(verification=None)


def test_RP1_the_reply_keeps_its_parts_person_and_time() -> None:
    [told] = answering.reply(complaint(), c.Reply("查", "答", "neutral", means="visit"), on(LATER))
    assert (told.process, told.content, told.satisfaction, told.means) == ("查", "答", "neutral", "visit")
    known = after(complaint(), told, now=LATER)
    assert (known.status, known.replied_at, known.replied_by) == ("replied", LATER, "E1001")


def test_RP1_unknown_satisfaction_needs_the_reason() -> None:
    with pytest.raises(WrongField) as refused:
        answering.reply(complaint(), c.Reply("查", "答", "unknown"), on())
    assert list(refused.value.details) == ["unknown_because"]
    assert answering.reply(complaint(), c.Reply("查", "答", "unknown", "三次无人接听"), on())


def test_RP3_the_reply_starts_the_follow_up_clock() -> None:
    [told] = answering.reply(complaint(), A_REPLY, on(LATER))
    assert told.limits == {"follow_up": LATER + 72 * HOUR}


@pytest.mark.parametrize(
    ("opinions", "missing"),
    [((), ["supervisor", "support"]), (("supervisor",), ["support"]), (("support", "legal"), ["supervisor"])],
)
def test_MJ2_a_major_reply_needs_supervisor_and_support(opinions: tuple[str, ...], missing: list[str]) -> None:
    with pytest.raises(OpinionsMissing) as refused:
        answering.reply(major(*opinions), A_REPLY, on())
    assert refused.value.details["missing"] == missing
    assert refused.value.details["rule"] == "MJ2"


def test_MJ2_with_both_it_is_stored_and_its_archive_waits_for_legal() -> None:
    known = major("supervisor", "support")
    known = after(known, *answering.reply(known, A_REPLY, on()))
    with pytest.raises(OpinionsMissing) as refused:
        answering.archive(known, AN_ARCHIVE, on())
    assert refused.value.details["missing"] == ["legal"]
    known = after(known, h.OpinionRecorded("legal", "L1001", "可以"))
    assert answering.archive(known, AN_ARCHIVE, on())


def test_RP3_the_follow_up_is_kept() -> None:
    [told] = follow_up(replied(), c.FollowUp("dissatisfied", "没解决", True), on(LATER, COLLEAGUE))
    known = after(replied(), told, now=LATER, by=COLLEAGUE)
    assert known.follow_up is not None
    assert (known.follow_up.satisfaction, known.follow_up.will_complain_further) == ("dissatisfied", True)


def test_RP3_whoever_answered_or_handles_it_does_not_rate_himself() -> None:
    with pytest.raises(RatedByHandler):
        follow_up(replied(), c.FollowUp("satisfied"), on(LATER, AGENT))
    handled = after(replied(), h.ComplaintAssigned(COLLEAGUE.sub))
    with pytest.raises(RatedByHandler):
        follow_up(handled, c.FollowUp("satisfied"), on(LATER, COLLEAGUE))
    with pytest.raises(RatedByHandler):
        follow_up(handled, c.FollowUp("satisfied"), on(LATER, AGENT))


def test_RP3_an_archived_one_can_still_be_followed_up() -> None:
    assert follow_up(archived(), c.FollowUp("satisfied"), on(LATER, COLLEAGUE))


def test_IN14_RP5_archiving_keeps_cause_evidence_and_lesson() -> None:
    [told] = answering.archive(replied(), AN_ARCHIVE, on(LATER))
    assert (told.cause, told.evidence, told.lesson) == (AN_ARCHIVE.cause, AN_ARCHIVE.evidence, AN_ARCHIVE.lesson)
    assert after(replied(), told, now=LATER).archived_at == LATER


def test_RP6_nothing_is_archived_without_a_reply() -> None:
    with pytest.raises(NotRepliedYet) as refused:
        answering.archive(complaint(), AN_ARCHIVE, on())
    assert refused.value.details["rule"] == "RP6"


@pytest.mark.parametrize("known", [replied(), archived()])
def test_an_answered_one_is_reopened_under_a_new_handling_clock(known: Complaint) -> None:
    known = after(known, *answering.reopen(known, WHY, on(LATER)), now=LATER)
    assert (known.status, known.reopened_at, known.replied_at, known.archived_at) == ("open", LATER, None, None)
    assert known.limits["handling"] == LATER + 48 * HOUR
    assert known.limits["first_reply"] == MONDAY + 48 * HOUR


@pytest.mark.parametrize("known", [complaint(), WITHDRAWN, REFUSED])
def test_open_withdrawn_and_refused_ones_are_not_reopened(known: Complaint) -> None:
    with pytest.raises(WrongState):
        answering.reopen(known, WHY, on(LATER))


def test_CL6_the_remark_is_written_once() -> None:
    known = after(complaint(), *answering.remark(complaint(), c.Remark("已阅"), on()), now=LATER)
    known = after(known, *answering.remark(known, c.Remark("再阅"), on()), now=LATER + HOUR)
    assert known.remarked_at == LATER


Decide = Callable[[Complaint, Any, Any], list[Any]]
COMMANDS: list[tuple[Decide, Any, set[str]]] = [
    (answering.reply, A_REPLY, {"open"}),
    (follow_up, c.FollowUp("satisfied"), {"replied", "archived"}),
    (answering.reopen, WHY, {"replied", "archived"}),
    (answering.withdraw, WHY, {"open", "replied"}),
    (answering.archive, AN_ARCHIVE, {"open", "replied"}),  # open: RP6 says why not
    (answering.remark, c.Remark("已阅"), {"open", "replied", "archived"}),
]


STATES = (complaint(), replied(), archived(), WITHDRAWN, REFUSED)
WRONG = [
    (decide, command, known) for decide, command, allowed in COMMANDS for known in STATES if known.status not in allowed
]


@pytest.mark.parametrize(("decide", "command", "known"), WRONG)
def test_each_command_is_refused_in_the_wrong_state(decide: Decide, command: Any, known: Complaint) -> None:
    with pytest.raises(WrongState) as refused:
        decide(known, command, on(LATER, COLLEAGUE))
    assert refused.value.details["status"] == known.status
