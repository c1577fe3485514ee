"""Texts: only declared variables, in forms that people read (NT5, NT6, RF18)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.errors import UnknownTemplate, VariablesDoNotFit
from services.notify.segments import split
from services.notify.template_policy import TEMPLATES
from services.notify.variables import cleaned
from shared.policies import PolicyFaults, parse
from tests.unit.notify.makers import SERIAL, templates

CONTRACT = (
    "receipt progress reply survey refund_paid pre_refund_paid care account_manager_alert media_alert major_alert "
    "opinion_request clock_warning clock_broken escalated service_group_digest"
).split()
HEAD = "signature: 【中国移动】\nlongest_parts: 3\nwords: {level: {branch: 分公司}}\ntemplates:\n"


def faults(entry: str) -> str:
    with pytest.raises(PolicyFaults) as found:
        parse(TEMPLATES, HEAD + entry)
    return str(found.value)


def write(entry: str, **values: Any) -> str:
    return str(parse(TEMPLATES, HEAD + f"  t: {entry}").value.write("t", values))


def wrong(entry: str, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(VariablesDoNotFit) as found:
        write(entry, **values)
    named: dict[str, list[str]] = found.value.details["variables"]
    return named


@pytest.mark.parametrize("name", CONTRACT)
def test_every_template_of_the_contract_exists(name: str) -> None:
    assert templates()[name].name == name


@pytest.mark.parametrize("name", ["survey", "progress", "care"])
def test_NT8_surveys_and_unasked_progress_are_care(name: str) -> None:
    assert templates()[name].message_class == "care"


def test_NT5_what_is_no_template_is_not_sent() -> None:
    with pytest.raises(UnknownTemplate):
        templates().write("anything", {})


def test_RP2_NT6_the_receipt_names_number_and_limit_under_the_signature() -> None:
    text = templates().write("receipt", {"serial_no": SERIAL, "limit": "2026-11-24T07:00:00.000+00:00"})

    assert text.startswith("【中国移动】")
    assert SERIAL in text
    assert "11月24日15:00前" in text


def test_RF18_the_refund_message_says_when_it_shows() -> None:
    text = templates().write("refund_paid", {"amount": 3120, "month": "2026-12"})

    assert "31.20元" in text
    assert "2026年12月" in text
    assert "留意话费余额" in text


def test_a_variable_that_the_text_uses_but_nobody_declared_is_found_with_its_place() -> None:
    said = faults("  receipt: {class: staff, variables: {a: code}, text: '{a} {b}'}")

    assert "templates.yml:5: templates.receipt" in said
    assert "unknown variable: b" in said


def test_a_variable_that_the_text_does_not_use_is_found() -> None:
    assert "templates.receipt.variables.b" in faults("  receipt: {class: staff, variables: {b: code}, text: x}")


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ("{class: staff, variables: {a: poem}, text: '{a}'}", "templates.t.variables.a"),
        ("{class: staff, variables: {a: 'word:weather'}, text: '{a}'}", "templates.t.variables.a"),
        ("{class: loud, text: x}", "templates.t.class"),
        ("{class: staff, text: '【别家】x'}", "templates.t.text"),
        ("{class: staff, text: '{a.b}'}", "templates.t.text"),
        ("{class: staff, text: '{a'}", "templates.t.text"),
    ],
)
def test_NT5_a_faulty_template_never_gets_into_force(entry: str, place: str) -> None:
    assert place in faults(f"  t: {entry}")


def test_missing_and_unknown_variables_are_named() -> None:
    assert wrong("{class: staff, variables: {a: code}, text: '{a}'}", b=1) == {
        "a": ["missing"],
        "b": ["unknown variable"],
    }


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("code", "【x】"),
        ("code", ""),
        ("code", 7),
        ("name", "x" * 41),
        ("text", "您好【假银行】"),
        ("text", "第一行\n第二行"),
        ("text", "\ud83d"),
        ("time", "2026-11-24T07:00:00"),
        ("time", "soon"),
        ("month", "2026-13"),
        ("money", -1),
        ("money", 1.5),
        ("money", True),
        ("count", "3"),
        ("word:level", "moon"),
        ("code", {"$ne": None}),
    ],
)
def test_NT5_values_that_do_not_fit_their_variable_are_refused(form: str, value: Any) -> None:
    assert set(wrong(f"{{class: staff, variables: {{a: '{form}'}}, text: '{{a}}'}}", a=value)) == {"a"}


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("money", 4934, "49.34元"),
        ("money", 5, "0.05元"),
        ("count", 3, "3"),
        ("month", "2026-02", "2026年2月"),
        ("date", "2026-11-23T20:00:00+00:00", "11月24日"),
        ("time", "2026-11-23T23:05:00+08:00", "11月23日23:05"),
        ("word:level", "branch", "分公司"),
    ],
)
def test_values_are_shown_as_people_read_them(form: str, value: Any, shown: str) -> None:
    text = write(f"{{class: staff, variables: {{a: '{form}'}}, text: '{{a}}'}}", a=value)
    assert text == f"【中国移动】{shown}"


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="【】"), min_size=1, max_size=2_000)
)
def test_free_text_is_shortened_to_the_longest_message_and_keeps_its_beginning(content: str) -> None:
    content = cleaned(content) or "x"
    text = write("{class: staff, variables: {a: text}, text: '答复如下：{a}。再见'}", a=content)

    assert len(split(text, 1)) <= 3
    kept = text.removeprefix("【中国移动】答复如下：").removesuffix("。再见")
    assert content.startswith(kept.removesuffix("……"))
    assert kept == content or len(text) > 100


@given(st.text())
def test_what_people_wrote_becomes_sendable(written: str) -> None:
    sendable = cleaned(written)
    assert "【" not in sendable
    assert sendable == cleaned(sendable)
    sendable.encode("utf-16-be")
