"""One fault at a time, planted into a perfect world: each says what the judge must find, and finds its place by chance.

Here: complaints and clocks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chaos.judging.texts import time_shown
from tests.unit.chaos.world import AGENT, TEMPLATES, World

Choose = Callable[[list[Any]], Any]
Plant = Callable[[World, Choose], tuple[str, str]]


def any_complaint(world: World, choose: Choose) -> dict[str, Any]:
    return choose([each for complaints in world.final["complaints"].values() for each in complaints])


def replied(world: World) -> list[dict[str, Any]]:
    """The complaints whose history goes on after their registration, up to a reply or further."""
    return [each for found in world.final["complaints"].values() for each in found if len(each["history"]) > 1]


def any_clock(world: World, choose: Choose, state: str, *kinds: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A clock in this state and its case."""
    found = [
        (case, clock)
        for case in world.final["cases"].values()
        for clock in case["clocks"]
        if clock["state"] == state and (not kinds or clock["kind"] in kinds)
    ]
    return choose(found)


def at_the_end(world: World) -> dict[str, str]:
    """The times of an event that is heard of when everything is over."""
    return {"at": world.final["at"], "machine": world.machine(world.final["at"]).isoformat()}


def tell_of_breaking(world: World, case: dict[str, Any], clock: dict[str, Any]) -> None:
    """An event that this clock broke, when it was due."""
    due = clock["due_at"]
    change = {"clock_id": clock["clock_id"], "due_at": due, "at": due}
    event = {"event_id": f"escalation:{case['complaint_id']}:77", "service": "escalation", "type": "clock_broken"}
    event |= {"at": due, "complaint_id": case["complaint_id"], "machine": world.machine(due).isoformat()}
    world.overheard.append(event | {"change": change})


def keep_back_breaking(world: World, case: dict[str, Any], clock: dict[str, Any]) -> None:
    """Nobody hears that this clock broke."""
    of_it = case["complaint_id"], clock["clock_id"]
    world.overheard[:] = [
        each for each in world.overheard if (each["complaint_id"], each["change"].get("clock_id")) != of_it
    ]


# --- complaints


def nobody_finds_the_complaint(world: World, choose: Choose) -> tuple[str, str]:
    lost = any_complaint(world, choose)
    number = next(number for number, found in world.final["complaints"].items() if lost in found)
    world.final["complaints"][number] = []
    del world.final["cases"][lost["complaint_id"]]
    return "complaints", "lost"


def an_acknowledged_act_is_nowhere(world: World, choose: Choose) -> tuple[str, str]:
    complaint = choose([each for each in replied(world) if each["history"][-1]["event"] == "complaint_archived"])
    complaint["history"].pop()
    world.overheard[:] = [event for event in world.overheard if event["type"] != "complaint_archived"]
    world.hush("case_ended", complaint)
    return "complaints", "lost"


def an_act_stands_twice(world: World, choose: Choose) -> tuple[str, str]:
    complaint = choose(replied(world))
    for number in (901, 902):
        complaint["history"].append(complaint["history"][-1] | {"event": "contact_recorded"})
        event = {"event_id": f"intake:{complaint['complaint_id']}:{number}", "service": "intake", "change": {}}
        event |= {"type": "contact_recorded", "complaint_id": complaint["complaint_id"]} | at_the_end(world)
        world.overheard.append(event)
    return "complaints", "doubled"


def one_request_made_two_complaints(world: World, choose: Choose) -> tuple[str, str]:
    complaint = any_complaint(world, choose)
    number = next(number for number, found in world.final["complaints"].items() if complaint in found)
    world.final["complaints"][number].append(complaint | {"complaint_id": "another", "serial_no": "99"})
    return "complaints", "doubled"


def two_events_tell_of_one_registration(world: World, choose: Choose) -> tuple[str, str]:
    event = choose([each for each in world.overheard if each["type"] == "complaint_registered"])
    world.overheard.append(event | {"event_id": "intake:another:1"})
    return "complaints", "doubled"


def a_double_click_is_answered_otherwise(world: World, choose: Choose) -> tuple[str, str]:
    repeats = [line for line in world.told if line["what"] == "repeated"]
    choose(repeats)["digest"] = "another"
    return "complaints", "otherwise"


def a_double_click_is_refused(world: World, choose: Choose) -> tuple[str, str]:
    repeat = choose([line for line in world.told if line["what"] == "repeated"])
    del repeat["digest"]
    repeat |= {"error": "Conflict", "rule": None}
    return "complaints", "otherwise"


def what_was_refused_was_done(world: World, choose: Choose) -> tuple[str, str]:
    registered = choose([line for line in world.told if line["what"] == "attempted" and line["method"] == "register"])
    world.told[:] = [line for line in world.told if line.get("id") != registered["id"] or line["what"] == "attempted"]
    world.told.append({"what": "refused", "id": registered["id"], "error": "RuleRefused", "rule": "IN5", "machine": ""})
    return "complaints", "otherwise"


def intake_never_heard_of_a_rise(world: World, choose: Choose) -> tuple[str, str]:
    known = [each for found in world.final["complaints"].values() for each in found if each["level"] != "agent"]
    choose(known)["level"] = "agent"
    return "complaints", "otherwise"


# --- clocks


def a_clock_that_is_over_still_runs(world: World, choose: Choose) -> tuple[str, str]:
    case, clock = any_clock(world, choose, "broken", "waiting_call", "first_reply")
    clock |= {"state": "running", "ended_at": None}
    keep_back_breaking(world, case, clock)
    world.hush("clock_broken", case, clock)
    return "clocks", "lost"


def nobody_heard_that_a_clock_broke(world: World, choose: Choose) -> tuple[str, str]:
    keep_back_breaking(world, *any_clock(world, choose, "broken"))
    return "clocks", "lost"


def nobody_heard_of_a_rise(world: World, choose: Choose) -> tuple[str, str]:
    world.overheard.remove(choose([each for each in world.overheard if each["type"] == "escalated"]))
    return "clocks", "lost"


def a_clock_that_was_met_is_told_as_broken(world: World, choose: Choose) -> tuple[str, str]:
    tell_of_breaking(world, *any_clock(world, choose, "met"))
    return "clocks", "otherwise"


def a_breaking_is_heard_of_before_its_time(world: World, choose: Choose) -> tuple[str, str]:
    event = choose([each for each in world.overheard if each["type"] == "clock_broken"])
    event["machine"] = (datetime.fromisoformat(event["machine"]) - timedelta(seconds=2)).isoformat()
    return "clocks", "early"


def a_rise_has_no_acceptance_clock(world: World, choose: Choose) -> tuple[str, str]:
    case, _ = any_clock(world, choose, "broken", "first_reply")  # a forgotten one: its last clock starts nothing more
    last = case["clocks"].pop()
    world.hush("clock_warning", case, last)
    world.hush("clock_broken", case, last)
    return "clocks", "lost"


def escalation_knows_no_case(world: World, choose: Choose) -> tuple[str, str]:
    del world.final["cases"][choose(sorted(world.final["cases"]))]
    return "clocks", "lost"


def a_clock_breaks_before_its_time(world: World, choose: Choose) -> tuple[str, str]:
    event = choose([each for each in world.overheard if each["type"] == "clock_broken"])
    early = datetime.fromisoformat(event["change"]["due_at"]) - timedelta(minutes=1)
    event["at"] = early.isoformat()
    return "clocks", "early"


def a_clock_breaks_although_it_was_met(world: World, choose: Choose) -> tuple[str, str]:
    case, clock = any_clock(world, choose, "met", "support_opinion", "legal_opinion")
    clock |= {"state": "broken", "ended_at": clock["warn_at"]}
    due_at = time_shown(datetime.fromisoformat(clock["due_at"]))
    words = {"serial_no": case["serial_no"], "clock": TEMPLATES["words"]["clock"][clock["kind"]], "due_at": due_at}
    text = TEMPLATES["signature"] + TEMPLATES["templates"]["clock_broken"]["text"].format(**words)
    world.smsc.append({"at": clock["due_at"], "to": AGENT, "text": text, "parts": 1})
    tell_of_breaking(world, case, clock)
    return "clocks", "early"


def a_clock_that_runs_on_is_broken(world: World, choose: Choose) -> tuple[str, str]:
    case, clock = any_clock(world, choose, "running", "follow_up")
    clock |= {"state": "broken", "ended_at": clock["due_at"]}
    tell_of_breaking(world, case, clock)
    return "clocks", "early"


def a_clock_breaks_twice(world: World, choose: Choose) -> tuple[str, str]:
    event = choose([each for each in world.overheard if each["type"] == "clock_broken"])
    world.overheard.append(event | {"event_id": event["event_id"] + "0"})
    return "clocks", "doubled"


def the_level_rises_twice_at_once(world: World, choose: Choose) -> tuple[str, str]:
    event = choose([each for each in world.overheard if each["type"] == "escalated"])
    world.overheard.append(event | {"event_id": event["event_id"] + "0"})
    return "clocks", "doubled"


def a_clock_is_there_that_nothing_started(world: World, choose: Choose) -> tuple[str, str]:
    case, clock = any_clock(world, choose, "met", "handling")
    later = datetime.fromisoformat(clock["due_at"]) + timedelta(seconds=7)
    case["clocks"].append(clock | {"clock_id": "handling-99", "due_at": later.isoformat()})
    return "clocks", "doubled"


def a_clock_was_called_off(world: World, choose: Choose) -> tuple[str, str]:
    _, clock = any_clock(world, choose, "running", "follow_up")
    clock |= {"state": "cancelled", "ended_at": world.final["at"]}
    return "clocks", "otherwise"


def a_clock_is_there_twice(world: World, choose: Choose) -> tuple[str, str]:
    case, clock = any_clock(world, choose, "met")
    case["clocks"].append(clock | {"clock_id": "twin"})
    return "clocks", "doubled"


def warn(world: World, choose: Choose, after: timedelta) -> dict[str, Any]:
    """An event of a warning, so long after it was due."""
    case, clock = any_clock(world, choose, "broken")
    at = (datetime.fromisoformat(clock["warn_at"]) + after).isoformat()
    event = {"event_id": f"escalation:{case['complaint_id']}:78", "service": "escalation", "type": "clock_warned"}
    event |= {"complaint_id": case["complaint_id"], "change": {"clock_id": clock["clock_id"]}}
    world.overheard.append(event | {"at": at, "machine": world.machine(at).isoformat()})
    return world.overheard[-1]


def a_warning_came_before_its_time(world: World, choose: Choose) -> tuple[str, str]:
    warn(world, choose, timedelta(minutes=-10))
    return "clocks", "early"


def a_clock_warned_twice(world: World, choose: Choose) -> tuple[str, str]:
    world.overheard.append(warn(world, choose, timedelta(minutes=1)) | {"event_id": "escalation:again:79"})
    return "clocks", "doubled"


def nobody_heard_of_an_act(world: World, choose: Choose) -> tuple[str, str]:
    world.overheard.remove(choose([each for each in world.overheard if each["service"] == "intake"]))
    return "complaints", "lost"


def it_was_told_before_it_was_stored(world: World, choose: Choose) -> tuple[str, str]:
    complaint = any_complaint(world, choose)["complaint_id"]
    event = {"event_id": f"intake:{complaint}:903", "service": "intake", "type": "complaint_withdrawn", "change": {}}
    world.overheard.append(event | {"complaint_id": complaint} | at_the_end(world))
    return "complaints", "doubled"


PLANTS: tuple[Plant, ...] = (
    it_was_told_before_it_was_stored,
    nobody_finds_the_complaint,
    an_acknowledged_act_is_nowhere,
    an_act_stands_twice,
    one_request_made_two_complaints,
    two_events_tell_of_one_registration,
    a_double_click_is_answered_otherwise,
    a_double_click_is_refused,
    what_was_refused_was_done,
    intake_never_heard_of_a_rise,
    a_clock_that_is_over_still_runs,
    nobody_heard_that_a_clock_broke,
    nobody_heard_of_a_rise,
    a_clock_that_was_met_is_told_as_broken,
    a_breaking_is_heard_of_before_its_time,
    a_rise_has_no_acceptance_clock,
    escalation_knows_no_case,
    a_clock_breaks_before_its_time,
    a_clock_breaks_although_it_was_met,
    a_clock_that_runs_on_is_broken,
    a_clock_breaks_twice,
    the_level_rises_twice_at_once,
    a_clock_is_there_that_nothing_started,
    a_clock_was_called_off,
    a_clock_is_there_twice,
    a_warning_came_before_its_time,
    a_clock_warned_twice,
    nobody_heard_of_an_act,
)
