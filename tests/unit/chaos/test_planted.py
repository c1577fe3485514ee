"""Whatever is lost, doubled, early or wrong in an otherwise perfect run: the judge finds exactly it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.chaos import planted_cases, planted_ledgers
from tests.unit.chaos.plans import SORTS
from tests.unit.chaos.planted_cases import Plant, a_clock_breaks_twice, at_the_end
from tests.unit.chaos.planted_ledgers import an_SMS_came_twice
from tests.unit.chaos.world import perfect

PLANTS = (*planted_cases.PLANTS, *planted_ledgers.PLANTS)
MONEY = (planted_ledgers.BOSS_was_never_told, planted_ledgers.BOSS_has_a_line_twice)
TIME = (a_clock_breaks_twice, planted_cases.a_clock_was_called_off, planted_cases.a_double_click_is_refused)
ORDERS = st.permutations(sorted(SORTS))
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
@FEW
@given(ORDERS, st.data())
def test_one_fault_is_found_and_nothing_else(plant: Plant, sorts: list[str], data: Any) -> None:
    world = perfect(sorts)
    kind, wrong = plant(world, lambda found: data.draw(st.sampled_from(found)))
    verdict = world.judged()
    assert {(finding.kind, finding.wrong) for finding in verdict.findings} == {(kind, wrong)}, verdict.findings
    assert getattr(verdict.counts[kind], wrong) == 1 or plant.__name__ == "escalation_knows_no_case"
    assert not verdict.green
    others = [count for name, count in verdict.counts.items() if name != kind]
    assert all(count.ok == count.attempted for count in others)


@FEW
@given(ORDERS, st.sampled_from(MONEY), st.sampled_from(TIME), st.data())
def test_two_faults_are_both_found(sorts: list[str], money: Plant, time: Plant, data: Any) -> None:
    world = perfect(sorts)
    planted = {plant(world, lambda found: data.draw(st.sampled_from(found))) for plant in (money, time)}
    assert {(finding.kind, finding.wrong) for finding in world.judged().findings} == planted


@FEW
@given(st.data())
def test_a_finding_says_what_was_expected_and_what_was_seen(data: Any) -> None:
    world = perfect(sorted(SORTS))
    a_clock_breaks_twice(world, lambda found: data.draw(st.sampled_from(found)))
    (finding,) = world.judged().findings
    assert str(finding).startswith("clocks doubled: 2611230000")
    assert "expected one breaking; seen: events escalation:c" in str(finding)


@FEW
@given(st.data())
def test_a_copy_beyond_the_kills_in_the_submit_window_is_found_although_it_is_marked(data: Any) -> None:
    world = perfect(["kept"])
    for message in world.final["messages"]:
        message["may_be_repeated"] = True
    for _ in range(3):
        an_SMS_came_twice(world, lambda found: data.draw(st.sampled_from(found)))
    verdict = world.judged(answers_lost=2)
    assert [finding.wrong for finding in verdict.findings] == ["doubled"]
    assert verdict.counts["SMS"].doubled == 3


def test_a_copy_that_notify_does_not_mark_is_found_although_a_kill_allows_it() -> None:
    world = perfect(["kept"])
    world.smsc.append(world.smsc[0])
    (finding,) = world.judged(answers_lost=1).findings
    assert "notify marks none as repeated" in str(finding)


@pytest.mark.parametrize("why", ["database_away", "notify_stood"])
@pytest.mark.parametrize(
    ("marked", "seconds", "findings"), [(True, 5, 0), (False, 5, 1), (True, -30, 1), (True, 30, 1)]
)
def test_a_marked_copy_is_right_where_the_answer_to_the_first_could_not_be_stored(
    why: str, marked: bool, seconds: float, findings: int
) -> None:
    """seconds: from its coming until MongoDB was away, or notify stood still, for a second."""
    world = perfect(["kept"])
    world.smsc.append(world.smsc[0])
    for message in world.final["messages"]:
        message["may_be_repeated"] = marked
    began = world.machine(world.smsc[0]["at"]) + timedelta(seconds=seconds)
    verdict = world.judged(**{why: ((began, began + timedelta(seconds=1)),)})
    assert len(verdict.findings) == findings
    assert verdict.counts["SMS"].doubled == 1


def test_a_call_that_is_refused_by_no_rule_is_red() -> None:
    world = perfect(["kept"])
    called = next(line for line in world.told if line["what"] == "attempted" and line["method"] == "archive")
    end = next(line for line in world.told if line["what"] == "acknowledged" and line["id"] == called["id"])
    world.told[world.told.index(end)] = end | {"what": "refused", "error": "NotFound", "rule": None}
    assert f"intake.archive {called['id']}" in "".join(
        str(each) for each in world.judged().findings if each.kind == "run"
    )


@pytest.mark.parametrize(("seconds", "findings"), [(0, 0), (30, 1)])
def test_a_call_given_up_is_red_where_no_server_was_away_meanwhile(seconds: float, findings: int) -> None:
    """seconds: from its end until the broker was away."""
    world = perfect(["kept"])
    called = next(line for line in world.told if line["what"] == "attempted" and line["method"] == "archive")
    world.told = [line for line in world.told if line.get("id") != called["id"] or line["what"] == "attempted"]
    world.told.append({"what": "given_up", "id": called["id"], "machine": called["machine"]})
    began = datetime.fromisoformat(called["machine"]) + timedelta(seconds=seconds)
    verdict = world.judged(broker_away=((began, began + timedelta(seconds=1)),))
    assert len([each for each in verdict.findings if each.kind == "run"]) == findings


@pytest.mark.parametrize(("late", "away", "findings"), [(50, 0, 0), (70, 0, 1), (70, 20, 0), (150, 20, 1)])
def test_what_nobody_heard_of_for_a_minute_is_red_outages_left_out(late: float, away: float, findings: int) -> None:
    """late: machine seconds; away: of them without MongoDB, and ten more on its way back."""
    world = perfect(["kept"])
    event = next(each for each in world.overheard if each["type"] == "complaint_replied")
    heard = datetime.fromisoformat(event["machine"])
    event["machine"] = (heard + timedelta(seconds=late)).isoformat()
    verdict = world.judged(database_away=((heard, heard + timedelta(seconds=away)),) if away else ())
    assert len(verdict.findings) == findings


def test_news_of_a_document_that_nobody_knows_is_red() -> None:
    world = perfect(["kept"])
    event = {"event_id": "intake:cx:1", "service": "intake", "type": "complaint_registered", "complaint_id": "cx"}
    world.overheard.append(event | at_the_end(world) | {"change": {}})
    (finding,) = world.judged().findings
    assert "events intake.complaint_registered" in str(finding)


def test_a_process_that_ended_although_nobody_had_ended_it_is_red() -> None:
    (finding,) = perfect(["kept"]).judged(fell=("refund-1 ended by itself with 1",)).findings
    assert "refund-1 ended by itself with 1" in str(finding)


def test_a_run_that_never_became_quiet_is_red() -> None:
    verdict = perfect(["kept"]).judged(never_quiet="refund outbox 3")
    assert not verdict.green
    assert "refund outbox 3" in str(verdict.findings[0])


def test_an_SMS_that_never_came_says_what_notify_tells_of_it() -> None:
    world = perfect(["forgotten"])
    world.smsc[:] = [line for line in world.smsc if "已受理" not in line["text"]]
    next(each for each in world.final["messages"] if each["template"] == "receipt")["status"] = "failed"
    (finding,) = world.judged().findings
    assert str(finding).endswith("expected on the phone; seen: failed")
    assert "13910000001" not in str(finding)


@pytest.mark.parametrize(("of_class", "lost", "findings"), [("care", 1, 0), ("care", 0, 1), ("transactional", 1, 1)])
def test_an_SMS_that_is_not_sent_again_may_stay_unknown_for_a_reason_and_no_other(
    of_class: str, lost: int, findings: int
) -> None:
    """lost: answers that died with their process, or never came."""
    world = perfect(["kept"])
    world.smsc[:] = [line for line in world.smsc if "已受理" not in line["text"]]
    message = next(each for each in world.final["messages"] if each["template"] == "receipt")
    message |= {"status": "unknown", "class": of_class}
    verdict = world.judged(answers_lost=lost)
    assert len(verdict.findings) == findings
    assert verdict.left_unknown == (of_class == "care")


def test_one_lost_answer_is_no_reason_for_two_SMS() -> None:
    world = perfect(["kept"])
    world.final["messages"][0] |= {"status": "unknown", "class": "care"}
    world.final["messages"][1]["may_be_repeated"] = True
    world.smsc.append(world.smsc[1])
    assert world.judged(answers_lost=2).green
    assert not world.judged(answers_lost=1).green


def test_a_second_click_on_what_is_no_complaint_gets_the_first_answer_too() -> None:
    world = perfect(["kept"])
    call = {"machine": "", "id": "x-1", "at": world.final["at"]}
    said = {"journey": "x", "sort": "own", "who": "E1001", "service": "refund", "method": "waive", "target": None}
    world.told.append(call | said | {"what": "attempted", "request_id": "x-1", "about": {}})
    world.told.append(call | {"what": "acknowledged", "answer": {}, "digest": "first"})
    world.told.append(call | {"what": "repeated", "digest": "first"})
    assert world.judged().green
    world.told[-1]["digest"] = "another"
    assert "the first answer to refund.waive again" in str(world.judged().findings[0])


def test_a_suite_that_does_not_answer_in_the_end_is_red_and_says_so() -> None:
    world = perfect(["kept"])
    world.final.clear()
    (finding,) = world.judged(never_quiet="no rest; NoAnswer: RpcTimeout").findings
    assert "no rest; NoAnswer: RpcTimeout" in str(finding)


def test_a_customers_SMS_on_another_phone_is_lost_here_and_told_for_nothing_there() -> None:
    world = perfect(["kept"])
    next(line for line in world.smsc if "已受理" in line["text"])["to"] = "13919999999"
    findings = world.judged().findings
    assert sorted(finding.wrong for finding in findings) == ["lost", "otherwise"]
    assert "13919999999" not in "".join(map(str, findings))


def test_an_event_that_died_is_red() -> None:
    world = perfect(["kept"])
    world.final["dead_letters"].append("intake: escalated: the handler raised")
    (finding,) = world.judged().findings
    assert "intake: escalated: the handler raised" in str(finding)
