"""What a registration becomes (IN1 to IN5, IN7 to IN9, IN17 to IN19, IN22, IN24; MJ3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake import commands as c
from services.intake import history as h
from services.intake import vocabulary as v
from services.intake.course import followed
from services.intake.errors import (
    ChargedElsewhere,
    OpinionsMissing,
    PromisedTooLate,
    SentAway,
    UnknownCategory,
    WrongField,
)
from services.intake.model import Complaint
from services.intake.taking import check, lacking, register_again, takes_a_place
from services.intake.values import ForwardedBy, Place, Verification
from tests.unit.intake.makers import (
    A_REPLY,
    AN_ARCHIVE,
    COLLEAGUE,
    HOUR,
    MONDAY,
    complaint,
    first_events,
    major,
    on,
    replied,
    request,
    rules,
)


def taken(command: c.Register) -> Complaint:
    check(command, rules())
    return followed(None, first_events(command), on())


@pytest.mark.parametrize(("brand", "hours"), [("vip", 8), ("gotone", 24), ("ordinary", 48)])
def test_CL1_CL2_the_limits_are_those_of_the_brand(brand: v.Brand, hours: int) -> None:
    limits = taken(request(brand=brand)).limits
    assert limits == {
        "handling": MONDAY + hours * HOUR,
        "first_reply": MONDAY + 48 * HOUR,
        "waiting_call": MONDAY + hours / 2 * HOUR,
    }


@pytest.mark.parametrize("channel", ["web", "letter", "third_party", "opinion_book", "sms"])
def test_IN22_without_the_customer_present_first_contact_has_four_hours(channel: v.Channel) -> None:
    command = request(channel=channel, forwarded_by=ForwardedBy("消协", "X-1"))
    assert taken(command).limits["contact"] == MONDAY + 4 * HOUR


@pytest.mark.parametrize("ticket_type", ["consultation", "service_request", "appointment"])
def test_IN3_other_tickets_are_recorded_without_clocks_or_place(ticket_type: v.TicketType) -> None:
    ticket = taken(request(ticket_type=ticket_type, triggers=("media_threat",)))
    assert (ticket.status, ticket.limits, ticket.major, ticket.place) == ("open", {}, None, Place())


def test_IN7_whoever_registers_is_first_contact() -> None:
    events = first_events(request(), on(by=COLLEAGUE))
    known = followed(None, events, on(by=COLLEAGUE))
    assert (known.first_contact, known.handler) == ("E1002", "E1002")


def test_IN17_what_is_not_a_direct_reply_goes_to_the_complaint_team_unless_a_department_is_named() -> None:
    assert taken(request()).department == "complaint_team"
    assert taken(request(handling="transfer", to_department="network_maintenance")).department == "network_maintenance"
    assert taken(request(handling="direct_reply", reply=A_REPLY)).department is None


@pytest.mark.parametrize("verification", [None, Verification("service_password", False)])
@pytest.mark.parametrize("channel", ["hotline", "web", "hall", "sms"])
def test_IN5_without_the_holder_the_attempt_is_recorded_as_refused(
    channel: v.Channel, verification: Verification | None
) -> None:
    [refused] = first_events(request(channel=channel, verification=verification))
    assert isinstance(refused, h.ComplaintRefused)
    assert refused.lacks == "verification"
    assert followed(None, [refused], on()).status == "refused"


def test_IN5_a_refused_attempt_has_no_clock_and_no_place() -> None:
    refused = taken(request(verification=None))
    assert (refused.limits, refused.place.nth, refused.live) == ({}, None, False)


def test_IN5_a_third_party_tells_who_forwards_it_instead() -> None:
    forwarded = request(channel="third_party", verification=None, forwarded_by=ForwardedBy("消协", "X-1"))
    assert lacking(forwarded) is None
    assert lacking(replace(forwarded, forwarded_by=None, verification=Verification("id_shown", True))) == "forwarded_by"


@pytest.mark.parametrize("channel", ["letter", "opinion_book"])
def test_IN5_letters_and_the_opinion_book_are_verified_at_the_call_back(channel: v.Channel) -> None:
    known = taken(request(channel=channel, verification=None))
    assert (known.status, known.verified) == ("open", False)


@pytest.mark.parametrize("complainant", ["distributor", "media"])
def test_IN19_outlets_and_reporters_complain_too(complainant: v.Complainant) -> None:
    assert taken(request(complainant=complainant)).complainant == complainant


def test_IN19_a_refused_attempt_still_carries_its_alarms() -> None:
    [refused] = first_events(request(verification=None, complainant="media", triggers=("media_present", "disturbance")))
    assert refused.triggers == ("media_present", "disturbance")


def test_IN9_an_unknown_category_is_answered_with_the_nearest_leaves() -> None:
    with pytest.raises(UnknownCategory) as refused:
        check(request(category="04.01.10"), rules())
    assert "04.01.01" in [leaf["category"] for leaf in refused.value.details["nearest"]]


@pytest.mark.parametrize(("service", "leaf"), [("05.01", "05.01.04"), ("彩铃", "06.01.02"), ("09.07", "09.07.03")])
def test_IN24_charges_of_other_services_belong_to_their_own_fee_leaf(service: str, leaf: str) -> None:
    with pytest.raises(ChargedElsewhere) as refused:
        check(request(category="04.01.08", service=service), rules())
    assert refused.value.details == {
        "rule": "IN24",
        "category": leaf,
        "category_name": refused.value.details["category_name"],
    }


@pytest.mark.parametrize("department", ["hotline", "SZ-LH", "罗湖营业厅", "10086", "another_hall"])
def test_IN18_a_hall_does_not_send_its_customer_away(department: str) -> None:
    sent_on = request(channel="hall", hall="SZ-FT", handling="transfer", to_department=department)
    with pytest.raises(SentAway):
        check(sent_on, rules())
    check(replace(sent_on, to_department="complaint_team"), rules())


def test_IN4_a_direct_reply_tells_the_reply() -> None:
    with pytest.raises(WrongField) as refused:
        check(request(handling="direct_reply"), rules())
    assert list(refused.value.details) == ["reply"]


@pytest.mark.parametrize("given", [{"reply": A_REPLY}, {"archive": AN_ARCHIVE}])
def test_IN4_only_a_direct_reply_does(given: dict[str, object]) -> None:
    with pytest.raises(WrongField) as refused:
        check(request(handling="transfer", **given), rules())
    assert list(refused.value.details) == list(given)


def test_IN1_a_direct_reply_is_recorded_closed_in_one_call() -> None:
    known = taken(request(handling="direct_reply", reply=A_REPLY, archive=AN_ARCHIVE))
    assert (known.status, known.replied_at, known.answered_at, known.archived_at) == (
        "archived",
        MONDAY,
        MONDAY,
        MONDAY,
    )
    assert known.limits.keys() == {"handling", "first_reply"}


def test_IN4_a_direct_reply_without_archive_is_replied() -> None:
    assert taken(request(handling="direct_reply", reply=A_REPLY)).status == "replied"


@pytest.mark.parametrize("trigger", ["media_present", "media_threat", "legal", "disturbance", "violence", "high_value"])
def test_MJ3_a_trigger_makes_it_major_in_the_same_write(trigger: v.Trigger) -> None:
    known = taken(request(triggers=(trigger,)))
    assert known.major is not None
    assert (known.major.trigger, known.major.by, known.major.at) == (trigger, "E1001", MONDAY)
    assert known.limits["opinion"] == MONDAY + HOUR
    assert known.limits["major_reply"] == MONDAY + 48 * HOUR


def test_MJ3_so_does_a_disputed_amount_over_the_limit() -> None:
    limit = rules().major.disputed_amount_over_fen
    over = taken(request(disputed_amount_fen=limit + 1)).major
    assert over is not None
    assert over.trigger == "disputed_amount"
    assert taken(request(disputed_amount_fen=limit)).major is None


def test_MJ2_a_major_complaint_is_not_replied_to_directly() -> None:
    with pytest.raises(OpinionsMissing):
        first_events(request(handling="direct_reply", reply=A_REPLY, triggers=("media_threat",)))


def test_CL8_a_promise_can_be_made_with_the_registration() -> None:
    due_at = MONDAY + 30 * HOUR
    known = taken(request(promise=c.MakePromise("answer", due_at, "查明后答复")))
    assert known.limits["promise"] == due_at
    with pytest.raises(PromisedTooLate):
        first_events(request(promise=c.MakePromise("answer", MONDAY + 49 * HOUR, "查明后答复")))


def test_IN8_a_second_registration_urges_the_open_one() -> None:
    events = register_again(complaint(), request(content="还没解决"), on(MONDAY + HOUR))
    assert [type(event) for event in events] == [h.ComplaintUrged]
    assert events[0].said == "还没解决"


def test_IN8_a_replied_one_is_reopened_with_a_new_handling_clock() -> None:
    later = MONDAY + 60 * HOUR
    known = replied()
    known = followed(known, register_again(known, request(), on(later)), on(later))
    assert (known.status, known.urged_count) == ("open", 1)
    assert known.limits["handling"] == later + 48 * HOUR


def test_IN8_what_the_second_registration_names_is_not_lost() -> None:
    again = request(triggers=("media_threat",), promise=c.MakePromise("answer", MONDAY + 9 * HOUR, "答复"))
    known = complaint()
    known = followed(known, register_again(known, again, on(MONDAY + HOUR)), on(MONDAY + HOUR))
    assert known.triggers == ("media_threat",)
    assert known.major is not None
    assert len(known.promises) == 1


def test_IN1_a_direct_reply_to_a_live_complaint_is_its_reply() -> None:
    known, later = complaint(), on(MONDAY + HOUR)
    known = followed(known, register_again(known, request(handling="direct_reply", reply=A_REPLY), later), later)
    assert (known.status, known.urged_count) == ("replied", 1)


def test_IN1_a_direct_reply_to_another_branchs_complaint_is_refused_by_name() -> None:
    again = request(handling="direct_reply", reply=A_REPLY, branch="GZ")
    with pytest.raises(WrongField) as refused:
        register_again(complaint(), again, on())
    assert refused.value.details.keys() == {"reply"}


def test_IN8_urging_a_major_complaint_again_does_not_declare_it_anew() -> None:
    events = register_again(major(), request(triggers=("media_threat",)), on())
    assert [type(event) for event in events] == [h.ComplaintUrged]


def test_IN8_only_taken_complaints_have_a_place() -> None:
    assert takes_a_place(request())
    assert not takes_a_place(request(ticket_type="consultation"))
    assert not takes_a_place(request(verification=None))


def test_CL11_a_fault_of_a_self_service_terminal_starts_report_and_repair() -> None:
    limits = taken(request(category="03.03.08")).limits
    assert limits["fault_report"] == MONDAY + 8 * HOUR
    assert limits["repair"] > MONDAY + timedelta(days=5)
