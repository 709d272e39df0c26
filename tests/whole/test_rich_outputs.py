"""Rich outputs: LaTeX, Markdown, diagrams with ids, figures of plotly. No cell runs here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from converted import read
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.render import plotly_html
from notewright.render.cell_html import Renderer
from notewright.render.third_parties import addresses, unwritten
from notewright.render.unique_ids import with_unique_ids
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs
from notewright.run.worker.outputs import Output
from notewright.run.worker.random_ids import RandomIds

CELL: Cell = Note("a.md", "docs/a.md", "```python\nx\n```\n").cells[0]
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def output(**data: Any) -> Output:
    mimes = {name.replace("_", "/"): content for name, content in data.items()}
    return outputs.display(mimes, {}, is_result=True)


def shown(*given: Output, renderer: Renderer | None = None) -> str:
    renderer = renderer or Renderer("../")
    return renderer.outputs(CellResult(CELL, CellRecord(list(given))))


@pytest.mark.parametrize(
    "latex",
    [r"$\displaystyle x^{2}$", "$$x^{2}$$", r"\[x^{2}\]", r"\begin{equation}x^{2}\end{equation}"],
)
def test_latex_is_a_formula(latex: str) -> None:
    """`Math`, `Latex` and whatever says of itself what it is in LaTeX."""
    html = shown(output(text_latex=latex, text_plain="x**2"))
    assert "<msup>" in html
    assert 'display="block"' in html
    assert "$" not in html and "x**2" not in html


def test_text_in_latex_stays_text() -> None:
    """`Latex` may hold words, with formulas between them."""
    html = shown(output(text_latex="so <b> $x < 1$ and \\(y\\)."))
    assert "so &lt;b&gt; " in html
    assert html.count('display="inline"') == 2


def test_latex_that_is_no_formula_gives_way_to_the_text() -> None:
    """A library's own LaTeX may use what is not known here; then its text is right."""
    html = shown(output(text_latex=r"$\undreamt{x}$", text_plain="undreamt(x)"))
    assert "undreamt(x)" in html and "<math" not in html


def test_html_is_richer_than_latex() -> None:
    """As in Jupyter: a value that has both is shown as HTML."""
    assert "<math" not in shown(output(text_latex="$x$", text_html="<i>x</i>"))


def test_markdown_of_a_cell_has_formulas_and_tables() -> None:
    """What `Markdown(…)` shows in a notebook, it shows here."""
    html = shown(
        output(text_markdown="a $x^2$ b\n\n$$\ny^2\n$$\n\n| a | b |\n|---|---|\n| 1 | ~~2~~ |\n")
    )
    page = read(html)
    assert [each.attributes["display"] for each in page.all("math")] == ["inline", "block"]
    assert [each.text for each in page.all("td")] == ["1", "2"]
    assert page.all("s")


def test_markdown_of_a_cell_keeps_prices() -> None:
    """Money is no formula, and HTML in Markdown is text."""
    html = shown(output(text_markdown="from $5 to $10 <b>now</b>"))
    assert "from $5 to $10 &lt;b&gt;now" in html


DIAGRAM = """
<style>#sk-1 .a {color: red} #sk-10 {x: y} .sk-1 {}</style>
<div id="sk-1" aria-labelledby='sk-10 other'><input id=sk-10 type="checkbox">
<label for="sk-10">#sk-1</label><a href="#sk-1" onclick="go('sk-1')">x</a>
<svg><use xlink:href="#sk-10"/><g fill="url(#sk-1)"/></svg></div>
<script>force('sk-1'); document.querySelector("#sk-10 .b"); const name = "sk-10";</script>
"""


def test_ids_of_two_diagrams_never_meet() -> None:
    """Labels, links, styles and scripts go with their own diagram."""
    html = shown(output(text_html=DIAGRAM), output(text_html=DIAGRAM))
    ids = all_ids(html)
    assert len(ids) == len(set(ids)) == 4
    for number in (0, 1):
        outer, inner = ids[2 * number : 2 * number + 2]
        for part in (
            f"#{outer} .a",
            f"#{inner} {{",
            f"aria-labelledby='{inner} other'",
            f'for="{inner}"',
            f'href="#{outer}"',
            f"go('{outer}')",
            f'xlink:href="#{inner}"',
            f"url(#{outer})",
            f"force('{outer}')",
            f'"#{inner} .b"',
        ):
            assert part in html
    assert html.count(">#sk-1<") == 2, "text is text"
    assert html.count('name = "sk-10"') == 2, "and so is what finds nothing"


def test_a_cell_may_name_the_id_of_an_earlier_one() -> None:
    """A script that draws into another cell's element still finds it."""
    html = shown(
        output(text_html='<div id="map"></div>'),
        output(text_html="<script>document.getElementById('map')</script>"),
    )
    (name,) = all_ids(html)
    assert f"getElementById('{name}')" in html


def test_the_same_diagram_of_two_notes_on_a_page_has_other_ids() -> None:
    """An embedded note brings its ids along."""
    names = [
        all_ids(shown(output(text_html=DIAGRAM), renderer=Renderer("../", note=note)))
        for note in "ab"
    ]
    assert not set(names[0]) & set(names[1])


def test_a_styled_table_has_the_same_ids_each_time() -> None:
    """pandas draws them at random."""
    tables = [
        RandomIds().replaced(
            f'<style>#T_{uid}_row0 {{}}</style><table id="T_{uid}"><td id="T_{uid}_row0">T_{uid}x'
        )
        for uid in ("12abc", "fe980")
    ]
    assert tables[0].removesuffix("12abcx") == tables[1].removesuffix("fe980x")
    assert "T_00001_row0" in tables[0]


def test_a_figure_of_plotly_asks_this_site_alone() -> None:
    """Its script is a file of the site, once; the figure is data."""
    renderer = Renderer("../")
    figure = {
        "data": [{"y": [1, "</script>"]}],
        "layout": {},
        "config": {"plotlyServerURL": "https://plot.ly"},
    }
    given = outputs.display({"application/vnd.plotly.v1+json": figure}, {}, is_result=False)
    html = shown(given, given, renderer=renderer)
    assert list(renderer.assets) == ["assets/notewright/plotly.min.js"]
    assert html.count('data-nw-plotly="../assets/notewright/plotly.min.js"') == 2
    assert html.count("</script>") == 2
    assert "plot.ly" not in html


def test_an_untrusted_figure_of_plotly_brings_no_script() -> None:
    """Nor is the script written into the site."""
    renderer = Renderer("../", trusted=False)
    given = outputs.display({"application/vnd.plotly.v1+json": {"data": []}}, {}, is_result=False)
    html = shown(given, renderer=renderer)
    assert "<script" not in html and "data-nw-plotly" not in html
    assert not renderer.assets


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<script src="https://cdn.plot.ly/plotly.js"></script>', "https://cdn.plot.ly/plotly.js"),
        (
            '<script type=module>import "https://cdn.plot.ly/plotly-3"</script>',
            "https://cdn.plot.ly/plotly-3",
        ),
        (
            "<script>require.config({paths: {'a': ['https://x.org/a.js']}})</script>",
            "https://x.org/a.js",
        ),
        ("<link rel=stylesheet href=//x.org/a>", "//x.org/a"),
        ('<img alt="a > b" src="https://x.org/a.png">', "https://x.org/a.png"),
        ("<style>@import url('https://x.org/a.css')</style>", "https://x.org/a.css"),
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_seen(html: str, found: str) -> None:
    """Scripts, styles and pictures."""
    assert found in addresses(html)
    assert unwritten(html, "show()")
    assert not unwritten(html, f"show('{found}')")


def test_a_link_that_a_reader_follows_loads_nothing() -> None:
    """Nor do namespaces, comments and words."""
    html = (
        '<a href="https://scikit-learn.org/a.html">?</a> https://x.org/a.js'
        '<svg xmlns="http://www.w3.org/2000/svg"></svg><script>// https://github.com/a.js\n</script>'
    )
    assert addresses(html) == []


def all_ids(html: str) -> list[str]:
    class Ids(HTMLParser):
        found: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found += [value or "" for name, value in attrs if name == "id"]

    reader = Ids()
    reader.found = []
    reader.feed(html)
    return reader.found


names = st.text("ab-_1", min_size=1, max_size=3).filter(lambda name: name[0].isalpha())
texts = st.text(max_size=20)


@st.composite
def rich_html(draw: st.DrawFn) -> str:
    own = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    quote = draw(st.sampled_from(["'", '"']))
    parts = [
        f"<div id={quote}{name}{quote}><label for={quote}{name}{quote}>x</label></div>"
        for name in own
    ]
    parts.append(f"<style>#{own[0]} {{}}</style><script>go('{own[-1]}')</script>")
    parts.append(draw(texts).replace("<", "&lt;"))
    return "".join(draw(st.permutations(parts)))


any_output = st.one_of(
    rich_html().map(lambda html: output(text_html=html)),
    texts.map(lambda text: output(text_latex=text, text_plain=text)),
    st.sampled_from(["x^2", r"\frac{1}{2}", r"\foo"]).map(
        lambda tex: output(text_latex=f"${tex}$", text_plain=tex)
    ),
    texts.map(lambda text: output(text_markdown=text)),
    texts.map(lambda text: output(text_plain=text)),
    texts.map(lambda text: outputs.stream("stdout", text)),
    texts.map(lambda text: outputs.error("ValueError", text)),
)


@given(st.lists(any_output, min_size=1, max_size=4), st.booleans())
def test_any_outputs_make_a_page(given_outputs: list[Output], trusted: bool) -> None:
    """It parses; no id is there twice, no control character, and nobody else is asked."""
    html = shown(*given_outputs, renderer=Renderer("../", trusted))
    found = all_ids(html)
    assert len(found) == len(set(found))
    assert not CONTROLS.search(html)
    assert addresses(html) == []
    labels = [
        each.attributes["for"] for each in read(html).all("label") if "for" in each.attributes
    ]
    assert set(labels) <= set(found)
    assert list(unclosed(html)) == []


def unclosed(html: str) -> Iterator[str]:
    """Elements of ours that do not end."""
    for tag in ("div", "pre", "math", "span"):
        if len(re.findall(rf"<{tag}\b", html)) != html.count(f"</{tag}>"):
            yield tag


@given(rich_html())
def test_ids_are_made_unique_once(html: str) -> None:
    """Only ids and what names them change."""
    changed = with_unique_ids(html, "p", {})
    assert changed.replace("p-", "") == html.replace("p-", "")


def test_a_figure_of_plotly_is_a_picture_where_kaleido_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is drawn once, has the alt text of the cell, and the same ids each time."""
    drawn: list[Any] = []
    monkeypatch.setattr(plotly_html, "version", lambda name: "1")

    def draw(figure: str) -> str:
        drawn.append(figure)
        return '<svg width="7" height="5"><g id="a"/></svg>'

    monkeypatch.setattr(plotly_html, "_draw", draw)
    given = outputs.display({"application/vnd.plotly.v1+json": {"data": []}}, {}, is_result=False)
    pages = [
        shown(given, renderer=Renderer("../", pictures=plotly_html.store_of(tmp_path)))
        for _ in range(2)
    ]
    assert pages[0] == pages[1]
    assert "<svg" in pages[0] and "<script" not in pages[0]
    assert len(drawn) == 1
    untrusted = Renderer("../", trusted=False, pictures=plotly_html.store_of(tmp_path))
    assert "<svg" not in shown(given, renderer=untrusted)


@pytest.mark.parametrize(
    "address", ["https://x.org/a.png", "//x.org/a.png", r"\\\\x.org", " HTTP://x.org", "/\\\\x.org"]
)
def test_html_that_is_not_trusted_asks_nobody(address: str) -> None:
    """Not even for a picture."""
    html = shown(
        output(text_html=f'<img alt="a" src="{address}"><a href="https://x.org">b</a>'),
        renderer=Renderer("../", trusted=False),
    )
    assert '<img alt="a">' in html
    assert 'href="https://x.org"' in html
