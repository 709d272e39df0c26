"""Slides: a note cut at its headings."""

from __future__ import annotations

import base64
import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.articles import Article
from notewright.render.books import Chapter, Source
from notewright.render.slides import cut, slides


def test_headings_and_rules_begin_a_slide() -> None:
    """Down to the third level; what stands before the first is a slide, too."""
    html = "<p>0</p><h1>1</h1><p>a</p><h2>2</h2><h4>b</h4><hr /><p>3</p><hr><h3>4</h3>"
    assert cut(html) == [
        "<p>0</p>",
        "<h1>1</h1><p>a</p>",
        "<h2>2</h2><h4>b</h4>",
        "<p>3</p>",
        "<h3>4</h3>",
    ]


def test_headings_within_other_elements_begin_none() -> None:
    """In a callout, an embedded note or a table; a paragraph that nobody closed holds none."""
    inner = "<div><h2>in</h2><img src=a><br><hr/></div>"
    assert cut(f"<h1>1</h1>{inner}<details><h2>x</h2></details>") == [
        f"<h1>1</h1>{inner}<details><h2>x</h2></details>"
    ]
    assert cut("<p>open<h2>2</h2>") == ["<p>open", "<h2>2</h2>"]
    assert cut("<div><p>a</div><h2>2</h2>") == ["<div><p>a</div>", "<h2>2</h2>"]
    assert cut("<p>1</p>\n<svg><path/></svg>\n<h2>2</h2>")[1] == "<h2>2</h2>"


_PIECES = ["<h1>a</h1>", "<h2 id=x>\nb</h2>", "<hr />", "<p>é &amp; c\n</p>", "<div><h3>", "</div>"]


@given(st.lists(st.sampled_from(_PIECES)).map("".join))
def test_nothing_is_lost(html: str) -> None:
    """Whatever is open or closed, each piece is on one slide, but for rules."""
    kept, whole = "".join(cut(html)), html

    def text(some: str) -> str:
        return re.sub(r"\s|<hr />", "", some)

    assert text(kept) == text(whole)


def test_the_one_script_is_the_one_that_may_run() -> None:
    """By its digest, so that none of a note does."""
    note = Chapter("T", Article("a.md", "a/", "", "<h1>A</h1><h2>B</h2>"))
    found = slides("T", note, Source({}), "")
    script = found[found.index("<script>") + 8 : found.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in found
    assert re.findall(r'aria-label="(\d of \d)"', found) == ["1 of 2", "2 of 2"]
