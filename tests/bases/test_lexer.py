"""An expression is cut into tokens, each with its column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.lexer import LONGEST, Token, tokens_of
from notewright.bases.mistakes import ExpressionError


def cut(expression: str) -> list[str]:
    """The texts of all tokens."""
    return [token.text for token in tokens_of(expression)]


def test_a_token_knows_its_kind_and_column() -> None:
    """Columns count from 1, and the end is a token."""
    assert tokens_of("a >= 2.5") == [
        Token("name", "a", 1),
        Token("sign", ">=", 3),
        Token("number", "2.5", 6),
        Token("end", "", 9),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"a\'b"', "a'b"),
        ("'a\"b'", 'a"b'),
        (r"'a\'b\\'", "a'b\\"),
        (r'"\n\t\u00e9\x41\u{1F600}"', "\n\té" + "A😀"),
        (r'"\d"', "d"),
        ('"a\nb"', "a\nb"),
        ('""', ""),
    ],
)
def test_text(written: str, meant: str) -> None:
    """Either quote, and the escapes of JavaScript."""
    assert cut(written) == [meant, ""]


def test_a_slash_divides_behind_a_value_and_starts_a_pattern_elsewhere() -> None:
    """As in JavaScript."""
    assert cut("a / b / c") == ["a", "/", "b", "/", "c", ""]
    assert tokens_of(r"/a\/[/]b/gi")[0] == Token("regexp", r"a\/[/]b", 1, "gi")
    assert [token.kind for token in tokens_of("f(/a/) / 2")][2] == "regexp"


def test_names() -> None:
    """Letters of any script; a digit may not come first."""
    assert cut("größe _x $y a1") == ["größe", "_x", "$y", "a1", ""]
    with pytest.raises(ExpressionError, match=r"column 1: a name cannot start with a digit: `2x`"):
        tokens_of("2x")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("a = 1", "column 3: `=` is not supported. Write `==` to compare"),
        ("a === 1", "column 3: `===` is not supported. Write `==`"),
        ("a ? 1 : 2", "column 3: `?` is not supported. Write `if(condition, then, else)`"),
        ("a & b", "column 3: `&` is not supported. Write `&&` for and"),
        ("x => x", "column 3: `=>` is not supported. Write only the expression"),
        ("'a", "column 1: unterminated text. Close it with `'`"),
        ("1 + '\\", "column 6: text ends with a backslash"),
        ("f(/a", "column 3: unterminated regular expression"),
        ("a # b", "column 3: unexpected character `#`"),
        ("1e999", "column 1: the number is too large"),
        (r'"\u{110000}"', "column 2: no such character"),
        ("a" * (LONGEST + 1), "more than"),
    ],
)
def test_what_is_no_token(expression: str, message: str) -> None:
    """An error says what, where, and what is written instead."""
    with pytest.raises(ExpressionError) as caught:
        tokens_of(expression)
    assert str(caught.value).startswith(message) or message in str(caught.value)


@given(st.text())
def test_any_text_gives_tokens_or_our_error(text: str) -> None:
    """And columns rise."""
    try:
        columns = [token.column for token in tokens_of(text)]
    except ExpressionError:
        return
    assert columns == sorted(set(columns))
