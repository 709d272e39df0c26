"""A view's rows: filters, sort, limit, groups and summaries, in this order and always the same."""

from __future__ import annotations

from datetime import datetime

import pytest
from bases_files import Note, Vault
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.document import Filter, Formula, Junction, read_base
from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.parser import parse
from notewright.bases.query import Result, run_view
from notewright.bases.scope import Budget, World
from notewright.bases.values import Value, is_empty
from notewright.bases.written import text_of

EMMA = Note("Books/Emma.md", {"price": 5, "author": "[[Austen]]", "read": True, "genre": "novel"})
DUNE = Note("Books/Dune.md", {"price": 12, "author": "[[Herbert|F. H.]]", "genre": ["sf", "epic"]})
CHANT = Note("Books/chant.md", {"price": 5, "author": "[[Herbert]]", "read": False})
NOTES = Note("Notes.md", {"price": "dear"})
HERBERT = Note("Herbert.md")
COVER = Note("cover.png")
FILES = (EMMA, DUNE, CHANT, NOTES, HERBERT, COVER)
NOW = datetime(2024, 3, 1, 12)


def run(text: str, view: str | None = None, files: tuple[Note, ...] = FILES) -> Result:
    """What a view of a base shows in the note on Herbert."""
    base = read_base(text)
    return run_view(base, base.view(view), World(Vault(*files), HERBERT, NOW))


def cell(value: Value | Mistake) -> str:
    """A value as text, or what is wrong behind an exclamation."""
    return f"! {value.advice}" if isinstance(value, Mistake) else text_of(value)


def names(result: Result) -> list[list[str]]:
    """The names of the files, group by group."""
    return [[row.file.basename for row in group.rows] for group in result.groups]


def test_a_base_without_anything_lists_every_file() -> None:
    """By name, capitals ignored, and shows the name."""
    result = run("")
    assert names(result) == [["chant", "cover", "Dune", "Emma", "Herbert", "Notes"]]
    assert [(column.name, column.head) for column in result.columns] == [("file.name", "name")]
    assert cell(result.groups[0].rows[1].values[0]) == "cover.png"
    assert not result.is_grouped and result.faults == ()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ('file.inFolder("Books")', ["chant", "Dune", "Emma"]),
        ("price == 5", ["chant", "Emma"]),
        ("author == this", ["chant", "Dune"]),
        ("formula.twice > 20", ["Dune"]),
        ("{and: [price, read]}", ["Emma"]),
        ("{or: [read, 'file.name == \"cover.png\"']}", ["cover", "Emma"]),
        ("{not: [price, 'file.name == \"cover.png\"']}", ["Herbert"]),
        ("{and: []}", ["chant", "cover", "Dune", "Emma", "Herbert", "Notes"]),
        ("{or: []}", []),
        ("{not: []}", ["chant", "cover", "Dune", "Emma", "Herbert", "Notes"]),
        ('genre.contains("epic")', ["Dune"]),
        ("missing", []),
        ("false", []),
    ],
)
def test_filters(filters: str, found: list[str]) -> None:
    """Of the base or of the view."""
    formulas = "formulas: {twice: 'if(price.isType(\"number\"), price * 2)'}\n"
    for text in (f"filters: {filters}", f"views: [{{filters: {filters}}}]"):
        result = run(formulas + text)
        assert names(result) == ([found] if found else [])
        assert result.faults == ()


def test_filters_of_base_and_view_both_hold() -> None:
    """Each view has its own."""
    text = "filters: price == 5\nviews: [{name: a}, {name: b, filters: read}]"
    assert names(run(text, "a")) == [["chant", "Emma"]]
    assert names(run(text, "b")) == [["Emma"]]


def test_a_filter_that_fails_for_a_file_leaves_it_out_and_is_told() -> None:
    """Also behind `not`; the others stand."""
    result = run("filters: {not: ['price > 5']}")
    assert names(result) == [["chant", "cover", "Emma", "Herbert"]]
    (fault,) = result.faults
    assert fault.line == 1 and "cannot compare text with a number" in str(fault)
    assert "`Notes.md`" in str(fault)


@pytest.mark.parametrize(
    "text", ["filters: price = 1", "filters: {and: [a], or: [b]}", "filters: {not: ['(']}"]
)
def test_a_filter_that_cannot_be_read_never_lets_all_files_through(text: str) -> None:
    """The base has told the mistake."""
    assert names(run(text)) == [] and read_base(text).faults


def test_a_part_that_fails_does_not_matter_where_another_decides() -> None:
    """Nothing is told, as nothing is unsure."""
    result = run("filters: {or: ['file.ext == \"md\"', 'price > 5']}")
    assert names(result) == [["chant", "Dune", "Emma", "Herbert", "Notes"]]
    assert result.faults == ()


def test_sort() -> None:
    """By several keys, what is missing last in both directions, and what is equal by name."""
    for direction, found in (
        ("ASC", ["chant", "Emma", "Dune", "Notes", "cover", "Herbert"]),
        ("DESC", ["Notes", "Dune", "chant", "Emma", "cover", "Herbert"]),
    ):
        text = f"views: [{{sort: [{{property: price, direction: {direction}}}]}}]"
        assert names(run(text)) == [found]
    text = "views: [{sort: [{property: price}, {property: file.name, direction: DESC}]}]"
    assert names(run(text)) == [["Emma", "chant", "Dune", "Notes", "Herbert", "cover"]]


def test_sort_by_a_formula() -> None:
    """Where it fails, the row stands last, and the fault is told."""
    text = "formulas: {f: -price}\nfilters: price\nviews: [{sort: [formula.f]}]"
    result = run(text)
    assert names(result) == [["Dune", "chant", "Emma", "Notes"]]
    assert [fault.key for fault in result.faults] == ["views.sort"]


def test_limit_comes_after_sort_and_before_groups() -> None:
    """It counts all rows, not those of a group."""
    text = "views: [{sort: [price], limit: 3, groupBy: {property: author}}]"
    result = run(text)
    assert sorted(name for group in names(result) for name in group) == ["Dune", "Emma", "chant"]
    assert names(run("views: [{limit: 0}]")) == []


def test_groups() -> None:
    """In order of their values; two links to one file are one, and nothing comes last."""
    text = "filters: file.ext == 'md'\nviews: [{groupBy: {property: author, direction: %s}}]"
    up, down = run(text % "ASC"), run(text % "DESC")
    assert up.is_grouped
    assert names(up) == [["Emma"], ["chant", "Dune"], ["Herbert", "Notes"]]
    assert names(down) == [["chant", "Dune"], ["Emma"], ["Herbert", "Notes"]]
    assert [cell(group.heading) for group in up.groups] == ["Austen", "Herbert", ""]


def test_a_list_is_one_value_of_a_group() -> None:
    """And the sort holds inside groups."""
    result = run("filters: price\nviews: [{groupBy: genre, sort: [{property: price}]}]")
    assert [cell(group.heading) for group in result.groups] == ["novel", "sf, epic", ""]
    assert names(result)[-1] == ["chant", "Notes"]


def test_columns_have_heads() -> None:
    """The display name, else the name without its prefix."""
    text = """
properties: {price: {displayName: Cost}, file.name: {displayName: Book}}
formulas: {Total cost: price * 2}
views: [{order: [file.name, note.price, file.size, formula.Total cost, formula.gone, a b]}]
"""
    result = run(text)
    heads = ["Book", "Cost", "size", "Total cost", "gone", "a b"]
    assert [column.head for column in result.columns] == heads
    row = next(row for row in result.groups[0].rows if row.file is DUNE)
    assert [cell(value) for value in row.values[:4]] == ["Dune", "12", "100", "24"]
    assert cell(row.values[4]).startswith("! no formula called `gone`")
    assert row.values[5] is None


def test_a_wrong_formula_is_an_error_in_its_cell_and_the_others_stand() -> None:
    """One row or one column costs no other."""
    text = "formulas: {a: price * 2, b: 1 +}\nviews: [{order: [formula.a, formula.b, price]}]"
    result = run(text)
    rows = {
        row.file.basename: [cell(value) for value in row.values] for row in result.groups[0].rows
    }
    assert rows["Emma"] == ["10", "! a value is missing at the end", "5"]
    assert rows["Notes"][0].startswith("! `*` does not work between text and a number")
    assert rows["Herbert"][0] == ""


def test_summaries_of_all_rows_and_of_groups() -> None:
    """Built-in ones and one's own; an unknown name is an error."""
    text = """
filters: author
formulas: {bad: price.foo()}
summaries:
  total: values.reduce(acc + value, 0)
  mean: values.mean()
views:
  - order: [price, author, read, formula.bad, file.name]
    groupBy: author
    summaries: {note.price: %s, author: Unique, read: Checked, formula.bad: Filled, file.size: Sum}
"""
    for name, found in (("Sum", ["5", "17", "22"]), ("total", ["5", "17", "22"])):
        result = run(text % name)
        values = [cell(group.summaries[0]) for group in result.groups]
        assert [*values, cell(result.summaries[0])] == found
        assert [cell(value) for value in result.summaries[1:]] == ["2", "1", "0", ""]
    assert cell(run(text % "mean").summaries[0]) == "7.333333333333333"
    told = cell(run(text % "Summ").summaries[0])
    assert told == "! no summary called `Summ`. Did you mean `Sum`?"


def test_summaries_count_what_is_shown() -> None:
    """Not what `limit` cuts."""
    text = "views: [{order: [price], sort: [price], limit: 2, summaries: {price: Sum}}]"
    assert run(text).summaries == (10.0,)


def test_a_summary_of_too_much_is_an_error() -> None:
    """And the rows stand."""
    text = "summaries: {s: values.length}\nviews: [{order: [x], summaries: {x: s}}]"
    many = tuple(Note(f"{n}.md", {"x": list(range(9_000))}) for n in range(9))
    result = run(text, files=many)
    assert "contains more than" in cell(result.summaries[0]) and len(names(result)[0]) == 9


def test_a_file_may_be_a_column() -> None:
    """It is shown as its link."""
    assert cell(run("views: [{order: [file]}]").groups[0].rows[0].values[0]) == "chant"


def test_the_image_of_a_card() -> None:
    """Is a value of its own."""
    text = "formulas: {i: image('cover.png')}\nviews: [{type: cards, image: formula.i}]"
    assert cell(run(text).groups[0].rows[0].image) == "cover.png"


def test_this_makes_another_result() -> None:
    """One base in two notes."""
    base = read_base("filters: author == this")
    vault = Vault(*FILES)
    shown = [run_view(base, base.view(), World(vault, file)) for file in (HERBERT, EMMA)]
    assert [len(result.groups) for result in shown] == [1, 0]


def test_a_budget_is_shared_by_all_rows() -> None:
    """What is beyond is an error that is told, and never a row too many."""
    base = read_base("filters: 'price + 1 + 1 + 1 + 1 > 0'")
    result = run_view(base, base.view(), World(Vault(*FILES)), Budget(20))
    assert sum(map(len, names(result))) < 3
    assert any("steps" in fault.message for fault in result.faults)


def test_the_order_of_the_vault_does_not_matter() -> None:
    """The same result, byte for byte."""
    text = "views: [{order: [file.path, price], sort: [genre], groupBy: {property: price}}]"
    twins = (Note("b/Emma.md", {"price": 5}), Note("a/Emma.md", {"price": 5}))
    results = [run(text, files=each) for each in ((*FILES, *twins), (*twins[::-1], *FILES[::-1]))]
    assert names(results[0]) == names(results[1])
    assert [[row.file.path for row in group.rows] for group in results[0].groups] == [
        [row.file.path for row in group.rows] for group in results[1].groups
    ]


def leaf(text: str) -> Formula:
    """A filter of one expression."""
    try:
        return Formula(text, 1, parse(text))
    except ExpressionError as error:
        return Formula(text, 1, error.mistake)


filters: st.SearchStrategy[Filter] = st.recursive(
    st.sampled_from(["price > 5", "read", "author == this", "true", "false", "(", "genre"]).map(
        leaf
    ),
    lambda inner: st.builds(
        Junction, st.sampled_from(["and", "or", "not"]), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def chosen(part: Filter) -> set[str]:
    """The files that a filter lets through."""
    base = read_base("views: [{order: [file.name]}]")
    object.__setattr__(base, "filters", part)
    result = run_view(base, base.view(), World(Vault(*FILES), HERBERT))
    return {row.file.path for group in result.groups for row in group.rows}


@pytest.mark.gate
@given(filters, filters)
def test_filters_obey_de_morgan(left: Filter, right: Filter) -> None:
    """Also where one of them fails: what cannot be said lets nothing through."""

    def no(part: Filter) -> Filter:
        return Junction("not", (part,))

    both = Junction("and", (left, right))
    either = Junction("or", (left, right))
    assert chosen(no(both)) == chosen(Junction("or", (no(left), no(right))))
    assert chosen(no(either)) == chosen(Junction("and", (no(left), no(right))))
    assert chosen(Junction("not", (left, right))) == chosen(no(either))
    assert chosen(both) == chosen(left) & chosen(right)
    assert chosen(either) == chosen(left) | chosen(right)
    assert chosen(no(no(left))) == chosen(left)
    assert not chosen(left) & chosen(no(left))


raw = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.dates()


@given(st.lists(raw | st.lists(raw, max_size=2), max_size=7), st.booleans())
def test_sort_is_total_and_stable(values: list[object], is_descending: bool) -> None:
    """Any values, in any order of the vault; rows with one value stay in the order of names."""
    notes = tuple(Note(f"{place}.md", {"x": value}) for place, value in enumerate(values))
    direction = "DESC" if is_descending else "ASC"
    text = f"views: [{{order: [x], sort: [{{property: x, direction: {direction}}}]}}]"
    forwards, backwards = (run(text, files=each) for each in (notes, notes[::-1]))
    assert names(forwards) == names(backwards)
    rows = [row for group in forwards.groups for row in group.rows]
    assert len(rows) == len(notes)
    for place in range(1, len(rows)):
        if repr(rows[place - 1].values) == repr(rows[place].values):
            assert rows[place - 1].file.path < rows[place].file.path
    missing = [is_empty(row.values[0]) for row in rows if not isinstance(row.values[0], Mistake)]
    assert missing == sorted(missing) and len(missing) == len(rows)
