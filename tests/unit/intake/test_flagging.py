"""The accused of a prohibition is kept away (IN15); recharges (IN25) and written replies (RP7) as decisions."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake import flagging_commands as f
from services.intake import history as h
from services.intake.accused import named
from services.intake.course import followed
from services.intake.errors import AccusedNeverHandles, NothingToWriteFrom, WrongField
from services.intake.facts import facts_of
from services.intake.flagging import complete_recharge, flag_prohibition, kept_from_the_accused, written_reply
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks
from services.intake.recharge import Recharge, masked_serial
from services.intake.taking import check, register_again
from services.intake.task_commands import WantWrittenReply
from services.intake.values import Verification
from shared.aggregate import Actor
from tests.unit.intake.makers import (
    A_REPLY,
    AGENT,
    COLLEAGUE,
    HOUR,
    MONDAY,
    after,
    archived,
    complaint,
    first_events,
    on,
    replied,
    request,
    rules,
)

BY_COLLEAGUE = f.AccusedOf(staff=COLLEAGUE.sub)
PARTNERS_HALL, OF_THE_PARTNER = "SZ-NS", Actor("E1005", "agent", "SZ")
FLAG = f.FlagProhibition(3, "未经确认开通业务", BY_COLLEAGUE)
RECHARGE = Recharge("card", "密码有误", "10118610012345678", MONDAY, "福田书报亭", 5000)
AS_HANDLER = [name for name in METHODS if name not in ("urge", "flag_prohibition")]


def flagged(said: f.AccusedOf | None = BY_COLLEAGUE, **fields: Any) -> Complaint:
    known = complaint(**fields)
    return after(known, *flag_prohibition(known, f.FlagProhibition(3, "擅自开通", said), on()))


@pytest.mark.parametrize("method", AS_HANDLER)
def test_IN15_the_accused_does_nothing_with_the_complaint(method: str) -> None:
    with pytest.raises(AccusedNeverHandles) as refused:
        kept_from_the_accused(method, flagged(), None, on(by=COLLEAGUE))
    assert refused.value.details["rule"] == "IN15"
    kept_from_the_accused(method, flagged(), None, on(by=AGENT))


@pytest.mark.parametrize("method", ["urge", "flag_prohibition"])
def test_IN15_what_a_customer_says_through_the_accused_is_kept(method: str) -> None:
    kept_from_the_accused(method, flagged(), None, on(by=COLLEAGUE))


def test_IN15_the_accused_is_never_assigned() -> None:
    with pytest.raises(AccusedNeverHandles):
        kept_from_the_accused("assign", flagged(), c.Assign(COLLEAGUE.sub), on())
    kept_from_the_accused("assign", flagged(), c.Assign("E1004"), on())


@pytest.mark.parametrize("partner", [PARTNERS_HALL, "南山合作营业厅"])
def test_IN15_nobody_of_the_accused_partner_handles_it(partner: str) -> None:
    known = flagged(f.AccusedOf(partner=partner))
    with pytest.raises(AccusedNeverHandles):
        kept_from_the_accused("reply", known, A_REPLY, on(by=OF_THE_PARTNER))
    with pytest.raises(AccusedNeverHandles):
        kept_from_the_accused("assign", known, c.Assign(OF_THE_PARTNER.sub), on())
    kept_from_the_accused("reply", known, A_REPLY, on(by=COLLEAGUE))


@pytest.mark.parametrize("place", ["SZ-SP", "SP合作伙伴接口"])
def test_IN15_it_is_never_transferred_to_the_accused_partner(place: str) -> None:
    known = flagged(f.AccusedOf(partner="SZ-SP"))
    with pytest.raises(AccusedNeverHandles):
        kept_from_the_accused("transfer", known, c.Transfer(place, "请协查"), on())
    kept_from_the_accused("transfer", known, c.Transfer("complaint_team", "请协查"), on())


def test_IN15_an_accused_handler_is_relieved_at_once_and_first_contact_stays_on_record() -> None:
    known = flagged(f.AccusedOf(staff=AGENT.sub))
    assert (known.handler, known.first_contact, known.prohibition) == (None, AGENT.sub, 3)
    assert flagged(BY_COLLEAGUE).handler == AGENT.sub


def test_IN15_an_accused_first_contact_never_becomes_the_handler() -> None:
    mine = request(prohibition=4, accused=f.AccusedOf(staff=AGENT.sub))
    known = followed(None, first_events(mine), on())
    assert (known.first_contact, known.handler, known.status) == (AGENT.sub, None, "open")
    assert known.department == "complaint_team"


def test_IN15_the_accused_does_not_answer_on_the_spot() -> None:
    mine = request(prohibition=4, accused=f.AccusedOf(staff=AGENT.sub), handling="direct_reply", reply=A_REPLY)
    with pytest.raises(AccusedNeverHandles):
        first_events(mine)
    assert first_events(mine, on(by=COLLEAGUE))


def test_IN15_an_accusation_says_which_prohibition() -> None:
    with pytest.raises(WrongField) as refused:
        check(request(accused=BY_COLLEAGUE), rules())
    assert list(refused.value.details) == ["prohibition"]


def test_IN15_a_second_registration_that_accuses_is_kept_with_the_first() -> None:
    known = complaint()
    again = request(prohibition=1, accused=f.AccusedOf(staff=AGENT.sub))
    known = after(known, *register_again(known, again, on(by=COLLEAGUE)))
    assert (known.prohibition, known.handler) == (1, None)
    with pytest.raises(AccusedNeverHandles):
        kept_from_the_accused("reply", known, A_REPLY, on(by=AGENT))


def test_IN15_further_accusations_add_up_and_are_told_to_the_other_services() -> None:
    known = flagged()
    known = after(known, *flag_prohibition(known, f.FlagProhibition(4, "代理商", f.AccusedOf(partner="SZ-NS")), on()))
    facts = facts_of(known)
    assert (facts["accused"], facts["accused_partners"], facts["prohibition"]) == (["E1002", "E1005"], ["SZ-NS"], 4)


def test_IN15_an_unknown_partner_is_recorded_all_the_same() -> None:
    assert named(None, "某增值服务商", rules().organisation).people == ()


LEAF = {"category": "03.01.03"}


def test_IN25_a_recharge_complaint_without_its_particulars_is_taken_and_they_are_asked_for() -> None:
    assert facts_of(complaint(**LEAF))["recharge"] == {"state": "wanted"}
    assert facts_of(complaint(**LEAF, recharge=RECHARGE))["recharge"] == {"state": "given", "kind": "card"}
    assert facts_of(complaint())["recharge"] is None


def test_IN25_they_are_completed_later() -> None:
    known = complaint(**LEAF)
    known = after(known, *complete_recharge(known, f.CompleteRecharge(RECHARGE), on(MONDAY + HOUR)))
    assert known.recharge == RECHARGE
    assert facts_of(known)["recharge"] == {"state": "given", "kind": "card"}


def test_IN25_filed_anew_under_a_recharge_leaf_they_are_asked_for() -> None:
    known = complaint()
    known = after(known, *METHODS["reclassify"].decide(known, c.Reclassify("03.01.02", "归类"), on()))
    assert facts_of(known)["recharge"] == {"state": "wanted"}


def test_IN25_a_recharge_fails_in_the_past() -> None:
    ahead = Recharge("card", "密码有误", at=MONDAY + HOUR)
    with pytest.raises(WrongField):
        complete_recharge(complaint(**LEAF), f.CompleteRecharge(ahead), on(MONDAY))
    with pytest.raises(WrongField):
        first_events(request(**LEAF, recharge=ahead))


def test_IN25_a_card_cannot_be_told_from_its_shown_serial_number() -> None:
    assert masked_serial("10118610012345678") == "1011861001234****"
    assert masked_serial("123") == "***"


def test_RP7_a_written_reply_needs_a_reply() -> None:
    with pytest.raises(NothingToWriteFrom) as refused:
        written_reply(complaint(), f.MakeWrittenReply(), on())
    assert (refused.value.details["rule"], refused.value.details["missing"]) == ("RP7", ["reply"])


@pytest.mark.parametrize("known", [replied(), archived()])
def test_RP7_it_is_made_of_what_was_replied_to_or_archived(known: Complaint) -> None:
    assert written_reply(known, f.MakeWrittenReply(), on()) == [h.WrittenReplyMade()]


def test_RP7_IN5_a_letters_customer_is_verified_before_anything_personal_is_written_to_him() -> None:
    known = replied(channel="letter", verification=None)
    with pytest.raises(NothingToWriteFrom) as refused:
        written_reply(known, f.MakeWrittenReply(), on())
    assert refused.value.details["missing"] == ["verification"]
    call = h.ContactRecorded(MONDAY, "phone", "out", "核实", verification=Verification("id_shown", True))
    assert written_reply(after(known, call), f.MakeWrittenReply(), on())


def test_RP7_making_it_finishes_the_task_that_asked_for_it() -> None:
    known = replied()
    known = after(known, *METHODS["want_written_reply"].decide(known, WantWrittenReply(), on(MONDAY + HOUR)))
    assert [task.kind for task in open_tasks(known) if task.kind == "written_reply"] == ["written_reply"]
    known = after(known, *METHODS["written_reply"].decide(known, f.MakeWrittenReply(), on(MONDAY + 2 * HOUR)))
    assert not [task for task in open_tasks(known) if task.kind == "written_reply"]


def test_IN15_an_accused_first_contact_gets_no_task() -> None:
    known = followed(None, first_events(request(prohibition=4, accused=f.AccusedOf(staff=AGENT.sub))), on())
    known = after(known, *METHODS["reply"].decide(known, A_REPLY, on(by=COLLEAGUE)), by=COLLEAGUE)
    assert AGENT.sub not in {task.for_whom for task in known.tasks}
