"""Expressions are evaluated for a file: names, formulas, `this`, and errors as values."""

from __future__ import annotations

import pytest
from bases_cells import DUNE, VAULT, WORLD, compute, read, shown
from bases_trees import trees
from counted import loops
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.evaluate import Evaluator
from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.parser import parse
from notewright.bases.scope import Budget, World
from notewright.bases.tree import Node, print_tree
from notewright.bases.values import FileValue, Items


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("price", "12"),
        ("note.price", "12"),
        ('note["due date"]', "2024-03-01"),
        ("missing", ""),
        ("missing.field.field", ""),
        ("author", "Frank Herbert"),
        ("tags", "sf, classic"),
        ("site", "https://example.org/dune"),
        ("deep.a", '{"b": 1}'),
        ("note.isType('object')", "true"),
        ("this.file.name", "Herbert"),
        ("this.topic", "sand"),
        ('this["topic"]', "sand"),
        ("this.file.properties.topic", "sand"),
        ("this.name", "Frank"),
        ("this.basename", "Herbert"),
        ("this.missing", ""),
        ("[1].map(this.topic)", "sand"),
        ("[1].map(file.name)", "Dune"),
        ("value", ""),
    ],
)
def test_names(expression: str, text: str) -> None:
    """Of the row, of its file, and of the file that shows the base."""
    assert shown(expression) == text


def test_inner_names_hide_outer_ones() -> None:
    """Also those of the language."""
    assert Evaluator(WORLD, DUNE).value(parse("price + this"), {"price": 1.0, "this": 2.0}) == 3.0
    assert Evaluator(WORLD, None).value(parse("values"), {"values": Items([1.0])}) == (1.0,)


def test_without_this_and_without_a_row_names_are_null() -> None:
    """A base that stands by itself in a host that names no file."""
    alone = Evaluator(World(VAULT), None)
    for expression in ("this", "this.file", "this.topic", "file", "file.name", "note", "price"):
        assert alone.value(parse(expression)) is None


def test_formulas_need_each_other() -> None:
    """In any order, and by names with blanks."""
    formulas = {"b": "formula.a * 2", "a": "price", "The sum": 'formula.a + formula["b"]'}
    assert compute('formula["The sum"]', formulas) == 36.0


@pytest.mark.parametrize("first", ["a", "b", "c"])
def test_a_circle_of_formulas_is_told_once_and_the_same(first: str) -> None:
    """From wherever it is entered."""
    formulas = {"a": "formula.b", "b": "[1].map(formula.c)", "c": "formula.a + 1", "d": "formula.b"}
    told = "! the formula depends on itself: a → b → c → a"
    assert shown(f"formula.{first}", formulas) == shown("formula.d", formulas) == told
    assert shown("formula.e", {"e": "formula.e"}) == "! the formula depends on itself: e → e"
    assert shown("if(true, 1, formula.a)", formulas) == "1"


def test_a_wrong_formula_is_told_by_who_needs_it() -> None:
    """With its name; its own cell says only what is wrong, and the others stand."""
    formulas = {"bad": "1 +", "worse": "price.foo()", "uses": "formula.bad + 1", "good": "price"}
    row = Evaluator(WORLD, DUNE, {name: read(text) for name, text in formulas.items()})
    own = row.formula("worse")
    assert isinstance(own, Mistake) and str(own).startswith("column 7: a number has no method")
    assert str(row.formula("bad")) == "column 4: a value is missing at the end"
    told = row.formula("uses")
    assert isinstance(told, Mistake)
    assert told.message == "formula `bad`: a value is missing at the end"
    assert row.formula("good") == 12.0
    unknown = row.formula("god")
    assert isinstance(unknown, Mistake) and unknown.advice.endswith("Did you mean `good`?")


def test_an_error_has_the_column_of_what_is_wrong() -> None:
    """The operator, or the name."""
    for expression, column in (("1 + -'a'", 5), ("[1] + [2]", 5), ("file.nam", 6), ("f(1)", 1)):
        found = compute(expression)
        assert isinstance(found, Mistake) and found.column == column


@pytest.mark.parametrize(
    "expression",
    [
        "file.__class__",
        "file.path.__class__",
        "this.__dict__",
        "__import__('os')",
        "file._read",
        "date('2024-01-01').__class__",
        "[].__len__()",
    ],
)
def test_nothing_of_the_host_language_is_reached(expression: str) -> None:
    """Names are looked up in our own tables, and in properties."""
    found = compute(expression)
    assert found is None or isinstance(found, Mistake)


def test_without_a_moment_there_is_no_now() -> None:
    """The cell says what to do."""
    for expression in ("now()", "today()", "date('2024-01-01').relative()"):
        found = compute(expression, world=World(VAULT))
        assert (
            isinstance(found, Mistake)
            and found.remedy == "Commit the notes, or set `SOURCE_DATE_EPOCH`"
        )


@pytest.mark.gate
@pytest.mark.parametrize(
    "expression",
    [
        "'x'.repeat(1e5).split('').map('x'.repeat(1e5).split('').map(index))",
        "'x'.repeat(999).split('').reduce(acc + acc, 'a')",
        "'x'.repeat(9e4).replace(/(x*)*y/g, 'z')",
        "'x'.repeat(9e4).replace(/x/g, '$&$&$&$&$&$&$&$&')",
        "'x'.repeat(9e4).replace('x', 'x'.repeat(9e4))",
        "'x'.repeat(999).split('').map(now().format('MMMM'.repeat(9000)))",
        "'x'.repeat(9999).split('').map('x'.repeat(9e4).contains('y'))",
        "'x'.repeat(9999).split('').map('x'.repeat(9e4).lower().length)",
        "'x'.repeat(9999).split('').map(duration('1d'.repeat(4e4)))",
        "'x'.repeat(9999).split('').map('x'.repeat(9999).split('')[0])",
        "['x'.repeat(9999).split('')].map([1, 2, 3].map(value.map(value.map(value))))",
        f"/{'(a?)' * 240}b/.matches('a'.repeat(9e4))",
    ],
)
def test_what_takes_too_long_is_an_error(expression: str) -> None:
    """As soon as a budget is spent: the dearest takes as long as some ten loops."""
    found: list[object] = []
    assert loops(lambda: found.append(compute(expression))) < 100
    assert isinstance(found[0], Mistake)


def test_a_long_chain_of_formulas_is_an_error_and_a_short_one_is_not() -> None:
    """Also where each needs the next one twice."""
    formulas = {f"f{n}": f"formula.f{n + 1} + formula.f{n + 1}" for n in range(400)}
    assert isinstance(compute("formula.f0", formulas), Mistake)
    assert compute("formula.f0", formulas | {"f30": "1"}) == 2.0**30


@pytest.mark.parametrize("piece", ["-(", "[", "f(", "1 + (1 * (", "list(", "[1].map("])
def test_the_deepest_expressions_fit_into_the_stack_of_a_busy_host(piece: str) -> None:
    """One that is hundreds of calls deep itself."""

    def below(depth: int, expression: str) -> object:
        return below(depth - 1, expression) if depth else compute(expression)

    for count in range(1, 70):
        closing = "".join({"(": ")", "[": "]"}.get(sign, "") for sign in reversed(piece))
        closing = ")" if piece == "[1].map(" else closing
        below(300, piece * count + "1" + closing * count)


def test_a_budget_may_be_shared() -> None:
    """What one has spent is not left for the next."""
    budget = Budget(50)
    row = Evaluator(WORLD, DUNE, budget=budget)
    assert row.value(parse("1 + 1")) == 2.0
    assert isinstance(row.value(parse("+".join("1" * 60))), Mistake)
    assert isinstance(row.value(parse("1 + 1")), Mistake)


@given(trees)
def test_any_tree_gives_a_value_or_an_error(tree: Node) -> None:
    """And the same one each time."""
    formulas = {"price": parse("length + 1"), "sort": tree}
    found = Evaluator(WORLD, DUNE, formulas).value(tree)
    again = Evaluator(WORLD, DUNE, formulas).value(parse(print_tree(tree)))
    assert isinstance(found, Mistake) == isinstance(again, Mistake)
    assert repr(found) == repr(again) or isinstance(found, Mistake | FileValue | Items)


@given(st.text(alphabet="a1\"'.,()[]+-*/<>=!&|fileprcox _"))
def test_any_text_gives_a_value_or_an_error(text: str) -> None:
    """Nothing else comes out."""
    try:
        tree = parse(text)
    except ExpressionError:
        return
    Evaluator(WORLD, DUNE).value(tree)
