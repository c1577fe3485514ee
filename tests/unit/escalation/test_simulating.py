"""Drafts of policies played over cases: sums that add up, faults that are named."""

from functools import reduce
from typing import Any

import pytest

from cli.paging import added
from shared.errors import InvalidRequest
from shared.settings import PROJECT
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, OPERATOR
from suite.rehearsal.stage import Stage

SPANS = "vip: 8h, gotone: 24h, ordinary: 48h"


def text(file: str) -> str:
    return (PROJECT / "policies" / file).read_text("utf-8")


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Three complaints of ordinary customers: replied to after 1, 20 and 60 hours."""
    stage = Stage()
    for number, hours in enumerate((1, 20, 60)):
        complaint = registered(stage, r.PLAIN | {"category": f"01.01.0{number + 1}", "promise": None}, at=100 * number)
        live(stage, complaint, (100 * number + hours, AGENT, "intake.reply", r.REPLY))
    return stage


def simulated(stage: Stage, **asked: Any) -> Any:
    return stage.call("escalation.simulate", asked, by=OPERATOR)


def handling(answer: Any) -> Any:
    return answer["clocks"]["all"]["all"]["handling"]


def test_CL1_without_a_draft_every_limit_is_as_it_was_recorded(stage: Stage) -> None:
    answer = simulated(stage)

    assert handling(answer)["recorded"] == handling(answer)["draft"] == {"met": 2, "broken": 1}
    assert all(sums["recorded"] == sums["draft"] for sums in answer["clocks"]["all"]["all"].values())
    assert (answer["worse"], answer["read"], answer["of"], answer["after"]) == ([], 3, 3, None)


def test_CL1_a_shorter_limit_tells_who_gets_worse(stage: Stage) -> None:
    answer = simulated(stage, policies={"clocks": text("clocks.yml").replace(SPANS, SPANS.replace("48h", "10h"))})

    assert handling(answer)["draft"] == {"met": 1, "broken": 2}
    assert handling(answer)["worse"] == 1
    assert answer["complaints"]["brand"]["ordinary"]["cases"] == 3
    assert answer["complaints"]["branch"]["SZ"]["worse"] >= 1
    assert any("handling" in each["would_break"] for each in answer["worse"])


def test_CL1_a_longer_limit_tells_who_gets_better(stage: Stage) -> None:
    answer = simulated(stage, policies={"clocks": text("clocks.yml").replace(SPANS, SPANS.replace("48h", "90h"))})

    assert (handling(answer)["draft"], handling(answer)["better"]) == ({"met": 3}, 1)
    assert answer["reached"]["draft"] == {"agent": 3}


def test_ES4_a_ladder_that_stops_lower_is_seen_in_the_levels_reached(stage: Stage) -> None:
    lower = text("ladder.yml").replace("top: province", "top: duty_manager")

    assert simulated(stage)["reached"]["draft"] != simulated(stage, policies={"ladder": lower})["reached"]["draft"]


def test_pages_added_up_are_the_whole(stage: Stage) -> None:
    pages, after = [], None
    while True:
        page = simulated(stage, limit=1, after=after)
        pages.append({name: page[name] for name in ("cases", "read", "clocks", "complaints", "reached")})
        if (after := page["after"]) is None:
            break
    whole = simulated(stage)

    assert reduce(added, pages) == {name: whole[name] for name in pages[0]}


def test_only_what_is_asked_for_is_played(stage: Stage) -> None:
    later = {"from": "2026-11-27T00:00:00+08:00"}

    assert simulated(stage, **later)["cases"] == 2
    assert simulated(stage, branch="GZ")["cases"] == 0


@pytest.mark.parametrize(
    ("file", "good", "bad", "fault"),
    [
        ("clocks", SPANS, "vip: soon, gotone: 24h, ordinary: 48h", ("clocks.handling.span.vip", "expected a span")),
        ("ladder", "top: province", "top: moon", ("top", "Must be one of")),
        ("ladder", "raised_by: [handling", "raised_by: [handlng", ("raised_by", "no kind of clock")),
        ("calendar", "days_off: {}", 'days_off: {"2026-13-01": x}', ("days_off", "Not a valid date")),
    ],
)
def test_a_faulty_draft_is_refused_with_file_line_path_and_what_is_expected(
    stage: Stage, file: str, good: str, bad: str, fault: tuple[str, str]
) -> None:
    drafted = text(f"{file}.yml").replace(good, bad, 1)

    with pytest.raises(InvalidRequest) as refused:
        simulated(stage, policies={file: drafted})

    (found,) = refused.value.details["faults"]
    assert found["file"] == f"{file}.yml"
    assert drafted.splitlines()[found["line"] - 1].count(bad.split(":", maxsplit=1)[0])
    assert found["path"].startswith(fault[0])
    assert fault[1] in found["expected"]
