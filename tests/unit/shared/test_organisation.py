"""Who answers which phone, and where work can go."""

import pytest

from shared import phone
from shared.organisation import Organisation, UnknownDuty

DUTIES = (
    *("duty_manager", "branch", "province", "media_contact", "market_service_section", "service_group"),
    *("account_manager", "support", "legal", "finance"),
)


@pytest.mark.parametrize("branch", ["SZ", "GZ", "ZH"])
@pytest.mark.parametrize("duty", DUTIES)
def test_every_duty_is_answered_in_every_branch(organisation: Organisation, branch: str, duty: str) -> None:
    assert phone.parse(organisation.phone_of(duty, branch))


@pytest.mark.parametrize("branch", ["no such branch", None])
@pytest.mark.parametrize("duty", DUTIES)
def test_without_a_branch_the_province_answers(organisation: Organisation, branch: str | None, duty: str) -> None:
    assert organisation.phone_of(duty, branch) == organisation.province.duties[duty]


def test_a_hall_has_its_own_duty_manager_and_without_a_hall_the_hotline_answers(organisation: Organisation) -> None:
    by_hall = [organisation.phone_of("duty_manager", "SZ", hall) for hall in ("SZ-FT", "SZ-LH", None, "no such hall")]

    assert len(set(by_hall[:3])) == 3
    assert by_hall[3] == by_hall[2]


def test_a_branch_answers_with_its_own_phone_else_the_province_does(organisation: Organisation) -> None:
    province = organisation.phone_of("legal")

    assert organisation.phone_of("legal", "SZ") != province
    assert organisation.phone_of("legal", "ZH") == province


def test_a_duty_that_nobody_has_is_an_error_that_names_it(organisation: Organisation) -> None:
    with pytest.raises(UnknownDuty, match="night_watch"):
        organisation.phone_of("night_watch", "SZ")


def test_staff_is_found_by_number(organisation: Organisation) -> None:
    assert organisation.phone_of_staff("E1001") == "13800001101"
    assert organisation.phone_of_staff("E9999") is None


@pytest.mark.parametrize("word", ["complaint_team", "投诉班"])
def test_IN17_the_complaint_team_is_found_by_code_or_name(organisation: Organisation, word: str) -> None:
    unit = organisation.unit("GZ", word)

    assert unit is not None
    assert (unit.code, unit.kind, unit.branch) == ("complaint_team", "department", "GZ")


@pytest.mark.parametrize(
    ("word", "kind"),
    [("hotline", "hotline"), ("深圳热线", "hotline"), ("SZ-LH", "hall"), ("罗湖营业厅", "hall"), ("SZ-SP", "outside")],
)
def test_IN18_halls_and_hotline_are_told_from_departments(organisation: Organisation, word: str, kind: str) -> None:
    unit = organisation.unit("SZ", word)

    assert unit is not None
    assert unit.kind == kind


def test_the_provinces_departments_are_found_from_a_branch(organisation: Organisation) -> None:
    unit = organisation.unit("ZH", "省法律室")

    assert unit is not None
    assert unit.branch is None


def test_another_branchs_hall_is_not_found(organisation: Organisation) -> None:
    assert organisation.unit("SZ", "GZ-TH") is None


def test_all_staff_phones_lie_in_the_invented_range(organisation: Organisation) -> None:
    assert all(employee.phone.startswith("1380000") for employee in organisation.staff.values())
