"""Cleaning: of a page of random HTML nothing is left that runs, and nothing changes twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import elements

from notewright.render.cleaning import clean_page, clean_svg, is_unsafe

PIECES = re.findall(
    r"\S+",
    """
    <script> </script> <style> </style> <svg> </svg> <math> </math> <mtext> <mglyph> <foreignObject>
    <table> <td> </table> <title> </title> <textarea> </textarea> <noscript> </noscript> <template>
    <iframe> <p> </p> <!-- --> --!> <![CDATA[ ]]> <annotation-xml> <desc> <form> <select> <b> </b>
    <plaintext> <xmp> <a> </a> <img/src=x/onerror=evil()> <b/onclick=evil()> &lt; &gt; &quot; " ' `
    <a/href="javascript:evil()"> <a/href=&#106;avascript:evil()> <svg/onload=evil()> <math>
    <p/id="__config"> <p/style="background:url(evil)"> <input/type=text/onfocus=evil()/autofocus>
    <video/src=x/onerror=evil()> <iframe/src="evil.html"> <iframe/srcdoc="<script>evil()"> <base>
    <use/href="evil"> <animate/attributeName=href/to=javascript:evil()> <x> evil() </ <
    """,
)
"""What parsers of HTML were fooled with, in pieces."""


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_is_left_that_runs(html: str) -> None:
    """However the pieces stand in each other."""
    page = clean_page(html)
    shown = re.sub(r"<!--.*?-->", "", page, flags=re.S)
    assert not re.search(r"<(?:script|style|base|form|template|noscript|animate|use)\b", shown)
    for each in elements(page):
        assert not [name for name in each.attributes if name.startswith("on") or name == "srcdoc"]
        assert not is_unsafe(each.attributes.get("href", ""))
        assert not each.attributes.get("id", "").startswith("__")
        assert "evil" not in each.attributes.get("style", "")


@pytest.mark.parametrize("name", ["__tabbed_1_2", "__codelineno-0-1", "__span-0-1", "part", "_x"])
def test_ids_of_tabs_and_lines_stay(name: str) -> None:
    """Only those that the theme has for itself are taken away."""
    assert f'id="{name}"' in clean_page(f'<p id="{name}">x</p>')


def test_a_drawing_keeps_its_styles_and_labels() -> None:
    """A figure from a record keeps neither: a style of its file could reach its page."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:red}</style><foreignObject>'
        '<div xmlns="http://www.w3.org/1999/xhtml" onclick="evil()">label<script>evil()</script>'
        "</div></foreignObject></svg>"
    )
    drawing = clean_svg(svg, is_drawing=True)
    assert "fill:red" in drawing
    assert "label" in drawing
    assert "evil" not in drawing
    assert "label" not in clean_svg(svg)
