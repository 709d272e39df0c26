"""Formulas: what LaTeX would refuse is refused, and all that is known is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.formula_html import mathml
from notewright.render.latex_check import FormulaError, check, known_commands, known_environments


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{1}{2", "unmatched `{`"),
        ("a}", "unmatched `}`"),
        (r"\foo{x}", r"unknown command `\foo`"),
        (r"\alhpa", r"Did you mean `\alpha`?"),
        (r"\fraq{1}{2}", r"Did you mean `\fra"),
        (r"\left( x", r"`\left` has no `\right`"),
        (r"{\left( x} \right)", r"`\left` has no `\right`"),
        (r"x \right)", r"`\right` has no `\left`"),
        (r"\left x \right)", r"`\left` must be followed by a bracket"),
        ("a & b", "`&` is outside an environment"),
        (r"\begin{matrix} {a & b} \end{matrix}", "`&` is outside an environment"),
        (r"\begin{metrix} a \end{metrix}", "Did you mean `matrix`?"),
        (r"\begin{matrix} a", r"`\begin{matrix}` has no `\end`"),
        (r"a \end{matrix}", r"`\end{matrix}` has no `\begin`"),
        (r"\begin{matrix} a \end{pmatrix}", "does not match the open environment"),
        (r"\frac{1}", r"missing argument after `\frac`"),
        (r"{\sqrt} x", r"missing argument after `\sqrt`"),
        ("x^", "missing argument after `^`"),
        ("x_1_2", "double subscripts"),
        (r"\genfrac{}{}{0pt}{}{a}{b}", "latex2mathml does not support it"),
        ("50% of x", r"write `\%` for a percent sign"),
        (r"\operatorname{a {b} c}", r"braces are not supported in the text of `\operatorname`"),
        (r"\(x\)", "is not allowed inside a formula"),
        ("x \\", "is not allowed inside a formula"),
    ],
)
def test_what_latex_would_refuse_is_no_formula(tex: str, said: str) -> None:
    """Never a wrong formula: the message says what is wrong."""
    with pytest.raises(FormulaError) as caught:
        mathml(tex, "inline")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac12 + \frac{a}{b} + \sqrt[3]{x} + \hat\beta",
        r"\left[\begin{matrix}1 & 2\\3 & 4\end{matrix}\right]",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}",
        r"\left. \frac{a}{b} \right|_{x=0}, \quad \left\{ a \middle| b \right\}",
        r"\operatorname*{argmin}_\theta \lVert x \rVert_2^2 \; x'' \neq 50\%",
        r"\newcommand{\R}{\mathbb{R}} x \in \R",
        "x % a comment\n+ y",
        r"\matrix{a & b \cr c & d}",
        "é + ∑_{i} x_i",
        r"\Big\vert x \Big\vert + \big\{ a \big\}",
        r"\begin{flalign*} a &= b \\ c &= d \end{flalign*}",
        r"\begin{alignedat}{2} a &= b & c &= d \end{alignedat}",
    ],
)
def test_what_latex_takes_is_a_formula(tex: str) -> None:
    """The strict check stands in nobody's way."""
    shown = mathml(tex, "block")
    assert shown.startswith("<math")
    assert "<mi>&</mi>" not in shown


def test_commands_are_those_of_the_installed_package() -> None:
    """No list of ours that grows old."""
    assert {r"\alpha", r"\frac", r"\mathbb", r"\lim", r"\argmax", r"\Bigl"} <= known_commands()
    assert len(known_commands()) > 2000
    assert {"matrix", "cases", "align*", "aligned"} <= known_environments()


symbols = st.sampled_from(
    [r"\alpha", r"\beta", r"\infty", r"\leq", r"\cdot", r"\sum", r"\cos", "x", "2", "+", "="]
)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        pairs.map(lambda pair: rf"\frac{{{pair[0]}}}{{{pair[1]}}}"),
        inner.map(lambda each: rf"\sqrt{{{each}}}"),
        inner.map(lambda each: rf"\left( {each} \right)"),
        inner.map(lambda each: rf"\mathbf{{{each}}}"),
        inner.map(lambda each: rf"{{{each}}}_{{i}}^{{2}}"),
        pairs.map(
            lambda pair: rf"\begin{{pmatrix}} {pair[0]} & {pair[1]} \\ 1 & 2 \end{{pmatrix}}"
        ),
    )


formulas = st.recursive(symbols, _wrapped, max_leaves=8)


@given(formulas)
def test_any_formula_of_known_commands_is_taken(tex: str) -> None:
    """Whatever it is made of."""
    check(tex)


@given(formulas, st.data())
def test_a_formula_without_one_of_its_braces_is_refused(tex: str, data: st.DataObject) -> None:
    """Wherever the slip is."""
    braces = [index for index, character in enumerate(tex) if character in "{}"]
    if braces:
        at = data.draw(st.sampled_from(braces))
        with pytest.raises(FormulaError):
            check(tex[:at] + tex[at + 1 :])


@given(st.text(st.sampled_from(r"\{}[]()&%$^_ abfrcleftgin1.|'" + "\n"), max_size=30))
def test_any_text_is_a_formula_or_an_error(tex: str) -> None:
    """A writer's slip is never a traceback, nor MathML that holds LaTeX."""
    try:
        shown = mathml(tex, "inline")
    except FormulaError as error:
        assert str(error)
        return
    assert "<mi>&</mi>" not in shown
