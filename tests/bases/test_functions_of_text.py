"""Functions of text and of regular expressions, one by one."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('"abc".length', "3"),
        ('"".length', "0"),
        ('"abc"["length"]', "3"),
        ('"abc"[1]', "b"),
        ('"abc"[9].isType("null")', "true"),
        ('"Hello".contains("ell")', "true"),
        ('"Hello".contains("ELL")', "false"),
        ('"hello".containsAll("h", "e")', "true"),
        ('"hello".containsAll("h", "x")', "false"),
        ('"hello".containsAny("x", "e")', "true"),
        ('"hello".containsAny("x", "y")', "false"),
        ('"hello".startsWith("he")', "true"),
        ('"hello".startsWith("lo")', "false"),
        ('"hello".endsWith("lo")', "true"),
        ('"hello".endsWith("he")', "false"),
        ('"HELLO".lower()', "hello"),
        ('"hello WIDE world".title()', "Hello Wide World"),
        ('"  a b ".trim()', "a b"),
        ('"hello".reverse()', "olleh"),
        ('"ab".repeat(3)', "ababab"),
        ('"ab".repeat(0)', ""),
        ('"hello".slice(1, 4)', "ell"),
        ('"hello".slice(-2)', "lo"),
        ('"hello".slice(1)', "ello"),
        ('"hello".slice(3, 1)', ""),
        ('"a,b,c".split(",").join("|")', "a|b|c"),
        ('"a,b,c".split(",", 2).join("|")', "a|b"),
        ('"abc".split("").join("|")', "a|b|c"),
        ('"a1b22c".split(/[0-9]+/).join("|")', "a|b|c"),
        ('"abc".split(/x*/).join("|")', "a|b|c"),
        ('"a-b-c".replace("-", "+")', "a+b+c"),
        ('"a-b-c".replace(/-/, "+")', "a+b-c"),
        ('"a-b-c".replace(/-/g, "+")', "a+b+c"),
        ('"John Smith".replace(/(\\w+) (\\w+)/, "$2, $1")', "Smith, John"),
        ('"a".replace(/a/, "[$&$$$3]")', "[a$$3]"),
        ('"a-b".replace("-", "$1")', "a$1b"),
        ('"AbA".replace(/a/gi, "x")', "xbx"),
        ('"aaa".replace(/x*/g, "-")', "-a-a-a-"),
        ('/e.l/.matches("hello")', "true"),
        ('/^e/.matches("hello")', "false"),
        ('/^b/m.matches("a\\nb")', "true"),
        ('/HELLO/i.matches("say hello")', "true"),
        ('author.contains("Frank")', "true"),
        ("author.lower()", "frank herbert"),
        ('missing.contains("a")', ""),
        ('"a".contains(missing)', ""),
        ('"a".slice(0, missing)', "a"),
    ],
)
def test_functions_of_text(expression: str, text: str) -> None:
    """Each documented function."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('"a".upper()', "text has no method `upper`"),
        ('"a".contains()', "`contains` takes 1 argument, not 0"),
        ('"a".slice(1, 2, 3)', "`slice` takes 1 to 2 arguments, not 3"),
        ('"a".contains(1)', "`contains` needs text, not a number"),
        ('"a".repeat("x")', "`repeat` needs a number, not text"),
        ('"a".repeat(-1)', "`repeat` needs a non-negative number"),
        ('"a".length()', "text has no method `length`. Write `.length` without brackets"),
        ('"a".lower', "text has no field `lower`. Write `.lower(…)`"),
        ('"a".containz("a")', "text has no method `containz`. Did you mean `contains`?"),
        ('"abcdefghij".repeat(100000)', "text is longer than 100000 characters"),
        (
            '"aaaaaaaaaa".repeat(1000).replace("a", "bbbbbbbbbbbbbbbbbbbb")',
            "text is longer than 100000 characters",
        ),
        (
            '"a".repeat(50).replace(/a/g, "b".repeat(9000))',
            "text is longer than 100000",
        ),
        (
            '/(a)\\1/.matches("aa")',
            "in `/(a)\\1/`, at character 4: backreferences are not supported",
        ),
        (
            '/a(?=b)/.matches("ab")',
            "in `/a(?=b)/`, at character 2: lookahead and lookbehind are not supported",
        ),
        ('/(x+x+)+y/.matches("x".repeat(90000))', "evaluating this takes more than 100000 steps"),
        ('"a".matches(/a/)', "text has no method `matches`"),
    ],
)
def test_what_functions_of_text_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
