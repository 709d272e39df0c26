r"""Macros: what `\newcommand` and its like define stands where it is named, as in LaTeX."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.formula_html import mathml
from notewright.render.latex_check import FormulaError
from notewright.render.latex_macros import Macros

PREAMBLE = r"""% Macros of ours, 100\% of them.
\usepackage{amsmath}
\newcommand{\R}{\mathbb{R}} % the real numbers
\newcommand*{\norm}[1]{\left\Vert #1 \right\Vert}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\newcommand{\mean}[2][X]{\mathbb{E}_{#1}\left[#2\right]}
\renewcommand\epsilon{\varepsilon}
\providecommand{\alpha}{a}
\providecommand{\Z}{\mathbb{Z}}
\DeclareMathOperator{\grad}{grad}
\DeclareMathOperator*{\argmin}{arg\,min}
\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}
\def\half#1{\frac{#1}{2}}
\let\oldvec\vec
\renewcommand{\vec}[1]{\oldvec{\mathbf{#1}}}
"""


@pytest.fixture
def macros() -> Macros:
    """Those of a preamble, in which nothing is wrong."""
    made = Macros()
    assert list(made.define(PREAMBLE)) == []
    return made


@pytest.mark.parametrize(
    ("tex", "expanded"),
    [
        (r"x \in \R^n", r"x \in \mathbb{R}^n"),
        (r"\norm{\R x} + \Rightarrow", r"\left\Vert \mathbb{R} x \right\Vert + \Rightarrow"),
        (r"\norm x", r"\left\Vert x \right\Vert"),
        (r"\pd f {x_1}", r"\frac{\partial f}{\partial x_1}"),
        (r"\mean{x}", r"\mathbb{E}_{X}\left[x\right]"),
        (r"\mean[Y]{x}", r"\mathbb{E}_{Y}\left[x\right]"),
        (r"\epsilon\alpha\Z", r"\varepsilon\alpha\mathbb{Z}"),
        (r"\grad f", r"\operatorname{grad} f"),
        (r"\argmin_x", r"\operatorname*{arg\,min}_x"),
        (r"\abs{x} \abs*{y}", r"\lvert x\rvert \left\lvert y\right\rvert"),
        (r"\half12", r"\frac{1}{2}2"),
        (r"\vec v", r"\vec{\mathbf{v}}"),
        (r"\text{\R}\verb|\R|", r"\text{\mathbb{R}}\verb|\R|"),
        (r"a + b % \R", r"a + b % \R"),
        (r"\newcommand{\p}{\pi}\p r", r"\pi r"),
        (r"\newcommand{\dot}{\cdot}\dot{x}", r"\cdot{x}"),
        (r"\let\by=\times a\by b", r" a\times b"),
        (r"\def\d{\partial}\d x\d{y}", r"\partial x\partial{y}"),
        (r"\newcommand\sub[1]{#1\cdot}\sub{a}b", r"a\cdot b"),
    ],
)
def test_a_macro_stands_for_what_was_defined(macros: Macros, tex: str, expanded: str) -> None:
    """With its arguments, where they are in braces or not."""
    assert macros.expand(tex) == expanded


def test_a_definition_holds_from_where_it_stands() -> None:
    """In the formulas that follow, until there is another one; a copy has its own."""
    macros = Macros()
    assert macros.expand(r"\R") == r"\R"
    assert macros.expand(r"\newcommand{\R}{\mathbb{R}} \R").strip() == r"\mathbb{R}"
    inner = macros.copy()
    assert inner.expand(r"\renewcommand{\R}{\mathcal{R}}") == ""
    assert inner.expand(r"\R") == r"\mathcal{R}"
    assert macros.expand(r"\R") == r"\mathbb{R}"


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\newcommand{\R}{\mathbb{R}", "unmatched `{`"),
        (r"\newcommand{R}{x}", r"needs a name such as `\R`, not `R`"),
        (r"\newcommand{\R}", r"missing argument after `\newcommand`"),
        (r"\newcommand{\R}[x]{y}", r"`\R` has an invalid number of arguments: `x`"),
        (r"\def\pair(#1,#2){x}", r"`\def` only supports parameters such as `#1#2` before its `{`"),
        (r"\newcommand{\one}[1]{#1^2}\one", r"missing argument after `\one`"),
        (r"{\newcommand{\one}[1]{#1^2}\one}", r"missing argument after `\one`"),
        (r"\def\x{\x}\x", "never stop expanding"),
        (r"\def\a{\b\b}\def\b{\c\c}\def\c{\a}\a", "never stop expanding"),
        (r"\def\x#1{#1#1#1}" + r"\x{" * 30 + "a" + "}" * 30, "never stop expanding"),
    ],
)
def test_what_is_no_definition_is_told(tex: str, said: str) -> None:
    """And a few macros that name each other do not stop a build."""
    with pytest.raises(FormulaError) as caught:
        Macros().expand(tex)
    assert said in str(caught.value)


def test_faults_of_a_preamble_have_a_line() -> None:
    """What is right in it holds all the same."""
    macros = Macros()
    text = "% first\n\\newcommand{\\R}{\\mathbb{R}}\n\n\\newcommand{N}{x}\n\\def\\N{\\mathbb{N}}\n"
    assert list(macros.define(text)) == [(4, r"`\newcommand` needs a name such as `\R`, not `N`")]
    assert macros.expand(r"\R\N") == r"\mathbb{R}\mathbb{N}"


def test_a_formula_shows_what_its_macros_stand_for() -> None:
    """The same as if they were not there; a command of LaTeX may be called otherwise, too."""
    ours = r"\renewcommand{\vec}[1]{\mathbf{#1}}\DeclareMathOperator{\rank}{rank}\rank\vec{A}"
    assert mathml(ours, "inline") == mathml(r"\operatorname{rank}\mathbf{A}", "inline")
    assert mathml(r"\set{x}", "inline") == mathml(r"\{\,x\,\}", "inline")


@given(st.text("\\{}[]#12ab%$ \n*=", max_size=40))
def test_any_text_is_expanded_or_refused(text: str) -> None:
    """What holds no definition is left as it is."""
    macros = Macros()
    for tex in (text, rf"\newcommand{{\a}}{text}\a", rf"\def\a{text}\a{text}"):
        try:
            expanded = macros.copy().expand(tex)
        except FormulaError:
            continue
        assert tex != text or expanded == text
