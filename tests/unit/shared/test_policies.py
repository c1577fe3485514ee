"""Policy files: every fault named with file, line, path and what is expected; versions by content."""

from datetime import date
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from shared.policies import Policy, PolicyFaults, load, parse
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.settings import PROJECT

CLOCKS_TEXT = (PROJECT / "policies" / "clocks.yml").read_text(encoding="utf-8")
CALENDAR_TEXT = (PROJECT / "policies" / "calendar.yml").read_text(encoding="utf-8")
ORGANISATION_TEXT = (PROJECT / "policies" / "organisation.yml").read_text(encoding="utf-8")


class LimitSchema(Schema):
    amount_fen = fields.Integer(strict=True, required=True)


class SampleSchema(Schema):
    limits = fields.Dict(keys=fields.String(), values=fields.Nested(LimitSchema), required=True)
    words = fields.List(fields.String(), load_default=list)


SAMPLE = Policy("sample", "sample.yml", SampleSchema)


def faults_of(policy: Policy, text: str) -> list[str]:
    with pytest.raises(PolicyFaults) as caught:
        parse(policy, text)
    return [str(fault) for fault in caught.value.faults]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_fault_names_file_line_path_and_what_is_expected() -> None:
    text = "limits:\n  small:\n    amount_fen: 100\n  large:\n    amount_fen: many\n"

    assert faults_of(SAMPLE, text) == ["sample.yml:5: limits.large.amount_fen: Not a valid integer."]


def test_a_missing_field_is_placed_where_it_should_stand() -> None:
    assert faults_of(SAMPLE, "limits:\n  small: {}\n") == [
        "sample.yml:2: limits.small.amount_fen: Missing data for required field."
    ]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = "limits:\n  small: {amount_fen: 1, amuont: 2}\nwords: [a, 3]\nwrods: []\n"

    assert sorted(faults_of(SAMPLE, text)) == [
        "sample.yml:2: limits.small.amuont: Unknown field.",
        "sample.yml:3: words.1: Not a valid string.",
        "sample.yml:4: wrods: Unknown field.",
    ]


def test_an_entry_that_is_called_value_is_not_taken_for_a_wrapper() -> None:
    assert faults_of(SAMPLE, "limits:\n  value: {amount_fen: x}\n") == [
        "sample.yml:2: limits.value.amount_fen: Not a valid integer."
    ]


def test_a_key_written_twice_is_a_fault() -> None:
    text = "limits:\n  small: {amount_fen: 1}\n  small: {amount_fen: 2}\n"

    assert faults_of(SAMPLE, text) == ["sample.yml:3: limits.small: written twice"]


@pytest.mark.parametrize("text", ["limits: [", "limits: {a: b", "a: b: c", "- !!python/object:os.system {}"])
def test_what_is_no_yaml_says_where_the_parser_gave_up(text: str) -> None:
    (fault,) = faults_of(SAMPLE, text)

    assert fault.startswith("sample.yml:1: not YAML: ")


@pytest.mark.parametrize(("character", "named"), [("\x00", "U+0000"), ("\x07", "U+0007"), ("\ufffe", "U+FFFE")])
def test_a_character_that_no_yaml_may_hold_is_named_with_its_line(character: str, named: str) -> None:
    (fault,) = faults_of(SAMPLE, f"limits:\n  # a{character}b\n  small: {{amount_fen: 1}}")

    assert fault == f"sample.yml:2: not YAML: a character that no YAML may hold ({named})"


def test_an_alias_that_refers_to_itself_is_a_fault() -> None:
    assert faults_of(SAMPLE, "limits: &all {all: *all}") == ["sample.yml: not YAML: an alias refers to itself"]


@pytest.mark.parametrize("text", ["", "just words", "- a list"])
def test_a_file_of_another_form_is_a_fault(text: str) -> None:
    assert faults_of(SAMPLE, text) == ["sample.yml: Invalid input type."]


def test_all_faults_of_all_files_stand_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "sample.yml").write_text("limits: 3\n")
    (tmp_path / "calendar.yml").write_text(CALENDAR_TEXT.replace('"2025-11-04"', "soon"))

    with pytest.raises(PolicyFaults) as caught:
        load(tmp_path, (SAMPLE, CALENDAR, CLOCKS))

    assert [fault.file for fault in caught.value.faults] == ["sample.yml", "calendar.yml", "clocks.yml"]
    assert "official.2026: Not a valid date." in str(caught.value)
    assert "clocks.yml: cannot be read: No such file or directory" in str(caught.value)


def test_a_file_that_is_not_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "sample.yml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(PolicyFaults, match=r"sample\.yml: cannot be read"):
        load(tmp_path, (SAMPLE,))


def test_the_version_follows_the_content_not_the_layout() -> None:
    written = parse(SAMPLE, "limits:\n  small:\n    amount_fen: 100\n")
    other_layout = parse(SAMPLE, "# a comment\nlimits: {small: {amount_fen: 100}}\n")
    other_content = parse(SAMPLE, "limits: {small: {amount_fen: 101}}\n")

    assert len(written.version) == 12
    assert written.version == other_layout.version != other_content.version


def test_the_version_follows_the_order_of_entries_since_the_first_match_counts() -> None:
    one = parse(SAMPLE, "limits: {a: {amount_fen: 1}, b: {amount_fen: 2}}")
    other = parse(SAMPLE, "limits: {b: {amount_fen: 2}, a: {amount_fen: 1}}")

    assert one.version != other.version


def test_policies_in_force_are_found_by_name(tmp_path: Path) -> None:
    (tmp_path / "sample.yml").write_text("limits: {a: {amount_fen: 1}}")
    policies = load(tmp_path, (SAMPLE,))

    assert policies["sample"] == {"limits": {"a": {"amount_fen": 1}}, "words": []}
    assert policies.version("sample") == policies.loaded()[0].version
    assert list(policies) == ["sample"]


def test_a_year_without_its_official_notice_is_warned_of_at_the_start() -> None:
    policies = load(PROJECT / "policies", (CLOCKS, CALENDAR))

    assert policies.warnings(date(2026, 3, 1)) == ()
    assert [warning[:18] for warning in policies.warnings(date(2026, 11, 23))] == ["calendar.yml: 2027"]


@pytest.mark.parametrize(
    ("words", "instead", "path", "expected"),
    [
        ("vip: 8h, ", "vip: 8 hours, ", "clocks.handling.span.vip", 'expected a span such as "8h"'),
        ("vip: 8h, ", "", "clocks.handling.span.vip", "missing: each brand needs its span"),
        ("vip: 8h, ", "vip: 8h, gold: 1h, ", "clocks.handling.span.by", "brand is never 'gold'"),
        ("by: brand", "by: brnad", "clocks.handling.span.by", "'brnad' is none of the facts"),
        ("{given: due_at}", "{given: brand}", "clocks.promise.span.given", "expected a fact listed as 'time'"),
        ("{given: due_at}", "{given: 3}", "clocks.promise.span", "expected {by: <fact>"),
        ("[registered, reopened]", "[registerd]", "clocks.handling.starts.0", "'registerd' is none of moments"),
        ("met_by: [answered]", "met_by: [anserwed]", "clocks.first_reply.met_by.0", "'anserwed' is none of acts"),
        ("{inbound: fee_reminder}", "{inbuond: fee_reminder}", "clocks.reminder_contact.when.inbuond", "none of the"),
        ("{inbound: fee_reminder}", "{inbound: fee}", "clocks.reminder_contact.when.inbound", "is never 'fee'"),
        ("{inbound: fee_reminder}", "{inbound: {here: 1}}", "clocks.reminder_contact.when.inbound", "expected a value"),
        ("{inbound: fee_reminder}", "fee_reminder", "clocks.reminder_contact.when", "expected facts"),
        ("span: 72h", "span: 0h", "clocks.reminder_contact.span", "found '0h'"),
        ("span: 72h", "span: -3h", "clocks.reminder_contact.span", "found '-3h'"),
        ("span: 72h", "span: 72", "clocks.reminder_contact.span", "found 72"),
        ("rule: CL2", "rule: two", "clocks.first_reply.rule", "does not match"),
        ("{inbound: fee_reminder}", "{inbound: [[fee]]}", "clocks.reminder_contact.when.inbound", "expected a value"),
        ("brand: [vip, gotone, ordinary]", "brand: [[vip]]", "facts.brand", "expected 'time' or a list of words"),
        ("brand: [vip, gotone, ordinary]", "brand: vip", "facts.brand", "expected 'time' or a list of words"),
        ("warn: 0.75", "warn: 1.5", "warn", "Must be greater than 0 and less than 1."),
    ],
)
def test_CL_a_wrong_clock_is_named_with_its_path(words: str, instead: str, path: str, expected: str) -> None:
    text = CLOCKS_TEXT.replace(words, instead, 1)
    (fault,) = faults_of(CLOCKS, text)

    assert fault.startswith(f"clocks.yml:{line_of(CLOCKS_TEXT, words)}: {path}: ")
    assert expected in fault


def test_CL9_a_clock_may_warn_at_a_share_of_its_own() -> None:
    policy = parse(CLOCKS, CLOCKS_TEXT.replace("    rule: CL2", "    warn: 0.5\n    rule: CL2", 1)).value

    assert float(policy.clock("first_reply", "CL2").warn) == 0.5
    assert float(policy.clock("handling", "CL1").warn) == 0.75


def test_a_day_is_not_both_off_and_worked() -> None:
    text = CALENDAR_TEXT.replace("days_off: {}", 'days_off: {2027-02-11: "a"}').replace(
        "working_days: {}", 'working_days: {2027-02-11: "b"}'
    )
    (fault,) = faults_of(CALENDAR, text)

    assert fault.endswith("working_days.2027-02-11: also stands under days_off")


@pytest.mark.parametrize(
    ("words", "instead", "path", "expected"),
    [
        ('"13800009001"', '"1380000900"', "province.duties.province", "mainland mobile number of 11 digits"),
        (
            "branch: SZ, hall: SZ-FT}",
            "branch: SZ, hall: GZ-TH}",
            "staff.E1002.hall",
            "no hall of the employee's branch",
        ),
        ("branch: SZ}", "branch: XX}", "staff.E1001.branch", "'XX' is none of the branches"),
        ("run_by: own", "run_by: someone", "branches.SZ.halls.SZ-FT.run_by", "Must be one of"),
        ('    support: "13800009006"\n', "", "branches.ZH.duties", "nobody answers support at ZH-XZ"),
    ],
)
def test_a_wrong_directory_is_named_with_its_path(words: str, instead: str, path: str, expected: str) -> None:
    faults = faults_of(ORGANISATION, ORGANISATION_TEXT.replace(words, instead, 1))

    assert any(f": {path}: " in fault and expected in fault for fault in faults)
