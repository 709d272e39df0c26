"""A site is read page by page: its own texts and figures, whatever HTML it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import EngineError
from notewright.hosts.site_texts import of_site
from notewright.run.comparison import compare
from notewright.run.manifest import Manifest

PAGE = """<html><body><nav>Menu</nav><main><article>
<h1 id="a">A<a class="headerlink">¶</a></h1><p>It is <b>0.5</b>.</p>
<div class="nw-cell" id="fig-a"><pre><code>x = 1</code></pre><div class="nw-outputs">
<table><tr><th>k</th><td>1.5</td></tr></table><p>a<br>b</p>
<svg class="nw-svg" role="img"><path d="M 1 2"/></svg></div></div>
<p>After &amp; below.</p><script>let x = 9</script></article></main><footer>2026</footer></body>
</html>"""

SOUP = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<div class='nw-cell'>",
                "</div>",
                "<h2 id=x>",
                "</h2>",
                "<br>",
                "<br/>",
            ),
            *(
                "<script>",
                "</script>",
                "<pre>",
                "</pre>",
                "<td>",
                "<!--",
                "-->",
                "<!--nw-figure-3-->",
            ),
            *(
                '<svg class="nw-svg">',
                "</svg>",
                "<img class=nw-svg src='../x'>",
                "<article>",
                "<main>",
            ),
            *("</article>", "</main>", "</body>", "&lt;", "&", "<", "0.5", "text", "\n", "\x00"),
        ]
    ),
    max_size=25,
).map("".join)


def site(folder: Path, html: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(html, "utf-8")
    return folder


def test_a_page_is_cut_at_headings_and_cells(tmp_path: Path) -> None:
    """What the theme adds, scripts and signs of links are not read."""
    blocks = of_site(site(tmp_path, PAGE)).notes["index.html"]
    texts = [[part.text for part in block.parts if part.kind == "text"] for block in blocks]
    assert texts == [["A\nIt is 0.5."], ["x = 1\nk  1.5\na\nb"], ["After & below."]]
    assert [block.label for block in blocks] == ["a", "fig-a", ""]
    (figure,) = (part for part in blocks[1].parts if part.kind == "figure")
    assert figure.figure.startswith("<svg")


def test_a_folder_without_pages_is_told(tmp_path: Path) -> None:
    """It is no site in which all is the same."""
    with pytest.raises(EngineError, match="no pages in"):
        of_site(tmp_path)


@given(html=SOUP)
def test_any_html_is_read(html: str, tmp_path: Path) -> None:
    """Nothing ends the reader, and the same page is always the same."""
    made = of_site(site(tmp_path / "site", html))
    made.write(tmp_path / "m.json")
    again = Manifest.read(tmp_path / "m.json")
    assert again == made and compare(again, of_site(tmp_path / "site")).notes == ()
