r"""Texts in formulas are shown as LaTeX shows them: `\text{…}` with signs, formulas and colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.formula_html import mathml
from notewright.render.latex_check import FormulaError


def texts(tex: str) -> list[str]:
    """What stands in a formula, part by part."""
    found = ElementTree.fromstring(mathml(tex, "inline")).iter()
    return [each.text.replace("\xa0", " ") for each in found if each.text]


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\text{can\_access}", ["can_access"]),
        (r"\text{\#, \$ID\$, 5\%, a \& b}", ["#, $ID$, 5%, a & b"]),
        (r"\text{\{Africa,\; America\}}", ["{Africa,\u2004 America}"]),
        (r"\text{a\ b~c}", ["a b c"]),
        (r"\text{C:\\Users}", ["C:\\Users"]),
        (r"\text{if $x_1$ then}", ["if ", "x", "1", " then"]),
        (r"\text{a {b} c}", ["a ", "b", " c"]),
        (r"\text{IP \textcolor{red}{a}ddress}", ["IP ", "a", "ddress"]),
        (r"\text{a \textbf{b}}", ["a ", "b"]),
        (r"\mbox{x\_y}_2", ["x_y", "2"]),
        (r"\text{}x", ["x"]),
        (r"\textcolor{red}{x}", ["x"]),
        (r"\operatorname{Spec \mathbb{Z}}", ["Spec", "ℤ"]),
        (r"\operatorname{Spec \mathbb{Z}_{p} x}_1", ["Spec", "ℤ", "p", "x", "1"]),
        (r"\operatorname{arg\,min}", ["arg\u2009min"]),
        (r"\operatorname*{arg\,min}_x", ["arg\u2009min", "x"]),
    ],
)
def test_a_text_is_shown_as_it_is_meant(tex: str, shown: list[str]) -> None:
    """With its signs, and the parts that stand in it."""
    assert texts(tex) == shown


def test_a_text_of_parts_takes_one_index() -> None:
    """It is one group, as in LaTeX."""
    made = ElementTree.fromstring(mathml(r"\text{a $b$}_2", "inline"))
    (index,) = (each for each in made.iter() if each.tag.endswith("msub"))
    assert ["".join(each.itertext()) for each in index] == ["a\xa0b", "2"]


def test_a_colour_keeps_its_colour() -> None:
    """Only around what it is given to."""
    made = ElementTree.fromstring(mathml(r"\text{a \textcolor{red}{b} c}", "inline"))
    (coloured,) = (each for each in made.iter() if each.attrib.get("mathcolor"))
    assert "".join(coloured.itertext()) == "b"


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{a {b}",
        r"\text{a $x_$}",
        r"\text{\foo}",
        r"\text{$a}",
        r"\operatorname{a {b}}",
        r"\operatorname{\foo{a}}",
        r"\operatorname{\mathbb Z_{p}}",
    ],
)
def test_what_latex_would_refuse_is_refused(tex: str) -> None:
    """Nothing is shown that nobody wrote."""
    with pytest.raises(FormulaError):
        mathml(tex, "inline")


PARTS = ("a", "B c", r"\_", r"\#", r"\$", r"\{", r"\}", r"\%", r"\&", "$x$", r"$\alpha$", "é")


@given(st.lists(st.sampled_from(PARTS), max_size=6))
def test_each_part_of_a_text_is_shown_in_its_order(parts: list[str]) -> None:
    """Signs as themselves, formulas as formulas."""
    content = "".join(parts)
    plain = re.sub(r"\\(.)", r"\1", content.replace(r"$\alpha$", "α").replace("$x$", "x"))
    assert "".join(texts(rf"\text{{{content}}}")) == plain


@given(st.text(st.sampled_from("a {}$\\_#%&~^")))
def test_whatever_a_text_holds_only_our_error_comes_out(content: str) -> None:
    """Of a formula that nobody could read, too."""
    try:
        mathml(rf"\text{{{content}}}", "inline")
    except FormulaError:
        pass
