"""The parser: what binds how strongly, what an error says, and that no text breaks it."""

from __future__ import annotations

import pytest
from counted import calls
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.mistakes import ExpressionError
from notewright.bases.parser import DEEPEST, parse
from notewright.bases.tree import Call, Chain, Index, Literal, Member, Name, Step, Unary, print_tree


def test_a_tree() -> None:
    """Methods, fields and elements stand behind a value, and bind most strongly."""
    assert parse("-file.tags[0].lower() == 1") == Chain(
        Unary("-", Call(Index(Member(Name("file"), "tags"), Literal(0.0)), "lower", ())),
        (Step("==", Literal(1.0)),),
    )


def test_columns_are_kept() -> None:
    """Of a call it is the name, of an operator the operator."""
    tree = parse("a + b.c()")
    assert isinstance(tree, Chain)
    assert (tree.steps[0].column, tree.steps[0].value.column) == (3, 7)


@pytest.mark.parametrize(
    ("expression", "bracketed"),
    [
        ("a || b && c", "a || (b && c)"),
        ("a && b == c", "a && (b == c)"),
        ("a == b < c", "a == (b < c)"),
        ("a < b + c", "a < (b + c)"),
        ("a + b * c", "a + (b * c)"),
        ("a * -b", "a * (-b)"),
        ("!a && b", "(!a) && b"),
        ("!a.b", "!(a.b)"),
        ("1.isTruthy()", "(1).isTruthy()"),
        ("a--b", "a - (-b)"),
    ],
)
def test_precedence(expression: str, bracketed: str) -> None:
    """That of JavaScript."""
    assert parse(expression) == parse(bracketed)


def test_operators_of_one_level_go_from_left_to_right() -> None:
    """A chain is flat, and brackets make another one."""
    tree = parse("a - b + c - d")
    assert isinstance(tree, Chain) and len(tree.steps) == 3
    assert parse("(a - b) - c") != parse("a - b - c")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "column 1: the expression is empty"),
        ("a +", "column 4: a value is missing at the end"),
        ("f(1", "column 2: `(` is not closed. Add `)`"),
        ("[1 2]", "column 4: expected `]`, not `2`"),
        ("a.1", "column 3: expected a field name, not `1`"),
        (
            "due date",
            "column 5: expected an operator or the end of the expression, not `date`. Write `note[",
        ),
        (
            "a and b",
            "column 3: expected an operator or the end of the expression, not `and`. Write `&&`",
        ),
        ("not a", "column 1: expected a value, not `not`. Write `!`"),
        ("a) + 1", "column 2: expected an operator or the end of the expression, not `)`"),
        ("+1", "column 1: `+` is not allowed before a value. Remove it"),
        ("(f)(1)", "column 4: only functions and methods can be called"),
        ("[1, 2,]", "column 7: expected a value, not `]`"),
        ('{"a": 1 "b"}', "column 9: expected `}`, not text"),
        ("{1: 2}", "column 2: expected a key in quotes, not `1`"),
        ('{"a" 2}', "column 6: expected `:`, not `2`"),
        ("/a/gg", "column 1: `g` is not a valid regular expression flag"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(expression: str, message: str) -> None:
    """With the column of what should not stand there."""
    with pytest.raises(ExpressionError) as caught:
        parse(expression)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("piece", ["(", "f(", "[", "!", "-", "x.f().", "{a:", "a[", "a||(", "1<"])
@pytest.mark.parametrize("count", [100_000, 5_000])
def test_what_is_nested_too_deep_is_an_error(piece: str, count: int) -> None:
    """With work for each character that does not grow, and never by Python's own bound."""

    def refuse() -> None:
        with pytest.raises(ExpressionError):
            parse(piece * count)

    assert calls(refuse) < 100 * len(piece) * count


def test_what_is_long_is_not_deep() -> None:
    """A thousand values can be added, and brackets up to a bound may stand in each other."""
    assert parse("+".join(["x"] * 1000))
    assert parse("(" * DEEPEST + "x" + ")" * DEEPEST) == Name("x")
    worst = "a||b&&c==d<e+f*-g(" * 5 + "x" + ")" * 5
    assert parse(print_tree(parse(worst))) == parse(worst)


@given(st.text() | st.text(alphabet="ab1.,()[]{}\"'/+-*!=<>&| "))
def test_any_text_gives_a_tree_or_our_error(text: str) -> None:
    """And what is a tree is written back."""
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert parse(print_tree(tree)) == tree
