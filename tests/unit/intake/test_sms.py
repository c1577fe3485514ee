"""What becomes of customers' SMS (IN16, IN26, RP3): the four services on their stage, with the policies as shipped."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from services.intake.policies import POLICIES
from services.intake.sms import Sms, SmsRules, Ticket, ticket
from services.intake.sms_schema import SMS, tickets_fit
from services.intake.values import NoCharge
from shared.bus.retries import PermanentFault
from shared.policies import PolicySet, load, parse
from shared.settings import PROJECT
from suite.rehearsal import requests as r
from suite.rehearsal import sms as carrier
from suite.rehearsal.acting import ask, live, registered
from suite.rehearsal.people import AGENT, DUTY_MANAGER, GATEWAY, NUMBER, OTHER_AGENT
from suite.rehearsal.stage import Stage, hour

REMINDER = {"service": "彩铃", "fee": 500, "month": "2026-12"}
REPLY = r.REPLY | {"content": "已更正"}


def texted(stage: Stage, text: str, at: float, request_id: str | None = None) -> None:
    """A customer's SMS over a gateway."""
    sms = {"msisdn": NUMBER, "text": text, "at": hour(at).isoformat()}
    sms |= {"request_id": request_id} if request_id else {}
    ask(stage, "notify.receive", sms, GATEWAY, at)


def reminded(stage: Stage, at: float = 0, **values: Any) -> None:
    """A fee reminder goes out to the customer."""
    reminder = {"template": "fee_reminder", "msisdn": NUMBER, "variables": REMINDER | values}
    ask(stage, "notify.send", reminder, DUTY_MANAGER, at)
    carrier.send(stage)


def tickets(stage: Stage) -> list[Any]:
    return [saved.state for saved in stage.complaints.known.values()]


def the_ticket(stage: Stage) -> Any:
    [found] = tickets(stage)
    return found


def replied(stage: Stage, at: float = 0, leaf: str = r.PLAIN["category"]) -> str:
    complaint = registered(stage, r.PLAIN | {"category": leaf}, at)
    live(stage, complaint, (at + 1, AGENT, "intake.reply", REPLY))
    return complaint


def shown(stage: Stage, complaint: str) -> dict[str, Any]:
    answer: dict[str, Any] = stage.call("intake.get", complaint, by=AGENT)
    return answer


def staff_told(stage: Stage, template: str) -> list[Any]:
    return [saved.state for saved in stage.messages.known.values() if saved.state.template == template]


# --- IN16 ---


@pytest.mark.parametrize("answer", ["QX", "BL", "这是什么业务"])
def test_IN16_an_answer_to_a_fee_reminder_opens_a_ticket_with_72_hours_to_contact(answer: str) -> None:
    stage = Stage()
    reminded(stage)

    texted(stage, answer, 1)

    opened = the_ticket(stage)
    assert (opened.channel, opened.inbound, opened.status) == ("sms", "fee_reminder", "open")
    assert opened.limits == {"contact": hour(1) + timedelta(hours=72)}
    [clock] = stage.cases.known[opened.complaint_id].state.clocks
    assert (clock.kind, clock.due_at, clock.rule) == ("contact", hour(73), "IN16")
    assert (opened.no_charge == NoCharge("彩铃", "2026-12", 500)) == (answer == "QX")
    assert "彩铃，2026-12，5.00元" in opened.content
    assert answer in opened.content


def test_IN16_a_call_to_the_customer_meets_the_contact_clock() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "BL", 1)
    opened = the_ticket(stage).complaint_id

    live(
        stage, opened, (2, AGENT, "intake.record_contact", {"means": "phone", "direction": "out", "content": "已告知"})
    )

    [clock] = stage.cases.known[opened].state.clocks
    assert (clock.state, clock.ended_at) == ("met", hour(2))


def test_IN16_a_contact_that_is_missed_breaks_and_is_told_without_any_rise() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "BL", 1)

    stage.pass_time(hour(74))

    case = stage.cases.known[the_ticket(stage).complaint_id].state
    assert [clock.state for clock in case.clocks] == ["broken"]
    assert case.level == "agent"
    assert staff_told(stage, "clock_broken")


def test_IN16_IN7_first_contact_is_the_hotlines_duty_and_told_of_the_limit() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "QX", 1)

    opened = the_ticket(stage)
    assert (opened.first_contact, opened.handler, opened.branch) == ("E1001", "E1001", "SZ")
    [message] = staff_told(stage, "reminder_answered")
    assert (message.to, message.variables["limit"][:16]) == ("13800001101", hour(73).isoformat()[:16])


def refunds(stage: Stage) -> list[Any]:
    return [saved.state for saved in stage.refunds.known.values()]


def test_IN16_a_cancellation_becomes_a_claim_of_the_whole_fee_by_itself_and_once() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "QX", 1)

    for told in list(stage.told):
        if (told.service, told.type) == ("intake", "complaint_registered"):
            stage.services["refund"].complaint_registered(told.event)

    [refund] = refunds(stage)
    assert refund.claim.complaint_id == the_ticket(stage).complaint_id
    assert (refund.claim.ground, refund.total_fen, refund.claim.period) == ("company_fault", 500, "2026-12")
    assert refund.requested_by.sub == "service:refund"
    assert (refund.status, refund.needs) == ("requested", "duty_manager")


@pytest.mark.parametrize("answer", ["BL", "这是什么业务"])
def test_IN16_who_keeps_his_service_or_asks_is_not_refunded(answer: str) -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, answer, 1)

    assert refunds(stage) == []


def test_IN16_a_large_fee_is_signed_by_as_many_levels_as_any_claim() -> None:
    stage = Stage()
    reminded(stage, fee=60_000)
    texted(stage, "QX", 1)

    assert refunds(stage)[0].steps == ("duty_manager", "branch", "province")


def test_IN16_RF19_a_fee_that_is_refunded_already_is_not_claimed_again() -> None:
    stage = Stage()
    ask(stage, "refund.request", r.COMPANY_FAULT | r.FOUND | {"service": "彩铃", "extra_fen": None}, AGENT, 0)
    reminded(stage, month="2026-10")
    texted(stage, "QX", 1)

    assert len(refunds(stage)) == 1
    assert the_ticket(stage).no_charge.period == "2026-10"


def test_IN16_what_speaks_against_the_claim_makes_a_dead_letter_with_its_reason() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "QX", 1)
    [told] = [each for each in stage.told if each.type == "complaint_registered"]
    fresh, data = Stage(), told.event["data"] | {"status": "refused"}

    with pytest.raises(PermanentFault, match="no-charge refund of complaint"):
        fresh.services["refund"].complaint_registered(told.event | {"data": data})


def test_IN16_a_reminder_is_answered_once_and_only_within_its_days() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "QX", 1)
    texted(stage, "QX", 2)
    late = Stage()
    reminded(late)
    texted(late, "QX", 24 * 30 + 1)

    assert [each.inbound for each in tickets(stage)] == ["fee_reminder", None]
    assert [each.inbound for each in tickets(late)] == [None]
    assert len(refunds(stage)) == 1


def test_IN16_who_asks_first_can_still_cancel() -> None:
    stage = Stage()
    reminded(stage)
    texted(stage, "这是什么业务", 1)
    texted(stage, "取消", 2)

    assert [each.no_charge is not None for each in tickets(stage)] == [False, True]


# --- IN26: satisfaction ---


@pytest.mark.parametrize(
    ("text", "satisfaction"), [("5", "satisfied"), ("４分", "satisfied"), ("一般", "neutral"), ("1", "dissatisfied")]
)
def test_IN26_RP3_a_score_is_the_follow_up_of_the_complaint_that_was_answered(text: str, satisfaction: str) -> None:
    stage = Stage()
    complaint = replied(stage)

    texted(stage, text, 2)

    assert [each["satisfaction"] for each in shown(stage, complaint)["follow_ups"]] == [satisfaction]
    assert len(tickets(stage)) == 1
    states = {clock.kind: clock.state for clock in stage.cases.known[complaint].state.clocks}
    assert states["follow_up"] == "met"


def test_IN26_the_newest_answered_complaint_counts_and_each_survey_is_answered_once() -> None:
    stage = Stage()
    first, second = replied(stage, 0), replied(stage, 2, "01.01.02")

    texted(stage, "5", 4)
    texted(stage, "1", 5)
    texted(stage, "3", 6)

    assert [len(shown(stage, each)["follow_ups"]) for each in (first, second)] == [1, 1]
    assert shown(stage, second)["follow_ups"][0]["satisfaction"] == "satisfied"
    assert [each.ticket_type for each in tickets(stage)] == ["complaint", "complaint", "consultation"]


def test_IN26_ES6_two_dissatisfied_scores_reopen_and_raise_the_complaint_as_any_follow_up() -> None:
    stage = Stage()
    complaint = replied(stage)
    texted(stage, "1", 2)
    live(stage, complaint, (3, OTHER_AGENT, "intake.follow_up", r.ANGRY))

    assert shown(stage, complaint)["status"] == "open"
    assert stage.cases.known[complaint].state.level == "duty_manager"


def test_IN26_a_score_that_nobody_asked_for_goes_to_an_agent() -> None:
    stage = Stage()
    texted(stage, "5", 1)

    assert (the_ticket(stage).ticket_type, the_ticket(stage).content) == ("consultation", "5")


def test_IN26_IN4_a_direct_reply_has_no_survey_that_a_score_could_answer() -> None:
    stage = Stage()
    complaint = registered(stage, r.DIRECT)
    texted(stage, "5", 1)

    assert shown(stage, complaint)["follow_ups"] == []
    assert len(tickets(stage)) == 2


# --- IN26: reports ---


def test_IN26_a_bad_message_report_is_a_complaint_in_a_queue_of_its_own_with_the_port() -> None:
    stage = Stage()
    texted(stage, "举报10690001234天天发广告", 1)

    report = the_ticket(stage)
    assert (report.ticket_type, report.channel, report.category) == ("complaint", "sms", "02.01.04")
    assert (report.reported_port, report.department) == ("10690001234", "bad_messages")
    assert report.limits["handling"] == hour(49)
    [message] = staff_told(stage, "bad_message_reported")
    assert message.to == "13800001013"


def test_IN26_a_second_report_while_one_is_open_urges_it_and_keeps_what_is_said() -> None:
    stage = Stage()
    texted(stage, "举报10690001234", 1)
    texted(stage, "举报10690009999", 2)

    report = the_ticket(stage)
    urges = [step for step in shown(stage, report.complaint_id)["history"] if step["event"] == "complaint_urged"]
    assert report.urged_count == len(urges) == 1
    assert "10690009999" in str(urges[0]["details"])


# --- IN26: anything else ---


@pytest.mark.parametrize(
    ("text", "ticket_type"), [("请问怎么查话费", "consultation"), ("我要投诉你们乱扣费", "complaint")]
)
def test_IN26_anything_else_becomes_a_ticket_for_an_agent(text: str, ticket_type: str) -> None:
    stage = Stage()
    texted(stage, text, 1)

    opened = the_ticket(stage)
    assert (opened.ticket_type, opened.channel, opened.content) == (ticket_type, "sms", text)
    assert opened.verification.method == "calling_number"
    assert opened.customer.msisdn == NUMBER
    assert opened.first_contact == "E1001"


def test_IN26_a_blank_sms_over_our_own_link_is_a_ticket_too() -> None:
    sms = Sms("s", "other", hour(0), NUMBER, " ")

    assert ticket(sms, None, rules()).content == "（客户发来空白短信）"


def test_IN26_IN10_it_is_a_contact_on_the_numbers_one_open_complaint() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    texted(stage, "我的问题什么时候能解决", 1)

    [contact] = shown(stage, complaint)["contacts"]
    assert (contact["means"], contact["direction"], contact["content"]) == ("sms", "in", "我的问题什么时候能解决")
    assert datetime.fromisoformat(contact["contact_at"]) == hour(1)
    assert len(tickets(stage)) == 1
    assert staff_told(stage, "customer_wrote")


def test_IN26_CL2_a_customers_own_sms_is_no_first_reply() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    texted(stage, "在吗", 1)

    states = {clock.kind: clock.state for clock in stage.cases.known[complaint].state.clocks}
    assert states["first_reply"] == "running"


def test_IN26_with_several_open_complaints_nobody_guesses_which_one_is_meant() -> None:
    stage = Stage()
    registered(stage, r.PLAIN)
    registered(stage, r.PLAIN | {"category": "01.01.02"})
    texted(stage, "在吗", 1)

    assert [each.ticket_type for each in tickets(stage)] == ["complaint", "complaint", "consultation"]


def test_IN26_a_known_number_keeps_its_branch_and_brand() -> None:
    stage = Stage()
    other = AGENT.__class__("E2001", "agent", "GZ")
    customer = r.PLAIN["customer"] | {"brand": "vip"}
    complaint = registered(stage, r.PLAIN | {"branch": "GZ", "hall": None, "customer": customer}, by=other)
    live(stage, complaint, (1, other, "intake.withdraw", r.REASON))
    texted(stage, "请问怎么查话费", 2)

    opened = tickets(stage)[-1]
    assert (opened.branch, opened.brand, opened.first_contact) == ("GZ", "vip", "E2001")


def test_IN26_NT4_an_opt_out_makes_no_ticket() -> None:
    stage = Stage()
    texted(stage, "退订", 1)

    assert tickets(stage) == []


# --- once, and never lost ---


@pytest.mark.parametrize("text", ["QX", "5", "举报10690001234", "请问怎么查话费", "在吗"])
def test_IN26_an_sms_that_is_told_again_is_taken_once(text: str) -> None:
    stage = Stage()
    reminded(stage)
    replied(stage)
    registered(stage, r.PLAIN | {"category": "01.01.02"}, 2)
    texted(stage, text, 3, "the-same")
    before = {saved.id: saved.v for saved in stage.complaints.known.values()}

    texted(stage, text, 3, "the-same")
    for told in [each for each in stage.told if each.type == "sms_received"]:
        stage.services["intake"].take_sms(told.event)

    assert {saved.id: saved.v for saved in stage.complaints.known.values()} == before


def test_IN26_an_sms_that_cannot_be_taken_names_its_reason_and_nobody() -> None:
    stage = Stage()
    texted(stage, "请问怎么查话费", 1)
    [told] = [each for each in stage.told if each.type == "sms_received"]
    unfit = SmsRules("SZ", "ordinary", {"SZ": "E1001"}, 30, (), {"other": Ticket("consultation", "99.99.99")})
    stage = Stage()
    intake = stage.services["intake"]
    intake.policies = _With(intake.policies, unfit)

    with pytest.raises(PermanentFault, match=r"cannot be taken: the category is no leaf") as refused:
        intake.take_sms(told.event)

    assert NUMBER not in str(refused.value)
    assert "怎么查" not in str(refused.value)


class _With(dict[str, Any]):
    """The policies with other rules for SMS."""

    def __init__(self, policies: Any, rules: SmsRules) -> None:
        super().__init__({name: policies[name] for name in policies} | {"sms": rules})
        self.versions, self.version = policies.versions, policies.version


def test_IN26_a_queue_is_searched_by_its_name() -> None:
    stage = Stage()
    asked: list[Any] = []
    stage.complaints.search = lambda asked_for, _visible: (asked.append(asked_for), ([], None))[1]

    stage.call("intake.search", {"queue": "bad_messages"}, by=AGENT)

    assert asked[0].queue == "bad_messages"
    assert stage.complaints._conditions(asked[0]) == {"department": "bad_messages"}


# --- the policy ---


@cache
def loaded() -> PolicySet:
    return load(PROJECT / "policies", POLICIES)


def rules() -> SmsRules:
    value: SmsRules = loaded()["sms"]
    return value


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("SZ: E1001", "SZ: E9999", "first_contact.SZ: organisation.yml has no employee 'E9999'"),
        ("ZH: E3001", "XX: E3001", "first_contact.XX: organisation.yml has no such branch"),
        ("category: 02.01.04", "category: 02.01.99", "tickets.bad_message_report.category: no leaf of catalogue.yml"),
        ("queue: bad_messages", "queue: nobody", "tickets.bad_message_report.queue: organisation.yml has no such"),
    ],
)
def test_IN26_what_does_not_fit_the_other_files_is_named_with_its_line(before: str, after: str, fault: str) -> None:
    text = (PROJECT / "policies/sms.yml").read_text()
    changed = parse(SMS, text.replace(before, after))
    together = PolicySet([changed, *(each for each in loaded().loaded() if each.policy is not SMS)])

    [found] = tickets_fit(together)

    assert fault in str(found)
    assert str(found).startswith(f"sms.yml:{text[: text.index(before)].count(chr(10)) + 1}: ")


def test_IN26_PR1_no_event_carries_the_text_of_an_sms_in_the_clear() -> None:
    stage = Stage()
    texted(stage, "我的秘密问题", 1)

    assert len(stage.told) > 1
    assert all("秘密" not in each.body.decode() for each in stage.told)
