"""Long names in inline code can be cut where a reader would cut them."""

from __future__ import annotations

import re

import pytest
from converted import convert

NAME = "sklearn.cluster.KMeans"
CUT = "sklearn.<wbr />cluster.<wbr />KMeans"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"`{NAME}`", f"<code>{CUT}</code>"),
        (f"`{NAME}.fit_predict()`", f"<code>{CUT}.<wbr />fit_predict()</code>"),
        (f"[`{NAME}`](u/)", f'<a href="u/"><code>{CUT}</code></a>'),
        ("`docs/engine/note-format.md`", "docs/<wbr />engine/<wbr />note-format.<wbr />md"),
        ("`0.1234567890123456789`", "0.1234567890123456789"),
        ("`numpy.mean`", "numpy.mean"),
        (f"`x = {NAME}`", f"x = {NAME}"),
        (f"`a.bcdefghijklmnopqrs<{NAME}`", f"a.<wbr />bcdefghijklmnopqrs&lt;{CUT}"),
        (f"\n\n    {NAME}\n", NAME),
        (f"```text\n{NAME}\n```", NAME),
        (NAME, NAME),
    ],
)
def test_a_long_name_may_go_on_in_the_next_line(text: str, shown: str) -> None:
    """Behind a dot or a slash; neither a number, nor code of several words, nor a block of it."""
    html = convert(text).html
    assert shown in html
    assert html.count("<wbr") == shown.count("<wbr")


def test_a_heading_says_the_same() -> None:
    """Its address is that of the name."""
    html = convert(f"## Of `{NAME}`\n").html
    assert CUT in html and 'id="of-sklearnclusterkmeans"' in html


def test_an_embedded_note_is_cut_once() -> None:
    """It is converted by itself before it stands in another."""
    html = convert("![[b]]", others={"b.md": f"# B\n\n`{NAME}`\n"}).html
    assert len(re.findall("<wbr", html)) == 2
