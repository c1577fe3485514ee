"""A due time explains itself: complete, in both languages, and so that anybody can count it again."""

import ast
import sys
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.escalation.extending import extend
from services.escalation.facts import Coordination, Promise
from services.escalation.ladder import accept, escalate, hand_back
from shared.calendar import Calendar
from tests.unit.escalation.explanations import CHECKER, checked, explained
from tests.unit.escalation.makers import BRANCH, DUTY_MANAGER, Story, facts, hour, rules

BEFORE_NATIONAL_DAY = datetime(2026, 9, 30, 1, 0, tzinfo=UTC)
HELPED = Coordination("cross_province", "黑龙江")


def self_service(at: datetime = BEFORE_NATIONAL_DAY) -> Story:
    return Story(facts(self_service_fault=True, registered_at=at, as_of=at))


def extended(story: Story, due: float, now: float, clock: str = "handling") -> Story:
    story.take(extend(story.now, clock, hour(due), "等黑龙江公司回函", BRANCH, hour(now), rules()), BRANCH)
    return story


def test_CL1_natural_hours_are_explained_with_their_span_and_nothing_to_believe() -> None:
    said = explained(Story(facts(brand="vip")), "handling-1")

    assert (said["span"], said["days"]) == ({"hours": 8}, [])
    assert [(each["counts"], each["why"]) for each in said["intervals"]] == [(True, "natural_hours")]
    assert checked(said) == (0, "")


def test_CL11_five_working_days_over_national_day_name_every_day_and_why() -> None:
    said = explained(self_service(), "repair-1")

    kinds = {day["day"][5:]: (day["kind"], day["reason_zh"]) for day in said["days"]}
    assert said["span"] == {"working_days": 5}
    assert kinds["10-01"] == ("holiday", "国庆节")
    assert kinds["10-07"] == ("holiday", "休息日（由 2026-10-10 调休）")
    assert kinds["10-10"][0] == "make_up_day"
    assert kinds["10-11"][0] == "weekend"
    assert sum(day["counts"] for day in said["days"]) == 5
    assert "法定节假日：国庆节" in said["text_zh"]
    assert "public holiday: National Day" in said["text_en"]
    assert checked(said) == (0, "")


def test_CL3_an_extension_says_who_decided_why_and_from_what_to_what() -> None:
    said = explained(extended(Story(facts(coordination=HELPED)), 96, 1), "handling-1")

    last = said["changes"][-1]
    assert (last["why"], last["by"], last["reason"]) == ("extended", "B1001", "等黑龙江公司回函")
    assert (last["was"], last["due_at"]) == tuple(hour(n).isoformat() for n in (48, 96))
    assert (
        "2026-11-23 10:00 由 B1001 批准延长（原因：等黑龙江公司回函）：原截止 2026-11-25 09:00，改为 2026-11-27 09:00。"
        in (said["text_zh"])
    )
    assert (
        "2026-11-23 10:00 extended by B1001 (reason: 等黑龙江公司回函): before due 2026-11-25 09:00" in said["text_en"]
    )
    assert checked(said) == (0, "")


def test_PR4_who_sees_no_personal_data_reads_no_reasons_in_an_explanation() -> None:
    said = explained(extended(Story(facts(coordination=HELPED)), 96, 1), "handling-1", texts=False)

    assert "黑龙江" not in str(said)
    assert checked(said) == (0, "")


def test_CL10_a_corrected_brand_says_what_the_limit_was_and_since_when_it_is_otherwise() -> None:
    story = Story(facts(brand="ordinary"))
    story.follow(brand="vip", as_of=hour(2))

    said = explained(story, "handling-1")

    assert [change["span"] for change in said["changes"]] == [{"hours": 48}, {"hours": 8}]
    assert said["changes"][1]["at"] == hour(2).isoformat()
    assert (
        "2026-11-23 11:00 因客户品牌或投诉类别更正重新计算：原截止 2026-11-25 09:00，改为 2026-11-23 17:00。"
        in said["text_zh"]
    )
    assert checked(said) == (0, "")


def test_CL10_a_limit_recomputed_under_a_newer_calendar_names_that_calendar() -> None:
    story = self_service()
    older = Calendar(days_off={BEFORE_NATIONAL_DAY.date() + timedelta(days=8): "停业"})
    story.follow(brand="vip", as_of=BEFORE_NATIONAL_DAY + timedelta(hours=1))

    said = explained(story, "repair-1", older=older)

    assert said["calendar_version"] == rules().calendar_version
    assert checked(said) == (0, "")


def test_CL8_a_promised_time_is_explained_as_given_and_CL7_an_effect_likewise() -> None:
    story = Story()
    promises = (Promise("p1", "answer", hour(5), hour(1)), Promise("p2", "effect", hour(90), hour(1)))
    story.follow(promises=promises, as_of=hour(1))

    for clock_id, due in (("p1", hour(5)), ("p2", hour(90))):
        said = explained(story, clock_id)
        assert said["span"] == {"until": due.isoformat()}
        assert [each["why"] for each in said["intervals"]] == ["given"]
        assert checked(said) == (0, "")


def test_CL9_an_explanation_names_the_share_after_which_it_warns() -> None:
    said = explained(Story(facts(brand="vip")), "handling-1")

    assert (said["warn_share"], said["warn_at"]) == ("3/4", hour(6).isoformat())


def test_ES4_the_clocks_of_the_ladder_explain_themselves_too() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(8))
    story.do(accept, by=DUTY_MANAGER, now=hour(9))

    assert explained(story, "acceptance-1")["span"] == {"hours": 2}
    assert explained(story, "level-1")["span"] == {"hours": 8}
    assert all(checked(explained(story, clock.clock_id)) == (0, "") for clock in story.now.clocks)


def test_CL1_how_a_clock_ended_is_told_in_both_languages() -> None:
    broken, met = Story(facts(brand="vip")), Story(facts(brand="vip"))
    broken.fire(hour(8))
    met.follow(status="replied", answered_at=hour(5), replied_at=hour(5))

    assert "已于 2026-11-23 17:00 超时。" in explained(broken, "handling-1")["text_zh"]
    assert "Broken 2026-11-23 17:00." in explained(broken, "handling-1")["text_en"]
    assert explained(met, "handling-1")["ended_at"] == hour(5).isoformat()
    assert "已于 2026-11-23 14:00 完成。" in explained(met, "handling-1")["text_zh"]


def test_ES5_what_a_hand_back_returns_is_explained_as_the_unused_rest() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(8))
    story.do(accept, by=DUTY_MANAGER, now=hour(9))
    story.do(escalate, "超出权限", by=DUTY_MANAGER, now=hour(12))
    story.do(accept, by=BRANCH, now=hour(13))
    story.do(hand_back, "照此办理", by=BRANCH, now=hour(14))

    said = explained(story, "level-3")

    assert said["span"] == {"hours": 8, "used_ms": 3 * 3_600_000}
    assert "退回本级，只余本级时限中未用的部分" in said["text_zh"]
    assert checked(said) == (0, "")


def test_a_limit_over_a_year_without_a_notice_says_that_it_is_a_guess() -> None:
    said = explained(self_service(datetime(2026, 12, 30, 1, tzinfo=UTC)), "repair-1")

    assert "2027年放假调休安排尚未公布" in said["text_zh"]
    assert checked(said) == (0, "")


# -- the program that counts again


def moved(text: str, minutes: int) -> str:
    return (datetime.fromisoformat(text) + timedelta(minutes=minutes)).isoformat()


def tampered(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The explanation with each of its parts changed once."""
    copies: list[dict[str, Any]] = []

    def change(edit: Any) -> None:
        copy = deepcopy(said)
        edit(copy)
        copies.append(copy)

    for number, _ in enumerate(said["intervals"]):
        change(lambda it, n=number: it["intervals"][n].update(counts=not it["intervals"][n]["counts"]))
        change(lambda it, n=number: it["intervals"].pop(n))
        for end in ("from", "to"):
            change(lambda it, n=number, e=end: it["intervals"][n].update({e: moved(it["intervals"][n][e], 1)}))
    for number, day in enumerate(said["days"]):
        change(lambda it, n=number: it["days"].pop(n))
        change(
            lambda it, n=number: [link["days"].pop(n) for link in it["changes"] if link["days"]] and it["days"].pop(n)
        )
        change(lambda it, n=number, d=day: it["changes"][-1]["days"][n].update(counts=not d["counts"]))
        other = "weekend" if day["counts"] else "working_day"
        change(lambda it, n=number, k=other: it["changes"][-1]["days"][n].update(kind=k))
    for name in ("due_at", "started_at", "warn_at"):
        change(lambda it, n=name: it.update({n: moved(it[n], 1)}))
    for number, link in enumerate(said["changes"]):
        change(lambda it, n=number: it["changes"].pop(n))
        change(lambda it, n=number: it["changes"][n].update(due_at=moved(it["changes"][n]["due_at"], -1)))
        if link["was"]:
            change(lambda it, n=number: it["changes"][n].update(was=moved(it["changes"][n]["was"], 1)))
        if link["why"] == "extended":
            change(lambda it, n=number: it["changes"][n].update(by=None))
        else:
            change(lambda it, n=number: it["changes"][n]["span"].update({"hours": 7}))
    change(lambda it: it.update(text_zh=it["text_zh"].replace(":", ":5")))
    return copies


@pytest.mark.parametrize("of", ["hours", "working days", "extended", "corrected"])
def test_every_change_to_an_explanation_is_found(of: str) -> None:
    corrected = Story(facts(brand="ordinary"))
    corrected.follow(brand="vip", as_of=hour(2))
    said = {
        "hours": lambda: explained(Story(), "handling-1"),
        "working days": lambda: explained(self_service(), "repair-1"),
        "extended": lambda: explained(extended(Story(facts(coordination=HELPED)), 96, 1), "handling-1"),
        "corrected": lambda: explained(corrected, "handling-1"),
    }[of]()

    assert checked(said) == (0, "")
    passed = [copy for copy in tampered(said) if checked(copy)[0] != 1]
    assert passed == []


def test_the_checker_is_short_and_imports_nothing_but_python_itself() -> None:
    text = CHECKER.read_text("utf-8")
    imports = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert len(text.splitlines()) < 100
    assert imports <= sys.stdlib_module_names


def test_the_checker_refuses_what_is_no_explanation() -> None:
    for nonsense in ({}, {"changes": []}, {"changes": [1]}):
        assert checked(nonsense)[0] == 1
