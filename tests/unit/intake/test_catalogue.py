"""The catalogue tree (IN9) and where a service's charges belong (IN24)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.catalogue import Catalogue
from services.intake.catalogue_schema import CATALOGUE
from shared.policies import PolicyFaults, load, parse
from shared.settings import PROJECT

TEXT = (PROJECT / "policies" / "catalogue.yml").read_text(encoding="utf-8")
TREE: Catalogue = load(PROJECT / "policies", (CATALOGUE,))["catalogue"]


def test_IN9_the_tree_has_ten_classes() -> None:
    assert [each.code for each in TREE.classes] == [f"{number:02}" for number in range(1, 11)]


def test_IN9_a_leaf_is_found_by_its_code_and_says_where_it_stands() -> None:
    leaf = TREE.leaf("05.01.04")

    assert leaf is not None
    assert (leaf.name, leaf.full_name, leaf.class_code) == ("费用类", "梦网业务-梦网短信-费用类", "05")


@pytest.mark.parametrize("code", ["05", "05.01", "05.01.99", "", "话单质疑", "04.01.01 "])
def test_IN9_only_a_leaf_is_a_leaf(code: str) -> None:
    assert TREE.leaf(code) is None


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("04.01.10", "04.01.01"),
        ("4.01.06", "04.01.06"),
        ("话单", "04.01.01"),
        ("彩铃计费", "06.01.02"),
        ("漫游", "01.01.02"),
        ("充值卡密码", "03.01.03"),
    ],
)
def test_IN9_a_wrong_category_is_answered_with_the_nearest_leaves(text: str, nearest: str) -> None:
    offered = TREE.nearest(text)

    assert offered[0].code == nearest
    assert len({leaf.code for leaf in offered}) == 3


@settings(max_examples=20)
@given(st.text(max_size=300))
def test_IN9_whatever_is_asked_three_leaves_are_offered(text: str) -> None:
    assert len(TREE.nearest(text)) == 3


@pytest.mark.parametrize(
    ("service", "belongs"),
    [
        ("梦网短信", "05.01.04"),
        ("05.05", "05.05.04"),
        ("彩铃", "06.01.02"),
        ("06.08", "06.08.02"),
        ("集团彩铃", "09.01.03"),
        ("集团客户服务", "09.90.01"),
    ],
)
def test_IN24_charges_of_own_monternet_and_group_services_are_not_class_04(service: str, belongs: str) -> None:
    leaf = TREE.charges_elsewhere("04.01.01", service)

    assert leaf is not None
    assert leaf.code == belongs


@pytest.mark.parametrize(("code", "service"), [("04.01.01", "话音基本业务"), ("04.01.01", "?"), ("06.01.02", "彩铃")])
def test_IN24_other_charges_stay_where_they_are(code: str, service: str) -> None:
    assert TREE.charges_elsewhere(code, service) is None


def test_IN24_every_service_of_those_classes_has_its_fee_leaf() -> None:
    groups = [group for each in TREE.classes if each.code in ("05", "06", "09") for group in each.groups]

    assert len(groups) == 28
    assert all(TREE.charges_elsewhere("04.01.08", group.code) for group in groups)


def test_CL3_some_leaves_propose_a_coordination() -> None:
    proposing = {leaf.code: leaf.propose_coordination for leaf in TREE.leaves.values() if leaf.propose_coordination}

    assert proposing == {"01.01.02": "cross_province", "01.01.04": "interconnect", "03.04.01": "cross_province"}


def test_CL11_self_service_terminals_are_known_by_their_leaves() -> None:
    faults = {leaf.code for leaf in TREE.leaves.values() if leaf.self_service_fault}

    assert faults == {"03.03.08", "08.11.01", "08.11.02", "08.11.03"}


def test_the_tree_is_shown_down_to_its_leaves() -> None:
    shown = TREE.tree()

    assert len(shown) == 10
    assert shown[0]["groups"][0]["leaves"][1] == {
        "code": "01.01.02",
        "name": "漫游障碍",
        "propose_coordination": "cross_province",
        "self_service_fault": False,
        "written_reply": False,
        "recharge": False,
    }


@pytest.mark.parametrize(
    ("words", "instead", "expected"),
    [
        ("code: '01.01.02'", "code: '01.01.01'", "01.01.01 is given twice"),
        ("code: '01.01.02'", "code: '01.02.09'", "01.02.09 stands under 01.01"),
        ("code: '01.01.02'", "code: '1.1.2'", "expected a code such as NN.NN.NN"),
        ("fee_leaf: '05.01.04'", "fee_leaf: '05.01.99'", "fee_leaf 05.01.99 of 05.01 is no leaf"),
        ("['05', '06', '09']", "['05', '66']", "not_for_services_of 66 of 04 is no class"),
        ("propose_coordination: interconnect", "propose_coordination: moon", "Must be one of"),
    ],
)
def test_a_wrong_tree_is_a_fault_that_names_the_code(words: str, instead: str, expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        parse(CATALOGUE, TEXT.replace(words, instead, 1))


def test_IN9_an_operator_adds_a_leaf_of_its_own() -> None:
    regional = "          - {code: '01.99.01', name: 其他}\n          - {code: '01.99.02', name: 区域业务}"
    tree = parse(CATALOGUE, TEXT.replace("          - {code: '01.99.01', name: 其他}", regional, 1)).value

    assert tree.leaf("01.99.02").name == "区域业务"
