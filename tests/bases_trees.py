"""Syntax trees of expressions, drawn at random."""

from __future__ import annotations

from hypothesis import strategies as st

from notewright.bases.tree import (
    CONSTANTS,
    LEVELS,
    Call,
    Chain,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    ObjectOf,
    Pattern,
    Step,
    Unary,
)

WORDS = """
price file this note formula value index acc values if list filter map reduce contains
length sort date now today duration max number round name tags links asLink keys split
replace matches format isEmpty toString slice repeat join unique flat year date time
"""

names = st.sampled_from(WORDS.split())
literals = st.one_of(
    st.floats(min_value=0, allow_infinity=False, allow_nan=False).map(abs),
    st.text(max_size=6),
    st.sampled_from(["1d", "2024-02-29", "[[Dune]]", "YYYY"]),
    st.sampled_from([*CONSTANTS.values()]),
).map(Literal)
leaves = st.one_of(
    literals,
    names.map(Name),
    st.sampled_from([Pattern("a+", "g"), Pattern("(.)", ""), Pattern(r"[/]\/", "i")]),
)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees one level above others."""
    several = st.lists(inner, max_size=3).map(tuple)
    chains = [
        st.builds(
            Chain,
            inner,
            st.lists(st.builds(Step, st.sampled_from(level), inner), min_size=1, max_size=3).map(
                tuple
            ),
        )
        for level in LEVELS
    ]
    return st.one_of(
        several.map(ListOf),
        st.lists(st.tuples(st.text(max_size=3), inner), max_size=2).map(
            lambda entries: ObjectOf(tuple(entries))
        ),
        st.builds(Member, inner, names),
        st.builds(Index, inner, inner),
        st.builds(Call, st.none() | inner, names, several),
        st.builds(Unary, st.sampled_from("!-"), inner),
        *chains,
    )


trees: st.SearchStrategy[Node] = st.recursive(leaves, _larger, max_leaves=12)
