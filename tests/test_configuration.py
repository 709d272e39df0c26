"""What is laid over a configuration: MkDocs joins `INHERIT` with mergedeep, which says the same."""

from __future__ import annotations

import copy

import mergedeep
from hypothesis import given
from hypothesis import strategies as st

from notewright.configuration import laid_over

names = st.sampled_from(["a", "b", "c"])
values = st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
configs = st.recursive(
    st.dictionaries(names, values, max_size=3),
    lambda inner: st.dictionaries(names, values | inner, max_size=3),
)


@given(configs, configs)
def test_configurations_are_joined_as_mkdocs_does(lower: dict, upper: dict) -> None:
    """And neither of them is changed."""
    before = copy.deepcopy((lower, upper))
    assert laid_over(lower, upper) == mergedeep.merge({}, lower, upper)
    assert (lower, upper) == before
