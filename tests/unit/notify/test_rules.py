"""Which events reach whom, with the rules as shipped (IN7, IN11, ES4, ES7, ES8, MJ1, MJ5, RP2, RF18)."""

from datetime import datetime
from typing import Any, get_args

import pytest

from services.intake import vocabulary as v
from services.notify.deciding import hold_until
from services.notify.expanding import Draft, Missed, Situation, expand
from services.notify.facts import Condition, at_path, clock_meant
from services.notify.notify_policy import NOTIFY, rules_fit_templates
from shared.policies import PolicyFaults, PolicySet, parse
from tests.unit.notify.makers import (
    BRANCH,
    CUSTOMER,
    DUE,
    DUTY_MANAGER,
    FIRST_CONTACT,
    HANDLER,
    PROVINCE,
    REGISTERED,
    SERIAL,
    case,
    clock,
    facts,
    organisation,
    policies,
    policy,
    refund,
    shanghai,
    templates,
)


def drafts(event: str, data: dict[str, Any]) -> list[Draft | Missed]:
    service, _, type_ = event.partition(".")
    situation = Situation(data | {"clock": clock_meant(data)}, data["customer"]["msisdn"])
    return list(expand(policy().rules_for(service, type_), situation, organisation(), templates()))


def told(event: str, data: dict[str, Any]) -> set[tuple[str, str]]:
    """(template, number) of every message that the event asks for; each of them can be written."""
    found = set()
    for draft in drafts(event, data):
        assert isinstance(draft, Draft), draft
        if not draft.daily:
            assert templates().write(draft.template, draft.values)
        found.add((draft.template, draft.to))
    return found


def test_RP2_IN7_a_registered_complaint_gives_the_customer_a_receipt_and_first_contact_the_limit() -> None:
    assert told("intake.complaint_registered", facts()) == {("receipt", CUSTOMER), ("limits_told", FIRST_CONTACT)}


def test_RP2_the_receipt_names_the_serial_number_and_the_handling_limit() -> None:
    [receipt, _] = drafts("intake.complaint_registered", facts())
    assert isinstance(receipt, Draft)
    assert receipt.values == {"serial_no": SERIAL, "limit": DUE.isoformat()}
    assert receipt.acted_at == REGISTERED


@pytest.mark.parametrize("changes", [{"handling": "direct_reply"}, {"ticket_type": "consultation", "limits": {}}])
def test_what_was_settled_on_the_spot_or_has_no_limit_needs_no_receipt(changes: dict[str, Any]) -> None:
    assert told("intake.complaint_registered", facts(**changes)) == set()


def test_IN7_first_contact_is_told_the_new_limit_of_a_reopened_complaint() -> None:
    assert told("intake.complaint_reopened", facts()) == {("limits_told", FIRST_CONTACT)}


def test_RP2_RP3_a_reply_brings_its_text_and_a_survey() -> None:
    replied = facts(reply={"sealed": "", "content": "减免已补登\n请查收【附】"}, status="replied")

    assert told("intake.complaint_replied", replied) == {("reply", CUSTOMER), ("survey", CUSTOMER)}
    [reply, _] = drafts("intake.complaint_replied", replied)
    assert isinstance(reply, Draft)
    assert reply.values["content"] == "减免已补登 请查收〔附〕"
    assert reply.before == DUE


def test_IN4_a_direct_reply_has_no_follow_up_survey() -> None:
    replied = facts(reply={"content": "已解释"}, handling="direct_reply")
    assert told("intake.complaint_replied", replied) == {("reply", CUSTOMER)}


def test_NT2_the_earliest_limit_of_a_reply_counts_a_promised_answer_too() -> None:
    promised = [{"kind": "answer", "due_at": "2026-11-24T07:00:00.000+00:00"}]
    [reply, _] = drafts("intake.complaint_replied", facts(reply={"content": "x"}, promises=promised))
    assert isinstance(reply, Draft)
    assert reply.before is not None
    assert reply.before.isoformat() == "2026-11-24T07:00:00+00:00"


def reply_at(at: datetime, **changes: Any) -> Draft:
    """The answer to the customer of a reply that happened at this time."""
    situation = Situation(facts(reply={"content": "x"}, **changes), CUSTOMER, at)
    rules = policy().rules_for("intake", "complaint_replied")
    reply = next(draft for draft in expand(rules, situation, organisation(), templates()) if draft.template == "reply")
    assert isinstance(reply, Draft)
    return reply


def test_NT2_a_reply_keeps_the_limit_of_a_major_complaint_too() -> None:
    limits = {"handling": "2026-12-01T01:00:00.000+00:00", "major_reply": DUE.isoformat()}

    assert reply_at(REGISTERED, limits=limits).before == DUE


def test_NT2_a_limit_that_was_over_at_the_reply_wakes_nobody_at_night() -> None:
    """Reopened on Friday and answered that night: the first reply was due, and met, on Wednesday."""
    reopened, replied = shanghai("2026-11-27 16:00"), shanghai("2026-11-27 23:30")
    handling, morning = shanghai("2026-11-29 16:00"), shanghai("2026-11-28 07:00")
    limits = {"handling": handling.isoformat(), "first_reply": DUE.isoformat(), "major_reply": DUE.isoformat()}
    promised = [{"kind": "answer", "due_at": DUE.isoformat()}]

    reply = reply_at(replied, limits=limits, promises=promised, reopened_at=reopened.isoformat())

    assert reply.before == handling
    assert hold_until("transactional", replied, reply.acted_at, reply.before, policy())[0] == morning


def test_NT2_a_limit_within_the_night_counts_up_to_its_last_instant() -> None:
    at_night = shanghai("2026-11-24 23:30")

    assert reply_at(at_night, limits={"handling": at_night.isoformat()}).before == at_night


def test_RP2_a_transfer_tells_the_customer_and_the_department() -> None:
    moved = facts(department="network_maintenance")
    assert told("intake.complaint_transferred", moved) == {("progress", CUSTOMER), ("transferred", "13800001011")}


COMPLAINT_TEAM, NETWORK = "13800001010", "13800001011"


@pytest.mark.parametrize(
    ("department", "number"), [("complaint_team", COMPLAINT_TEAM), ("network_maintenance", NETWORK)]
)
@pytest.mark.parametrize("handling", ["transfer", "dispatch", "record_only"])
def test_IN17_the_department_hears_that_a_complaint_is_there(handling: str, department: str, number: str) -> None:
    registered = facts(handling=handling, department=department)
    assert ("ticket_arrived", number) in told("intake.complaint_registered", registered)


@pytest.mark.parametrize("ticket_type", ["consultation", "service_request", "appointment"])
def test_IN3_other_tickets_are_told_to_where_they_are_routed_and_not_where_they_are_only_recorded(
    ticket_type: str,
) -> None:
    routed = facts(ticket_type=ticket_type, department="network_maintenance", limits={})
    assert told("intake.complaint_registered", routed) == {("ticket_arrived", NETWORK)}
    assert told("intake.complaint_registered", routed | {"handling": "record_only"}) == set()


def test_IN4_what_was_answered_directly_arrives_nowhere() -> None:
    assert told("intake.complaint_registered", facts(handling="direct_reply")) == set()


def test_IN26_the_queue_of_bad_messages_is_told_once() -> None:
    report = facts(channel="sms", department="bad_messages", reported_port="10657012345")
    assert {template for template, to in told("intake.complaint_registered", report) if to == "13800001013"} == {
        "bad_message_reported"
    }


def test_NT8_what_is_called_instead_of_sent_goes_to_first_contact() -> None:
    survey = drafts("intake.complaint_replied", facts(reply={"content": "x"}))[1]
    assert isinstance(survey, Draft)
    [instead] = survey.instead
    assert isinstance(instead, Draft)
    assert (instead.template, instead.to) == ("call_for_survey", FIRST_CONTACT)
    assert templates().write(instead.template, instead.values)


@pytest.mark.parametrize("ticket_type", ["complaint", "consultation", "service_request", "appointment"])
@pytest.mark.parametrize("customer", [{"high_value": True}, {"group": True}])
def test_IN11_the_account_manager_hears_of_every_ticket_of_a_key_customer(ticket_type: str, customer: Any) -> None:
    registered = facts(ticket_type=ticket_type, **customer)
    assert ("account_manager_alert", "13800001005") in told("intake.complaint_registered", registered)


def test_IN11_other_customers_make_no_such_alert() -> None:
    assert "account_manager_alert" not in {template for template, _ in told("intake.complaint_registered", facts())}


@pytest.mark.parametrize("customer", [{"high_value": True}, {"group": True}])
def test_IN11_a_key_customer_who_reports_it_again_is_told_to_the_account_manager(customer: Any) -> None:
    assert ("urged", "13800001005") in told("intake.complaint_urged", facts(urged_count=1, **customer))
    assert ("urged", "13800001005") not in told("intake.complaint_urged", facts(urged_count=1))


def test_IN15_a_prohibition_flagged_later_is_told_to_the_branch() -> None:
    assert told("intake.prohibition_flagged", facts(prohibition=3)) == {("prohibition_alert", BRANCH)}


@pytest.mark.parametrize("event", ["complaint_registered", "prohibition_flagged"])
def test_IN15_where_the_handler_is_accused_another_is_asked_for_at_once(event: str) -> None:
    relieved = facts(prohibition=3, accused=["E1002"], handler=None)
    templates_sent = [template for template, _ in told(f"intake.{event}", relieved)]
    assert "handler_needed" in templates_sent
    assert "handler_needed" not in {template for template, _ in told(f"intake.{event}", facts(accused=["E1002"]))}


def test_IN25_the_handler_is_asked_for_what_the_recharge_statistic_lacks() -> None:
    asked = ("recharge_asked", HANDLER)
    assert asked in told("intake.complaint_registered", facts(recharge={"state": "wanted"}))
    assert asked not in told("intake.complaint_registered", facts(recharge={"state": "given", "kind": "card"}))


def test_IN15_a_flagged_prohibition_is_told_to_the_branch() -> None:
    assert ("prohibition_alert", BRANCH) in told("intake.complaint_registered", facts(prohibition=3))


@pytest.mark.parametrize(
    ("event", "status"), [("complaint_archived", "archived"), ("complaint_withdrawn", "withdrawn")]
)
def test_IN7_first_contact_is_told_of_the_end(event: str, status: str) -> None:
    assert told(f"intake.{event}", facts(status=status)) == {("case_ended", FIRST_CONTACT)}


def a_task(**change: Any) -> dict[str, Any]:
    return facts(change={"name": "task_set", "due_at": DUE.isoformat(), "for_whom": "E1002", "kind": "call"} | change)


@pytest.mark.parametrize("why", ["undelivered", "major_archived", "repeat_archived", "closing_question"])
def test_NT3_first_contact_is_told_of_a_new_task(why: str) -> None:
    assert told("intake.task_set", a_task(why=why)) == {("task_set", FIRST_CONTACT)}


@pytest.mark.parametrize("why", ["dissatisfied", "care_cap", "replied"])
def test_RP4_NT8_nobody_is_told_twice_of_what_another_sms_or_clock_tells(why: str) -> None:
    assert told("intake.task_set", a_task(why=why)) == set()


@pytest.mark.parametrize(
    ("for_whom", "number"),
    [("written_reply", "13800001010"), ("complaint_team", "13800001010"), ("E9999", DUTY_MANAGER), ("E1003", HANDLER)],
)
def test_RP7_a_task_is_told_to_the_duty_the_department_or_the_employee_whose_it_is(for_whom: str, number: str) -> None:
    task = a_task(why="written_reply_wanted", kind="written_reply", for_whom=for_whom)

    assert told("intake.task_set", task) == {("task_set", number)}


def test_CR2_an_improvement_is_told_by_a_care_sms_and_phoned_where_none_is_left() -> None:
    [draft] = drafts("intake.improvement_told", facts(improvement={"what": "已优化停机规则"}))
    assert isinstance(draft, Draft)

    assert (draft.template, draft.to, templates()[draft.template].message_class) == (
        "improvement_told",
        CUSTOMER,
        "care",
    )
    assert "已优化停机规则" in templates().write(draft.template, draft.values)
    assert [each.template for each in draft.instead] == ["call_for_improvement"]


def test_every_kind_and_cause_of_a_task_has_its_word() -> None:
    words = templates().words
    assert words["task"].keys() == set(get_args(v.TaskKind)) - {"call_back", "follow_up"}
    assert words["task_cause"].keys() == set(get_args(v.TaskCause)) - {"waiting", "replied"}


def test_CR1_care_follows_a_major_or_repeated_complaint() -> None:
    major = facts(status="archived", major={"trigger": "legal"}, repeat_of="c0")
    assert told("intake.complaint_archived", major) == {("case_ended", FIRST_CONTACT), ("care", CUSTOMER)}


def test_an_urge_alerts_the_handler_first_contact_and_the_level() -> None:
    urged = facts(urged_count=2, level="branch")
    assert told("intake.complaint_urged", urged) == {("urged", HANDLER), ("urged", FIRST_CONTACT), ("urged", BRANCH)}


@pytest.mark.parametrize(
    ("kind", "level", "to"),
    [
        ("handling", "agent", {HANDLER, FIRST_CONTACT}),
        ("acceptance", "branch", {BRANCH, FIRST_CONTACT}),
        ("level", "province", {PROVINCE, FIRST_CONTACT}),
        ("opinion", "agent", {DUTY_MANAGER, FIRST_CONTACT}),
        ("support_opinion", "agent", {"13800001006", FIRST_CONTACT}),
        ("legal_opinion", "agent", {"13800001007", FIRST_CONTACT}),
    ],
)
def test_CL9_IN7_a_clock_warns_who_must_act_and_first_contact(kind: str, level: str, to: set[str]) -> None:
    warned = case(clock(kind), level=level, change={"name": "clock_warned", "clock_id": f"id-of-{kind}"})
    assert told("escalation.clock_warned", warned) == {("clock_warning", number) for number in to}


def test_every_clock_kind_has_a_warning_and_a_word() -> None:
    for kind in templates().words["clock"]:
        data = case(clock(kind), change={"clock_id": f"id-of-{kind}"})
        assert told("escalation.clock_warned", data), kind
        assert told("escalation.clock_broken", data), kind


def test_IN7_ES4_a_broken_clock_is_told_to_handler_first_contact_and_the_level() -> None:
    broken = case(clock("first_reply"), level="branch", change={"clock_id": "id-of-first_reply"})
    assert {to for _, to in told("escalation.clock_broken", broken)} == {HANDLER, FIRST_CONTACT, BRANCH}


def test_CL3_an_extension_is_told_with_the_new_time() -> None:
    extended = case(change={"clock_id": "id-of-handling"})
    assert told("escalation.clock_extended", extended) == {
        ("limit_extended", FIRST_CONTACT),
        ("limit_extended", HANDLER),
    }


@pytest.mark.parametrize("event", ["clock_recomputed", "clock_recounted"])
def test_IN7_CL10_a_limit_that_moved_is_told_with_the_new_time(event: str) -> None:
    moved = case(clock("repair"), change={"clock_id": "id-of-repair"})
    assert told(f"escalation.{event}", moved) == {("limit_moved", FIRST_CONTACT), ("limit_moved", HANDLER)}
    assert {each.values["due_at"] for each in drafts(f"escalation.{event}", moved) if isinstance(each, Draft)} == {
        DUE.isoformat()
    }


def test_IN7_a_promise_is_told_to_first_contact_whoever_made_it() -> None:
    promised = facts(limits={"promise": DUE.isoformat()}, change={"kind": "effect"})
    assert told("intake.promise_made", promised) == {("promise_told", FIRST_CONTACT)}


@pytest.mark.parametrize(
    ("level", "number"), [("duty_manager", DUTY_MANAGER), ("branch", BRANCH), ("province", PROVINCE)]
)
def test_ES4_each_rise_notifies_that_level_and_goes_into_the_service_groups_digest(level: str, number: str) -> None:
    risen = case(clock("acceptance"), level=level, change={"level": level, "cause": "handling"})

    assert told("escalation.escalated", risen) == {
        ("escalated", number),
        ("rise_told", FIRST_CONTACT),
        ("rise_told", HANDLER),
        ("progress", CUSTOMER),
        ("service_group_digest", "13800001004"),
    }


def test_ES6_first_contact_is_asked_to_explain_to_a_dissatisfied_customer() -> None:
    assert told("escalation.explanation_asked", case()) == {("explain", FIRST_CONTACT)}


def test_ES7_media_is_told_to_the_media_contact() -> None:
    assert told("escalation.media_alerted", case()) == {("media_alert", "13800001002")}


def test_ES8_a_disturbance_is_told_to_support_and_the_market_department() -> None:
    alerted = told("escalation.disturbance_alerted", case())
    assert alerted == {("disturbance_alert", "13800001006"), ("disturbance_alert", "13800001003")}


def test_MJ1_a_declaration_alerts_the_duty_manager_and_first_contact() -> None:
    declared = case(clock("opinion"), clock("major_reply"), change={"trigger": "media_threat"})
    assert told("escalation.major_declared", declared) == {("major_alert", DUTY_MANAGER), ("major_told", FIRST_CONTACT)}


@pytest.mark.parametrize(("kind", "number"), [("support", "13800001006"), ("legal", "13800001007")])
def test_MJ5_each_department_is_asked_for_its_opinion_with_its_time(kind: str, number: str) -> None:
    asked = case(clock(f"{kind}_opinion"), change={"kind": kind})
    assert told("escalation.opinion_requested", asked) == {("opinion_request", number)}


def test_RF18_a_paid_refund_is_told_to_the_customer() -> None:
    assert told("refund.refund_paid", refund()) == {("refund_paid", CUSTOMER)}


@pytest.mark.parametrize("status", ["paid", "closed", "verifying"])
def test_NT2_what_is_told_of_a_refund_answers_the_customers_last_act(status: str) -> None:
    [told_to_customer] = drafts("refund.refund_paid", refund(status=status))
    assert isinstance(told_to_customer, Draft)
    assert told_to_customer.acted_at == REGISTERED


def test_RF4_a_pre_refund_is_told_as_one() -> None:
    assert told("refund.refund_paid", refund(status="verifying")) == {("pre_refund_paid", CUSTOMER)}


def test_a_refund_in_doubt_is_told_to_finance_only_when_a_person_must_settle_it() -> None:
    assert told("refund.refund_unknown", refund(change={"waits_for": "boss"})) == set()
    assert told("refund.refund_unknown", refund(change={"waits_for": "person"})) == {
        ("refund_unsettled", "13800009008")
    }


def test_one_number_in_two_roles_gets_one_message() -> None:
    assert told("intake.complaint_urged", facts(handler="E1002", urged_count=1, level="agent")) == {
        ("urged", FIRST_CONTACT)
    }


def test_staff_that_is_in_no_directory_is_reached_through_the_duty_manager() -> None:
    ended = facts(first_contact="E9999", status="archived")
    assert told("intake.complaint_archived", ended) == {("case_ended", DUTY_MANAGER)}


def test_a_customer_without_a_number_is_missed_and_said_so() -> None:
    data = refund(customer={"masked": "", "sealed": "", "msisdn": None})
    assert drafts("refund.refund_paid", data) == [Missed("refund_paid", "customer")]


def test_paths_look_into_objects_and_pick_the_last_of_a_kind_in_lists() -> None:
    data = {"limits": {"handling": 1}, "clocks": [clock("handling", n=1), clock("level"), clock("handling", n=2)]}

    assert at_path(data, "limits.handling") == 1
    assert at_path(data, "clocks.handling.n") == 2
    assert at_path(data, "clocks.opinion.n") is None
    assert at_path(data, "limits.handling.deeper") is None


def test_conditions_hold_for_values_lists_and_presence() -> None:
    data = {"a": 1, "many": ["x", "y"], "none": None, "empty": []}

    assert Condition("a", (1, 2)).holds(data)
    assert Condition("many", ("y",)).holds(data)
    assert not Condition("many", ("z",)).holds(data)
    assert Condition("a", None, present=True).holds(data)
    assert Condition("none", None, present=False).holds(data)
    assert Condition("empty", None, present=False).holds(data)


TEXT = policies().loaded()[0].text


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{event: intake.complaint_exploded, send: receipt, to: [customer]}", "is no event that notify reads"),
        ("{event: intake.complaint_urged, send: urged, to: [everybody]}", "rules.0.to.0"),
        ("{event: intake.complaint_urged, send: urged, to: []}", "rules.0.to"),
        ("{event: intake.complaint_urged, send: urged, to: [handler], when: {a b: 1}}", "expected a path"),
        ("{event: intake.complaint_urged, send: urged, to: [handler], when: {a: {b: 1}}}", "{present: true|false}"),
        ("{event: intake.complaint_urged, send: urged, to: [handler], often: true}", "rules.0.often"),
    ],
)
def test_a_faulty_rule_never_gets_into_force(rule: str, fault: str) -> None:
    with pytest.raises(PolicyFaults, match=r"notify\.yml") as found:
        parse(NOTIFY, TEXT[: TEXT.index("rules:")] + f"rules:\n  - {rule}\n")
    assert fault in str(found.value)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("{event: intake.complaint_urged, send: poem, to: [handler]}", "templates.yml has no template 'poem'"),
        ("{event: intake.complaint_urged, send: urged, to: [handler], variables: {b: a}}", "rules.0.variables.b"),
        (
            "{event: intake.complaint_urged, send: urged, to: [handler], instead: {send: poem, to: [handler]}}",
            "rules.0.instead.send",
        ),
    ],
)
def test_a_rule_that_does_not_fit_the_templates_never_gets_into_force(rule: str, fault: str) -> None:
    text = TEXT[: TEXT.index("rules:")] + f"rules:\n  - {rule}\n"
    together = PolicySet([parse(NOTIFY, text), *(each for each in policies().loaded() if each.policy is not NOTIFY)])

    (found,) = rules_fit_templates(together)

    assert str(found).startswith(f"notify.yml:{text.count(chr(10))}: rules.0.")
    assert fault in str(found)


def test_IN7_CL5_who_verifies_a_pre_refund_and_first_contact_are_told_until_when() -> None:
    paid = {"name": "pre_refund_followed", "clock_id": "id-of-verification"}

    told_of_it = told("escalation.pre_refund_followed", case(clock("verification"), change=paid))

    assert told_of_it == {("verification_told", HANDLER), ("verification_told", FIRST_CONTACT)}


def test_CL5_later_news_of_a_pre_refund_start_no_clock_and_are_told_to_nobody() -> None:
    verified = {"name": "pre_refund_followed"}

    assert told("escalation.pre_refund_followed", case(clock("verification", state="met"), change=verified)) == set()
