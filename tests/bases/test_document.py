"""The file of a base is read; what is wrong in it is told with its line, and the rest stands."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.document import Formula, Junction, Sort, read_base
from notewright.bases.mistakes import Mistake
from notewright.bases.yaml_nodes import BaseError

WHOLE = """\
filters:
  and:
    - file.hasTag("book")
    - or:
        - price > 10
        - not: ["read", "file.ext != 'md'"]
formulas:
  Total cost: price * 2
  one: 1
properties:
  note.price:
    displayName: Price
  formula.one: {displayName: One, unknown: 1}
summaries:
  total: values.reduce(acc + value, 0)
unknown: [1]
views:
  - type: table
    name: All books
    filters: price > 1
    order: [file.name, note.price, price, formula.Total cost]
    sort:
      - property: note.price
        direction: DESC
      - property: file.name
    groupBy: {property: author, direction: ASC}
    limit: 5
    summaries: {note.price: Sum, formula.one: total}
    rowHeight: tall
    columnSize: {note.price: 120}
  - type: cards
    name: Covers
    image: note.cover
"""


def test_a_whole_base() -> None:
    """Each key stands where it belongs; the prefix `note.` may be left out."""
    base = read_base(WHOLE)
    assert base.faults == ()
    assert isinstance(base.filters, Junction) and base.filters.kind == "and"
    inner = base.filters.parts[1]
    assert isinstance(inner, Junction) and isinstance(inner.parts[1], Junction)
    assert inner.parts[1].kind == "not" and len(inner.parts[1].parts) == 2
    assert list(base.formulas) == ["Total cost", "one"]
    assert base.formulas["Total cost"].line == 8
    assert base.display_names == {"price": "Price", "formula.one": "One"}
    assert base.summaries["total"].text == "values.reduce(acc + value, 0)"
    table, cards = base.views
    assert (table.type, table.name, table.line, table.limit) == ("table", "All books", 18, 5)
    assert table.order == ("file.name", "price", "formula.Total cost")
    assert table.sort == (Sort("price", True, 23), Sort("file.name", False, 25))
    assert table.group_by == Sort("author", False, 26)
    assert table.summaries == {"price": "Sum", "formula.one": "total"}
    assert table.options == {"rowHeight": "tall", "columnSize": {"note.price": 120}}
    assert (cards.image, cards.order, cards.filters) == ("cover", None, None)


def test_a_view_is_found_by_its_name() -> None:
    """Without a name it is the first one."""
    base = read_base(WHOLE)
    assert base.view().name == "All books" and base.view("Covers").type == "cards"
    with pytest.raises(LookupError, match=r"no view called `Cover`\. Did you mean `Covers`\?"):
        base.view("Cover")


def test_other_options_are_kept_as_plain_values() -> None:
    """For who draws the view; and a key without filters is an empty list of them."""
    base = read_base("filters: {and: }\nviews: [{center: [1, {a: b}], zoom: 2}]")
    assert base.views[0].options == {"center": [1, {"a": "b"}], "zoom": 2}
    assert base.filters == Junction("and", ())


@pytest.mark.parametrize("text", ["", "~", "views:", "views: []", "unknown: 1"])
def test_all_keys_may_be_missing(text: str) -> None:
    """Then there is one view, a table."""
    base = read_base(text)
    assert base.faults == () and base.filters is None
    assert [(view.type, view.name) for view in base.views] == [("table", "")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1]", "line 1, the base: expected a mapping"),
        ("formulas:\n  a: 1 +", "line 2, formulas.a: column 4: a value is missing at the end"),
        ("formulas:\n  a: [1]", "line 2, formulas.a: expected an expression"),
        ("filters: a = 1", "line 1, filters: column 3: `=` is not supported"),
        ("filters:\n  and: [a]\n  or: [b]", "line 2, filters: expected exactly one of the keys"),
        ("filters:\n  nand: [a]", "line 2, filters: expected exactly one of the keys"),
        ("filters:\n  - a", "line 2, filters: a list of filters needs `and:`"),
        ("filters:\n  and: a", "line 2, filters.and: expected a list of filters"),
        (
            "filters:\n  or:\n    - a\n    - (",
            "line 4, filters.or[1]: column 2: a value is missing",
        ),
        ("views: {a: 1}", "line 1, views: expected a list"),
        ("views: [1]", "line 1, views[0]: expected a mapping"),
        ("views:\n  - limit: many", "line 2, views[0].limit: `limit` must be a non-negative"),
        ("views:\n  - limit: -1", "line 2, views[0].limit: `limit` must be a non-negative"),
        ("views:\n  - sort:\n    - direction: ASC", "line 3, views[0].sort[0]: the key `property`"),
        (
            "views:\n  - groupBy: {property: a, direction: up}",
            "line 2, views[0].groupBy: `direction` must be `ASC` or `DESC`",
        ),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_stands(text: str, told: str) -> None:
    """With line and key."""
    base = read_base(text)
    assert [str(fault)[: len(told)] for fault in base.faults] == [told]
    assert base.views


def test_a_filter_that_cannot_be_read_is_a_filter_with_a_mistake() -> None:
    """It is not left out: that would let all files through."""
    for text in ("filters: a = 1", "filters: {and: [a], or: [b]}", "filters: [a]"):
        found = read_base(text).filters
        assert isinstance(found, Formula) and isinstance(found.tree, Mistake)


def test_yes_and_on_are_text() -> None:
    """As in YAML 1.2, which the app reads."""
    base = read_base("formulas: {on: yes}\nviews: [{name: on}]")
    assert base.formulas["on"].text == "yes" and base.views[0].name == "on"


KEYS = "filters formulas properties summaries views and or not order sort limit"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS.split()),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_yaml_is_read_or_is_our_error(value: object) -> None:
    """Whatever stands where it should not."""
    try:
        base = read_base(yaml.safe_dump(value))
    except BaseError:
        return
    assert base.views
