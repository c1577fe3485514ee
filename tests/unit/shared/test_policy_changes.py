"""What differs between two contents of a policy file."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policies.changes import Change, changes
from shared.policies.files import version_of

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
CONTENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=1), inner)
)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 2}, [Change("a", "1", "2")]),
        ({"a": {"b": 1}}, {"a": {}}, [Change("a.b", "1", "–")]),
        ({}, {"a": [1]}, [Change("a", "–", "[1]")]),
        ({"a": ["x", "y", "z"]}, {"a": ["x", "z"]}, [Change("a.1", '"y"', "–")]),
        ({"a": [{"b": 1}, 2]}, {"a": [{"b": 3}, 2]}, [Change("a.0.b", "1", "3")]),
        ({"a": 1}, {"a": True}, [Change("a", "1", "true")]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, [Change("(order)", '["a","b"]', '["b","a"]')]),
    ],
)
def test_each_difference_has_its_path_and_both_values(before: Any, after: Any, found: list[Change]) -> None:
    assert list(changes(before, after)) == found


@given(CONTENTS, CONTENTS)
def test_there_is_a_difference_exactly_where_the_version_differs(before: Any, after: Any) -> None:
    assert bool(list(changes(before, after))) == (version_of(before) != version_of(after))
