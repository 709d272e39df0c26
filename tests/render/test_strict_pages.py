"""Strict pages: what a page held as a script or a style is in a file, and nothing else changed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.strict_pages import strict

PAGE = """<html><head><title>style="no"</title></head><body>
<p class="a" style="color: red">x</p><p style='color: red'>y</p><i style="">z</i>
<script>run("<p style='x'>")</script><script src="a.js"></script>
<script type="application/json">{"a": 1}</script><script type="module" async>import "b"</script>
<style>p { margin: 0 }</style><code>style="a"</code><!-- <p style="c"> -->
<textarea><p style="t"></textarea></body></html>"""


def taken(html: str) -> tuple[str, dict[str, str]]:
    """A page, and the files that were made of it."""
    files: dict[str, str] = {}

    def write(name: str, text: str) -> str:
        files[name] = text
        return f"files/{name}"

    return strict(html, write), files


def test_scripts_and_styles_become_files() -> None:
    """Programs and not data; in their places, with their attributes."""
    page, files = taken(PAGE)
    scripts = re.findall(r"<script([^>]*)></script>", page)
    assert len(scripts) == 3 and scripts[1] == ' src="a.js"'
    assert scripts[2].startswith(' type="module" async src="files/')
    assert '{"a": 1}' in page and "margin" not in page
    programs = [text for name, text in files.items() if name.endswith(".js")]
    assert sorted(programs) == ['import "b"', "run(\"<p style='x'>\")"]
    (sheet,) = [text for name, text in files.items() if name.endswith(".css")]
    assert "p { margin: 0 }" in sheet and sheet.count("color: red") == 1
    assert page.index('<link rel="stylesheet"') < page.index("</head>")


def test_a_style_becomes_a_class() -> None:
    """The same for the same words, beside those that are there."""
    page, _ = taken(PAGE)
    name = re.search(r'<p class="(nw-\w+) a">x', page)
    assert name is not None and f'<p class="{name[1]}">y' in page and "<i>z" in page


def test_what_only_looks_like_a_style_stays() -> None:
    """In text, titles, comments and fields."""
    page, _ = taken(PAGE)
    for each in ('style="no"', 'style="a"', '<p style="c">', '<p style="t">'):
        assert each in page


@given(st.lists(st.sampled_from(re.findall(r"<[^>]*>|[^<]+", PAGE)) | st.text()).map("".join))
def test_whatever_a_page_holds_once_is_enough(html: str) -> None:
    """What is strict is left as it is; without styles and scripts, so is any page."""
    page, files = taken(html)
    assert not files or page != html
    again, more = taken(page)
    assert again == page and not more
