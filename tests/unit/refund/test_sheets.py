"""Daily sheets: filed by a manager, signed by a reviewer, fixed by what they were signed for (RF12)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.refund import approving
from services.refund.books.sheet import SHEETS, DailySheet, HallDay, Row, changed_rows, digest_of, sign
from services.refund.books.sheet_errors import SheetRefused
from services.refund.books.sheet_shown import row_of, signed, totals
from shared.aggregate import Actor, Stamp
from shared.calendar import start_of
from tests.unit.refund.makers import AGENT, BRANCH, DUTY_MANAGER, FINANCE, PROVINCE, Story, claim

WHICH = HallDay("SZ", "SZ-FT", date(2026, 11, 23))
NEXT_DAY = start_of(date(2026, 11, 24))
COLLEAGUE = Actor("M1002", "duty_manager", "SZ")
STRANGER = Actor("M2001", "duty_manager", "GZ")
ROWS = (Row("r-1", 1560, "E1001"), Row("r-2", 3120, "E1002"))


class Desk:
    """One hall's day: each signature is decided, folded and kept."""

    def __init__(self, rows: Sequence[Row] = ROWS) -> None:
        self.rows, self.n = list(rows), 0
        self.sheet: DailySheet | None = None

    def sign(self, office: Any, by: Actor, now: datetime = NEXT_DAY) -> DailySheet:
        for event in sign(self.sheet, WHICH, office, self.rows, by, now):
            self.n += 1
            self.sheet = SHEETS.apply(self.sheet, event, Stamp(self.n, now, by))
        assert self.sheet
        return self.sheet

    def refuses(self, office: Any, by: Actor, now: datetime = NEXT_DAY) -> SheetRefused:
        with pytest.raises(SheetRefused) as refused:
            sign(self.sheet, WHICH, office, self.rows, by, now)
        assert refused.value.rule == "RF12"
        return refused.value


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("reviewer", [FINANCE, BRANCH, PROVINCE, COLLEAGUE])
def test_RF12_a_manager_files_the_daily_sheet_and_another_person_signs_it(desk: Desk, reviewer: Actor) -> None:
    desk.sign("manager", DUTY_MANAGER)
    sheet = desk.sign("reviewer", reviewer)

    assert [(each.office, each.by, each.role) for each in sheet.signatures] == [
        ("manager", "M1001", "duty_manager"),
        ("reviewer", reviewer.sub, reviewer.role),
    ]
    assert signed(sheet, ROWS)["missing"] == []


def test_RF12_the_branch_may_file_the_daily_sheet_too(desk: Desk) -> None:
    assert desk.sign("manager", BRANCH).signatures[0].role == "branch"


@pytest.mark.parametrize("by", [FINANCE, PROVINCE, STRANGER])
def test_RF12_only_a_manager_of_the_branch_files_the_daily_sheet(desk: Desk, by: Actor) -> None:
    assert desk.refuses("manager", by).details["needs"] == {"role": ["duty_manager", "branch"], "branch": "SZ"}


def test_RF12_a_daily_sheet_is_signed_only_when_its_day_is_over(desk: Desk) -> None:
    for moment in (start_of(WHICH.day), NEXT_DAY - timedelta(milliseconds=1)):
        assert desk.refuses("manager", DUTY_MANAGER, moment).details["needs"] == {"after": NEXT_DAY.isoformat()}
    desk.sign("manager", DUTY_MANAGER, NEXT_DAY)


def test_RF12_the_reviewer_signs_nothing_that_no_manager_filed(desk: Desk) -> None:
    assert desk.refuses("reviewer", FINANCE).details["needs"] == {"as": "manager"}


def test_RF12_nobody_signs_a_daily_sheet_twice(desk: Desk) -> None:
    desk.sign("manager", DUTY_MANAGER)
    assert desk.refuses("reviewer", DUTY_MANAGER).details["needs"] == "another person"
    assert desk.refuses("manager", COLLEAGUE).details["needs"] == {"as": "reviewer"}
    desk.sign("reviewer", COLLEAGUE)
    assert desk.refuses("reviewer", COLLEAGUE).details["needs"] == "another person"
    assert desk.refuses("reviewer", FINANCE).details["needs"] is None


@pytest.mark.parametrize("office", ["manager", "reviewer"])
def test_RF12_who_requested_a_refund_of_the_sheet_signs_it_in_no_office(office: str) -> None:
    desk = Desk((*ROWS, Row("r-3", 990, "M1002")))
    if office == "reviewer":
        desk.sign("manager", DUTY_MANAGER)
    assert desk.refuses(office, COLLEAGUE).details["refund_id"] == "r-3"


def test_RF12_a_day_without_refunds_has_nothing_to_sign() -> None:
    assert "nothing to sign" in Desk(()).refuses("manager", DUTY_MANAGER).message


def test_RF12_a_sheet_whose_rows_have_changed_says_so_and_is_filed_again(desk: Desk) -> None:
    desk.sign("manager", DUTY_MANAGER)
    desk.sign("reviewer", FINANCE)
    desk.rows[1] = Row("r-2", 6240, "E1002")
    assert desk.sheet

    told = signed(desk.sheet, desk.rows)
    assert (told["fits"], told["missing"]) == (False, ["manager", "reviewer"])
    assert told["changed"] == [{"refund_id": "r-2", "signed_fen": 3120, "now_fen": 6240}]
    assert desk.refuses("reviewer", PROVINCE).details["refund_ids"] == ["r-2"]
    desk.sign("manager", DUTY_MANAGER)
    assert [each.office for each in desk.sign("reviewer", FINANCE).signatures] == ["manager", "reviewer"]
    assert signed(desk.sheet, desk.rows)["fits"]


rows = st.lists(
    st.builds(Row, st.sampled_from("abcdefgh"), st.integers(0, 10**8), st.sampled_from(["E1", "E2", "E3"])),
    min_size=1,
    unique_by=lambda row: row.refund_id,
)


@given(rows, rows)
def test_RF12_a_digest_stands_for_exactly_these_ids_amounts_and_requesters(one: list[Row], other: list[Row]) -> None:
    """In any order; and what differs is named, row by row."""
    same = {row.refund_id: row for row in one} == {row.refund_id: row for row in other}
    assert (digest_of(one) == digest_of(other)) is same
    assert digest_of(one) == digest_of(one[::-1])
    desk = Desk(one)
    sheet = desk.sign("manager", DUTY_MANAGER)
    named = {each["refund_id"] for each in changed_rows(sheet, other)}
    assert named == {row.refund_id for row in {*one} ^ {*other}}


def test_RF12_the_sheets_totals_are_by_line_kind_and_leave_out_what_was_refused() -> None:
    doubled = Story(claim(ground="double_refund")).refund
    story = Story()
    rejected = story.then(approving.reject(story.refund, DUTY_MANAGER, "证据不足"), DUTY_MANAGER)
    sums = totals([doubled, rejected])
    assert (sums["count"], sums["total_fen"], sums["paid_fen"]) == (2, 3120, 0)
    assert sums["by_kind"] == {"principal": 1560, "award": 1560, "extra": 0, "late_fee": 0}
    assert row_of(doubled) == Row("r-1", 3120, AGENT.sub)
