"""One fault at a time, planted into a perfect world: each says what the judge must find, and finds its place by chance.

Here: refunds and SMS."""

from collections.abc import Callable
from typing import Any

from chaos.judging.phones import masked
from tests.unit.chaos.planted_cases import at_the_end
from tests.unit.chaos.world import AGENT, BRANCH, MANAGER, World

Choose = Callable[[list[Any]], Any]
Plant = Callable[[World, Choose], tuple[str, str]]


def entries_of(world: World, number: str) -> list[dict[str, Any]]:
    return [entry for entry in world.boss if entry["msisdn"] == number]


def any_refund(world: World, choose: Choose, status: str) -> tuple[str, list[dict[str, Any]]]:
    """The number and the refunds of one whose refund has this status."""
    return choose(
        [(number, found) for number, found in world.final["refunds"].items() if found and found[0]["status"] == status]
    )


def refund_number(world: World, refund: dict[str, Any]) -> str:
    return next(number for number, found in world.final["refunds"].items() if refund in found)


# --- refunds


def any_paid(world: World, choose: Choose) -> dict[str, Any]:
    return choose(world.boss)


def BOSS_was_never_told(world: World, choose: Choose) -> tuple[str, str]:
    world.boss.remove(any_paid(world, choose))
    return "refunds", "lost"


def BOSS_has_less_than_the_line(world: World, choose: Choose) -> tuple[str, str]:
    any_paid(world, choose)["amount_fen"] -= 1
    return "refunds", "lost"


def BOSS_has_more_than_the_line(world: World, choose: Choose) -> tuple[str, str]:
    any_paid(world, choose)["amount_fen"] += 1
    return "refunds", "doubled"


def BOSS_has_a_line_twice(world: World, choose: Choose) -> tuple[str, str]:
    world.boss.append(dict(any_paid(world, choose)))
    return "refunds", "doubled"


def BOSS_has_a_line_twice_under_another_key(world: World, choose: Choose) -> tuple[str, str]:
    world.boss.append(any_paid(world, choose) | {"key": "another"})
    return "refunds", "doubled"


def both_lines_stand_under_one_key(world: World, choose: Choose) -> tuple[str, str]:
    entries = entries_of(world, any_paid(world, choose)["msisdn"])
    entries[1]["key"] = entries[0]["key"]
    return "refunds", "doubled"


def what_was_rejected_is_paid(world: World, choose: Choose) -> tuple[str, str]:
    number, _ = any_refund(world, choose, "rejected")
    entry = {"at": world.final["at"], "key": "r:principal", "msisdn": number, "kind": "principal"}
    world.boss.append(entry | {"amount_fen": 100})
    return "refunds", "doubled"


def a_number_is_paid_that_claimed_nothing(world: World, choose: Choose) -> tuple[str, str]:
    world.boss.append(any_paid(world, choose) | {"msisdn": "13919999999", "key": "r9:principal"})
    return "refunds", "doubled"


def an_acknowledged_claim_is_nowhere(world: World, choose: Choose) -> tuple[str, str]:
    number, _ = any_refund(world, choose, "rejected")
    world.final["refunds"][number] = []
    return "refunds", "lost"


def one_request_made_two_refunds(world: World, choose: Choose) -> tuple[str, str]:
    found = choose([refunds for refunds in world.final["refunds"].values() if refunds])
    found.append(found[0] | {"refund_id": "another"})
    return "refunds", "doubled"


def another_amount_is_told_than_was_claimed(world: World, choose: Choose) -> tuple[str, str]:
    _, found = any_refund(world, choose, "rejected")
    found[0]["lines"][0]["amount_fen"] += 1
    return "refunds", "otherwise"


def two_events_tell_of_one_payment(world: World, choose: Choose) -> tuple[str, str]:
    _, found = any_refund(world, choose, "paid")
    event = {"service": "refund", "type": "refund_paid", "refund_id": found[0]["refund_id"], "change": {}}
    world.overheard += [event | at_the_end(world) | {"event_id": f"refund:r:{n}"} for n in (7, 8)]
    return "refunds", "doubled"


def nobody_heard_of_a_payment(world: World, choose: Choose) -> tuple[str, str]:
    world.overheard.remove(choose([each for each in world.overheard if each["type"] == "refund_paid"]))
    return "refunds", "otherwise"


def a_refund_that_is_paid_never_ends(world: World, choose: Choose) -> tuple[str, str]:
    _, (refund, *_) = any_refund(world, choose, "paid")
    refund["status"] = "paying"
    world.hush("refund_paid", {"serial_no": world.final["complaints"][refund_number(world, refund)][0]["serial_no"]})
    return "refunds", "otherwise"


def an_acknowledged_signature_is_nowhere(world: World, choose: Choose) -> tuple[str, str]:
    _, (refund, *_) = any_refund(world, choose, "paid")
    refund["approvals"].clear()
    return "refunds", "lost"


def somebody_has_signed_twice(world: World, choose: Choose) -> tuple[str, str]:
    _, (refund, *_) = any_refund(world, choose, "paid")
    refund["approvals"] *= 2
    return "refunds", "doubled"


def an_acknowledged_rejection_is_nowhere(world: World, choose: Choose) -> tuple[str, str]:
    _, (refund, *_) = any_refund(world, choose, "rejected")
    refund |= {"status": "requested", "ended": None}
    return "refunds", "lost"


# --- SMS

EXPECTED = (
    *("已受理", "答复如下", "已办理完毕", "到期", "超时，请", "已升级至", "须在", "列为重大投诉", "作出承诺"),
    *("已派至贵部门", "的专业意见，请", "意见已出具"),
)


def an_SMS_never_came(world: World, choose: Choose) -> tuple[str, str]:
    certain = [line for line in world.smsc if any(words in line["text"] for words in EXPECTED)]
    world.smsc.remove(choose(certain))
    return "SMS", "lost"


def an_SMS_came_to_another_phone(world: World, choose: Choose) -> tuple[str, str]:
    choose([line for line in world.smsc if line["to"] == AGENT and "时限" in line["text"]])["to"] = MANAGER
    return "SMS", "lost"


def an_alarm_came_for_a_clock_that_broke_at_no_time(world: World, choose: Choose) -> tuple[str, str]:
    alarm = choose([line for line in world.smsc if "超时，请立即处理" in line["text"]])
    world.smsc.append(alarm | {"text": alarm["text"].replace("月", "月1")})
    return "SMS", "otherwise"


def an_SMS_came_twice(world: World, choose: Choose) -> tuple[str, str]:
    world.smsc.append(dict(choose(world.smsc)))
    return "SMS", "doubled"


def a_receipt_was_lost(world: World, choose: Choose) -> tuple[str, str]:
    choose(world.final["messages"])["status"] = "submitted"
    return "SMS", "otherwise"


def notify_calls_delivered_what_no_phone_has(world: World, choose: Choose) -> tuple[str, str]:
    told = {
        "message_id": "m-x",
        "template": "assigned",
        "class": "staff",
        "status": "delivered",
        "to": masked(AGENT),
    }
    told |= {"complaint_id": choose(list(world.final["cases"])), "hold_until": None, "may_be_repeated": False}
    world.final["messages"].append(told | {"created_at": world.final["at"]})
    return "SMS", "lost"


def an_alarm_to_the_level_expired(world: World, choose: Choose) -> tuple[str, str]:
    """Its like to first contact is looked for, this one is not."""
    case = choose([each for each in world.final["cases"].values() if each["level"] != "agent"])
    alarm = {
        "message_id": "m-y",
        "template": "clock_broken",
        "class": "staff",
        "status": "expired",
        "to": masked(BRANCH),
    }
    alarm |= {"complaint_id": case["complaint_id"], "hold_until": None, "may_be_repeated": False}
    world.final["messages"].append(alarm | {"created_at": world.final["at"]})
    return "SMS", "lost"


def an_alarm_to_the_level_is_unknown_without_a_reason(world: World, choose: Choose) -> tuple[str, str]:
    an_alarm_to_the_level_expired(world, choose)
    world.final["messages"][-1]["status"] = "unknown"
    return "SMS", "lost"


def an_alarm_to_the_level_is_on_no_phone(world: World, choose: Choose) -> tuple[str, str]:
    an_alarm_to_the_level_expired(world, choose)
    world.final["messages"][-1]["status"] = "delivered"
    return "SMS", "lost"


def a_text_came_that_is_none_of_ours(world: World, choose: Choose) -> tuple[str, str]:
    line = choose(world.smsc)
    world.smsc.append(line | {"text": line["text"].partition("】")[2]})
    return "SMS", "otherwise"


def an_SMS_tells_of_a_complaint_that_nobody_knows(world: World, choose: Choose) -> tuple[str, str]:
    line = choose([line for line in world.smsc if "作出承诺" in line["text"] or "已受理" in line["text"]])
    world.smsc.append(line | {"text": line["text"].replace("26112300", "26112399")})
    return "SMS", "otherwise"


def an_SMS_that_nobody_looks_for_failed(world: World, choose: Choose) -> tuple[str, str]:
    notify_calls_delivered_what_no_phone_has(world, choose)
    world.final["messages"][-1]["status"] = "failed"
    return "SMS", "lost"


PLANTS: tuple[Plant, ...] = (
    BOSS_was_never_told,
    BOSS_has_less_than_the_line,
    BOSS_has_more_than_the_line,
    BOSS_has_a_line_twice,
    BOSS_has_a_line_twice_under_another_key,
    both_lines_stand_under_one_key,
    what_was_rejected_is_paid,
    a_number_is_paid_that_claimed_nothing,
    an_acknowledged_claim_is_nowhere,
    an_acknowledged_signature_is_nowhere,
    somebody_has_signed_twice,
    an_acknowledged_rejection_is_nowhere,
    one_request_made_two_refunds,
    another_amount_is_told_than_was_claimed,
    two_events_tell_of_one_payment,
    nobody_heard_of_a_payment,
    a_refund_that_is_paid_never_ends,
    an_alarm_to_the_level_expired,
    an_alarm_to_the_level_is_unknown_without_a_reason,
    an_alarm_to_the_level_is_on_no_phone,
    a_text_came_that_is_none_of_ours,
    an_SMS_tells_of_a_complaint_that_nobody_knows,
    an_SMS_never_came,
    an_SMS_came_to_another_phone,
    an_alarm_came_for_a_clock_that_broke_at_no_time,
    an_SMS_came_twice,
    a_receipt_was_lost,
    notify_calls_delivered_what_no_phone_has,
    an_SMS_that_nobody_looks_for_failed,
)
