"""Signs of formulas have the space and the place that TeX gives them."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from notewright.render.formula_html import mathml

MATH = "{http://www.w3.org/1998/Math/MathML}"


def shown(tex: str) -> Element:
    """The elements of a formula."""
    return fromstring(mathml(tex, "block"))


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        *((r"\pm", "±"), (r"\mp", "∓"), (r"\sim", "∼"), (r"\perp", "⟂"), (r"\iff", "⟺")),
        *((r"\implies", "⟹"), (r"\longrightarrow", "⟶"), (r"\longmapsto", "⟼"), ("=", "=")),
    ],
)
def test_a_sign_between_others_is_no_letter(command: str, sign: str) -> None:
    """Browsers leave space around operators alone."""
    found = shown(rf"a {command} b")
    assert [each.text for each in found.iter(f"{MATH}mo")] == [sign]
    assert [each.text for each in found.iter(f"{MATH}mi")] == ["a", "b"]


@pytest.mark.parametrize("command", [r"\infty", r"\wp", r"\sharp", r"\emptyset"])
def test_a_sign_that_is_a_name_is_no_operator(command: str) -> None:
    """As in `[0, \\infty)`, which had space before its bracket."""
    assert not list(shown(rf"{command} x").iter(f"{MATH}mo"))


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        *((r"\bar", "¯"), (r"\hat", "ˆ"), (r"\tilde", "˜"), (r"\dot", "˙"), (r"\ddot", "¨")),
        *((r"\check", "ˇ"), (r"\breve", "˘"), (r"\acute", "´"), (r"\grave", "`")),
        *((r"\widehat", "ˆ"), (r"\widetilde", "˜")),
    ],
)
def test_an_accent_is_one_for_browsers(command: str, sign: str) -> None:
    """Else it is set small, and far above its letter."""
    (over,) = shown(rf"{command}{{x}}").iter(f"{MATH}mover")
    assert (over.get("accent"), over[1].text, over[1].get("stretchy")) == ("true", sign, "false")


def test_a_line_is_as_long_as_what_it_stands_over() -> None:
    (over,) = shown(r"\overline{AB}").iter(f"{MATH}mover")
    assert (over.get("accent"), over[1].text, over[1].get("stretchy")) == ("true", "‾", "true")
    (under,) = shown(r"\underline{AB}").iter(f"{MATH}munder")
    assert (under.get("accentunder"), under[1].get("stretchy")) == ("true", "true")


def test_a_limit_is_no_accent() -> None:
    """Nor is a word or a sign that is set over another."""
    for tex in (r"\overset{!}{=}", r"\sum_{i}^{n} x", r"\vec v", r"\overbrace{a + b}^n"):
        assert all(each.get("accent") is None for each in shown(tex).iter(f"{MATH}mover")), tex
