"""Spaces of formulas: a sign is an operator between two terms, or a part of what follows."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from notewright.render.formula_html import mathml

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def signs(tex: str) -> list[str]:
    """How the signs of a formula stand: before a term, or between two."""
    found = []
    for row in ElementTree.fromstring(mathml(tex, "inline")).iter():
        for index, each in enumerate(row):
            if each.tag == f"{NAMESPACE}mo" and each.text in ("+", "−", "±"):
                is_prefix = each.get("form") == "prefix" or index == 0
                found.append("before" if is_prefix else "between")
    return found


def operators(tex: str) -> list[Element]:
    """The operators of a formula, in order."""
    return [*ElementTree.fromstring(mathml(tex, "inline")).iter(f"{NAMESPACE}mo")]


@pytest.mark.parametrize(
    "tex",
    [
        *(r"-x", r"(-1, +1)", r"\left[-\frac12\right]", r"\{-1\}", r"x \le -2", r"a = -b"),
        *(r"x \to -\infty", r"\sum_{i=1}^n -x_i", r"\max -x", r"a \cdot -b", r"=\;-y", r"|-x|"),
        *(r"\|-x\|", r"\lfloor -x \rfloor", r"\overset{!}{=} -1", r"y := \pm z", r"f(x; -1)"),
        *(r"\big(-1\big)", r"x^{-1}", r"\frac{-1}{2}", r"\sqrt{-1}", r"a \mid -b"),
    ],
)
def test_a_sign_where_a_term_begins_is_that_of_the_term(tex: str) -> None:
    """As in TeX: behind brackets, commas, relations, operators and sums."""
    assert set(signs(tex)) == {"before"}


@pytest.mark.parametrize(
    "tex",
    [
        *(r"a - b", r"(a) - b", r"x^2 - 1", r"x' - 1", r"5! - 3", r"|x| - 1", r"\|x\| + 1"),
        *(r"\frac12 - x", r"\lfloor x \rfloor - 1", r"\mathrm{d} - x", r"10\% - 1", r"A^\top - B"),
        *(r"x\,-\,y", r"\hat{x} - y", r"f(x) \pm 1", r"\sqrt{x} - 1", r"\operatorname{sgn}(x) - 1"),
    ],
)
def test_a_sign_behind_a_term_stands_between_two(tex: str) -> None:
    """With space around it."""
    assert set(signs(tex)) == {"between"}


def test_no_space_is_left_in_an_index_or_an_exponent() -> None:
    """Below a sum, too; but the sum itself keeps its own, and so does what is not in them."""
    assert [each.get("lspace") for each in operators(r"\sum_{i=1}^{n-1} x = y")] == [
        *(None, "0", "0", None)
    ]
    assert [each.get("lspace") for each in operators(r"\hat{x}_{a,b}")] == [None, "0"]
    assert [each.get("lspace") for each in operators(r"e^{\sum_i a}")] == [None]


def test_colons_and_semicolons_are_operators() -> None:
    """A definition has one sign, and a range in an index stays close."""
    assert [each.text for each in operators("x := y")] == [":="]
    (colon, arrow) = operators(r"f: A \to B")
    assert (colon.text, arrow.text) == (":", "→") and colon.get("lspace") == colon.get("rspace")
    assert [each.text for each in operators(r"p(x; \theta)")] == ["(", ";", ")"]
    assert operators("x_{1:n}") == []


@pytest.mark.parametrize(
    ("tex", "spaces"),
    [
        (r"\log p", ["0 thin"]),
        (r"\log(p)", ["0 0"]),
        (r"\log\left(p\right)", ["0 0"]),
        (r"2 \log p", ["thin thin"]),
        (r"-\log p", ["thin thin"]),
        (r"a = \log p", ["0 thin"]),
        (r"\arg\max f", ["0 thin", "0 thin"]),
        (r"\max_{x} f(x)", ["0 thin"]),
        (r"\log_2 \sin x = \cos", ["0 thin", "0 thin", "0 0"]),
        (r"\operatorname{tr}(A) - \operatorname{tr} B", ["0 0", "0 thin"]),
        (r"|\ln -x|", ["0 thin"]),
        (r"\max\{a, b\}", ["0 0"]),
        (r"\operatorname{arg\,max} f", ["0 thin"]),
    ],
)
def test_a_name_stands_apart_from_its_argument(tex: str, spaces: list[str]) -> None:
    """But not from the bracket around it."""
    thin = {"0.167em": "thin"}
    assert spaces == [
        " ".join(thin.get(each.get(side, ""), each.get(side, "")) for side in ("lspace", "rspace"))
        for each in operators(tex)
        if "".join((each.text or "").split()).isalpha()
    ]


@pytest.mark.parametrize("name", [r"\max", r"\lim", r"\limsup", r"\operatorname*{argmin}", r"\det"])
def test_limits_stand_below_a_name(name: str) -> None:
    """In a formula with lines of its own; the browser sets them beside it in the text."""
    for display in ("block", "inline"):
        made = ElementTree.fromstring(mathml(rf"{name}_{{x}} f", display))
        (below,) = made.iter(f"{NAMESPACE}munder")
        assert below[0].get("movablelimits") == "true" and not [*made.iter(f"{NAMESPACE}msub")]
    assert [*ElementTree.fromstring(mathml(r"\log_2 x", "block")).iter(f"{NAMESPACE}msub")]


def test_an_operator_between_words_has_its_space() -> None:
    """A browser takes a row of words and one operator for an operator as a whole."""
    assert mathml(r"\text{A} \to \text{B}", "inline").endswith("<mi /></mrow></math>")
    for tex in (r"\text{A} \to b", r"\text{A}", r"\text{A} = \text{B} = \text{C}", r"\to"):
        assert "<mi />" not in mathml(tex, "inline")
