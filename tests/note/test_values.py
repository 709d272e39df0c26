"""Values in prose: found outside code, with the number that the note says."""

from __future__ import annotations

import re

import pytest
from converted import convert
from counted import loops
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.parse import Parse
from notewright.note.values import Value, find_values


def only(text: str) -> Value:
    (value,) = find_values(Parse(text))
    return value


@pytest.mark.parametrize(
    ("text", "expression", "line", "checked"),
    [
        ("about 0.94<!--= acc -->.", "acc", 1, True),
        ('0.94<!--= f"{acc:.2f}" -->', 'f"{acc:.2f}"', 1, True),
        ("`{python} acc`", "acc", 1, False),
        ("``{python} '`'``", "'`'", 1, False),
        ("# Of `{python} n` samples", "n", 1, False),
        ("| a |\n|---|\n| 1<!--= x --> |", "x", 3, True),
        ("> [!note]\n> 1<!--= x -->", "x", 2, True),
        ("- a\n- b 1<!--= x -->", "x", 2, True),
        ("---\na: 1\n---\n\n1<!--= x -->", "x", 5, True),
        ("%% hidden\n%%\n1<!--= x -->", "x", 3, True),
        ("1<!--= sum(\n  [1]) -->", "sum( [1])", 1, True),
        ("one\ntwo `{python} x`", "x", 2, False),
    ],
)
def test_a_value_is_found_with_its_line(
    text: str, expression: str, line: int, checked: bool
) -> None:
    """Wherever prose stands, a value in it is computed or checked."""
    value = only(text)
    assert (value.expression, value.line, value.is_checked) == (expression, line, checked)


def test_a_claim_has_to_be_true() -> None:
    """It stands for no text, and nothing but True agrees with it."""
    claim = only("It is ahead.<!--! gain >\n 0 -->")
    assert claim.is_claim and claim.is_checked and claim.expression == "gain > 0"
    assert claim.agrees("True") and claim.written("False") == ""
    assert not any(claim.agrees(result) for result in ("False", "", "1", "true", "ahead."))


@pytest.mark.parametrize(
    "text",
    [
        "```python\n1<!--= x -->\n```",
        "`It is ahead.<!--! gain -->`",
        "```text\n`{python} x`\n```",
        "    1<!--= x -->",
        "`1<!--= x -->`",
        "`` `{python} x` ``",
        "\\`{python} x\\`",
        "%% 1<!--= x --> %%",
        "<!-- 1 `{python} x` -->",
        "---\na: 1<!--= x -->\n---\n",
        "$$ `{python} x` $$",
        "`{python}`",
        "`python x`",
        "1<!-- x -->",
    ],
)
def test_what_is_no_value_is_left_alone(text: str) -> None:
    """Code, comments and properties hold no values."""
    assert list(find_values(Parse(text))) == []


@given(st.lists(st.sampled_from(["1<!--= x -->", "`{python} x`", "`code`", "%% c %%", "word"])))
def test_a_value_knows_its_place_in_the_file(words: list[str]) -> None:
    """`notewright accept` writes in just that place, whatever is hidden before it."""
    text = "---\na: 1\n---\n\n" + "\n".join(words)
    found = [text[value.start : value.end] for value in find_values(Parse(text))]
    assert found == ["<!--= x -->" if "<" in word else word for word in words if word in VALUES]


VALUES = {"1<!--= x -->", "`{python} x`"}


@pytest.mark.parametrize(
    ("said", "result", "agrees"),
    [
        ("about 0.94", "0.94", True),
        ("**0.94**", "0.94", True),
        ("k=3", "3", True),
        ("(-0.5", "-0.5", True),
        ("10.94", "0.94", False),
        ("-0.5", "0.5", False),
        ("0.94 ", "0.94", False),
        ("0.9", "0.94", False),
        ("two words", "two words", True),
        ("", "0.94", False),
    ],
)
def test_a_number_in_prose_is_held_against_the_result(said: str, result: str, agrees: bool) -> None:
    """The text right before the comment is the result, and no part of a longer number."""
    assert only(f"x {said}<!--= r -->").agrees(result) is agrees


@pytest.mark.parametrize(
    ("before", "result", "written"),
    [
        ("about 0.94", "0.91", "0.94"),
        ("k=3", "4", "3"),
        ("(3", "4", "3"),
        ("**0.94**", "0.91", "0.94"),
        ("of two words", "three words", "two words"),
        ("of -0.5", "0.5", "-0.5"),
    ],
)
def test_what_the_note_says_is_as_long_as_the_result(
    before: str, result: str, written: str
) -> None:
    """The message quotes the number, and `accept` replaces just that."""
    assert only(f"{before}<!--= r -->").written(result) == written


@given(st.text(st.sampled_from("`<!-=>{python} x1.%$\\\n|#"), max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    """Half-written notes are searched on every save."""
    for value in find_values(Parse(text)):
        assert 0 <= value.start < value.end <= len(text)
        assert value.line == text.count("\n", 0, value.start) + 1


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("(150, 4)", "(150, 4)"),
        ("**(150, 4)**", "(150, 4)"),
        ("[1, 2]", "[1, 2]"),
        ('"a"', "a"),
        ("'a'", "'a'"),
        ("(3)", "3"),
        ("[0.94]", "0.94"),
        ("_0.94_", "0.94"),
        ("~~k=3~~", "3"),
        ("94%", "94%"),
        ("94 %", "94 %"),
        ("0.5 ms", "0.5 ms"),
        ("≈0.94", "0.94"),
        ("`3`", "3"),
        ("$n = 3$", "3"),
        ("__3__", "3"),
        ("[3](index.md)", "3"),
        ("[**3**](<a (4).md>)", "3"),
        ("[3][ref]", "3"),
        ("3[^note]", "3"),
        ("[1][2]", "2"),
        ("[f(x)](a.md)", "f(x)"),
        ("±0.02", "0.02"),
        ("0.94±0.02", "0.02"),
        ("3-5", "5"),
        ("0.5–0.9", "0.9"),
        ("−0.5", "−0.5"),
        ("$-0.5", "-0.5"),
        ("1e-05", "1e-05"),
        ("1,234", "1,234"),
        ("a: b", "a: b"),
        ("{'a': 1}", "{'a': 1}"),
    ],
)
def test_a_value_agrees_in_any_dress(said: str, result: str) -> None:
    """Emphasis, brackets, units and signs around a result are the writer's own."""
    assert only(f"of {said}<!--= r -->").agrees(result)
    assert only(f"- {said}<!--= r -->").agrees(result)
    assert only(f"| a |\n|---|\n| {said}<!--= r --> |").agrees(result)


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("(150, 4)", "(15, 4)"),
        ("1e-5", "5"),
        ("1e+5", "5"),
        ("1,234", "234"),
        ("1.234", "234"),
        ("−0.5", "0.5"),
        ("(-0.5)", "0.5"),
        ("0.5", "-0.5"),
        ("94%", "94"),
        ("94 %", "94"),
        ("v3", "3"),
        ("0.94", ".94"),
        ("x_3", "3"),
        ("0.94% %", "0.94"),
    ],
)
def test_a_part_of_a_number_is_another_number(said: str, result: str) -> None:
    """A sign, an exponent or a digit more makes another number."""
    assert not only(f"of {said}<!--= r -->").agrees(result)


CHANGED = [
    ("| 0.94 |", "0.94", "0.91 s"),
    ("- 0.94", "0.94", "0.91 s"),
    ("1. 0.94", "0.94", "0.91 s"),
    ("# 0.94", "0.94", "0.91 s"),
    ("> 0.94", "0.94", "0.91 s"),
    ("> - [ ] of two\n>   words", "words", "three words"),
    ("of two\nwords", "two\nwords", "three words"),
    ("**Verdict:** holds", "holds", "depends on the rain"),
    ("> **Verdict**: holds", "holds", "depends on the rain"),
    ("of **two words**", "two words", "three words"),
    ("of (150, 4)", "(150, 4)", "(150, 5)"),
    ("of **(150, 4)**", "(150, 4)", "(150, 5)"),
    ("of [1, 2]", "[1, 2]", "[1, 3]"),
    ("0.94±0.02", "0.02", "0.03"),
    ("0.5–0.94", "0.94", "0.91"),
    ("0.5-0.94", "0.94", "0.91"),
    ("accuracy:0.94", "0.94", "0.91"),
    ("n=3/k=4", "4", "5"),
    ("n=3, k=4", "4", "5"),
    ("−0.5", "−0.5", "-0.4"),
    ("-0.5", "-0.5", "0.4"),
    ("$94", "94", "95"),
    ("94%", "94%", "95%"),
    ("94 %", "94 %", "95 %"),
    ("94 %", "94 %", "95%"),
    ("of 1,094.5\u202f€", "1,094.5\u202f€", "1,095.5€"),
    ("1e-05", "1e-05", "2e-05"),
    ("1,234", "1,234", "1,235"),
    ("of k=3 clusters", "3 clusters", "4 clusters"),
    ("`3`", "3", "4"),
    ("`two words`", "two words", "three words"),
    ("$3$", "3", "4"),
    ("$$k = 3$$", "3", "4"),
    ("__3__", "3", "4"),
    ("_two words_", "two words", "three words"),
    ("[3](index3.md)", "3", "4"),
    ("[of **3**](a_(3).md)", "3", "4"),
    ("[3](<a 3.md>)", "3", "4"),
    ("[3][ref3]", "3", "4"),
    ("3[^3a]", "3", "4"),
    ("[f(x)](a.md)", "f(x)", "f(y)"),
    ("", "", "4"),
]


@pytest.mark.parametrize(("before", "said", "result"), CHANGED)
def test_only_what_is_said_is_rewritten(before: str, said: str, result: str) -> None:
    """List marks, bars, emphasis and neighbouring numbers stay as they are."""
    end = " |" if before.endswith(" |") else ""
    table = "| a |\n|---|\n" if end else ""
    text = f"{table}{before.removesuffix(' |') or 'x '}<!--= r -->{end}"
    value = only(text)
    assert value.written(result) == said
    assert value.before is not None
    begin, end = (value.start - len(value.before) + at for at in value.place(result))
    assert text[begin:end] == said
    assert only(text[:begin] + result + text[end:]).agrees(result)


def test_an_expression_keeps_its_spaces() -> None:
    """Text in an expression is text; only its line breaks become spaces."""
    assert only('a<!--= "a  b" -->').expression == '"a  b"'
    assert only('a<!--=\n  f("a  b",\n    2) -->').expression == 'f("a  b", 2)'
    assert only("- > > a<!--= f(1,\n  > > 2) -->").expression == "f(1, 2)"
    assert only("> a<!--= 1 >\n> 2 -->").expression == "1 > 2"
    assert only("a<!--= 1\n  < 2 -->").expression == "1 < 2"


@given(st.lists(st.sampled_from(["1<!--= x -->", "a`{python} x`", "%%c%%", "%%c\nd%%", " "])))
def test_a_value_knows_its_place_beside_comments(words: list[str]) -> None:
    """Hidden text directly before or behind a value does not move it."""
    text = "x" + "".join(words)
    parse = Parse(text)
    found = [text[value.start : value.end] for value in find_values(parse)]
    if re.search(r"\n *\n {4}", parse.visible.text):  # what comes then is code, which has no values
        assert len(found) <= sum("x" in word for word in words)
    else:
        assert found == [word[1:] for word in words if "x" in word]


WORD = st.from_regex(r"[-−(\[*k±]{0,2}[0-9]{1,3}([.,][0-9]{1,2})?%?[)\]*s]{0,2}", fullmatch=True)


@given(st.lists(WORD, min_size=1, max_size=3), st.lists(WORD, min_size=1, max_size=3))
def test_what_is_rewritten_agrees_ever_after(said: list[str], result: list[str]) -> None:
    """However numbers are dressed: once the result is written, the note agrees."""
    before, wanted = f"of {' '.join(said)}", " ".join(result)
    value = only(f"{before}<!--= r -->")
    if not value.agrees(wanted):
        old = value.written(wanted)
        start = before.rindex(old)
        assert only(f"{before[:start]}{wanted}{before[start + len(old) :]}<!--= r -->").agrees(
            wanted
        )


def test_what_stands_around_a_value_never_becomes_a_cell() -> None:
    """The page takes the value out, and has no other cells than those that ran."""
    found = convert("`<!--= 1 -->``python\nx\n```\n")
    assert [each for each in found.problems if "fault" in each.message] == []
    assert "nw-cell" not in found.html


def test_a_result_of_many_words_is_looked_for_in_time() -> None:
    """Where the note says something else, too: a pattern of words tried all ways to divide them."""
    before, result = "confirmed where it is so " * 100 + "here", "and refuted where not, " * 50
    found: list[str] = []
    assert loops(lambda: found.append(Value(1, "x", before, 0, 0, 0, 0).written(result))) < 20
    assert found[0].split() == before.split()[-200:]
