"""Figures in the colours of the page, light and dark, several on one page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render import figure_html

SVG = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460.8pt" height="345.6pt" \
viewBox="0 0 460.8 345.6" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><x>Matplotlib</x></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="figure_1">
  <rect style="fill: #fdfcfb" width="10" height="345.6"/>
  <path id="m1" d="M 0 0" style="stroke: #000000"/>
  <g clip-path="url(#p1)"><use xlink:href="#m1" x="1" style="fill: #010203"/></g>
  <path style="stroke: #0a0b0c"/>
  <!-- a text -->
 </g>
 <defs><clipPath id="p1"><rect/></clipPath></defs>
</svg>
"""


def parsed(svg: str) -> ElementTree.Element:
    """The SVG, which has to be well-formed."""
    return ElementTree.fromstring(svg)


@pytest.fixture(scope="module")
def drawn() -> str:
    """A figure of Matplotlib in our style, drawn as a worker does."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from notewright.run.worker.environment import STYLE_FILE
    from notewright.run.worker.figures import draw

    with mpl.rc_context(fname=str(STYLE_FILE)):
        figure = Figure()
        axes = figure.subplots()
        axes.plot([1, 2, 3], label="a")
        axes.scatter([1, 2], [2, 1], color="black")
        axes.axhline(1, color="k")
        axes.grid(visible=True)
        axes.legend()
        axes.set(xlabel="x", ylabel="y", title="Title")
        svg, _ = draw(figure)
    return svg


SENTINELS = ("#010203", "#fdfcfb", "#0a0b0c")


@pytest.mark.parametrize(
    "colours", [figure_html.INLINE, figure_html.LIGHT, figure_html.DARK], ids=len
)
def test_no_sentinel_colour_reaches_a_page(drawn: str, colours: dict[str, str]) -> None:
    """Text, paper and grid of a real figure all take the page's colours."""
    assert all(sentinel in drawn for sentinel in SENTINELS)
    shown = figure_html.recolour(drawn, colours)
    assert not any(sentinel in shown for sentinel in SENTINELS)
    assert all(colour in shown for sentinel, colour in colours.items() if sentinel in drawn)


def test_black_lines_follow_the_text(drawn: str) -> None:
    """A black line is seen on a dark page, and so is a black point."""
    assert "#000000" not in drawn
    for colours in (figure_html.LIGHT, figure_html.DARK):
        assert "#000000" not in figure_html.recolour(drawn, colours)


@pytest.mark.parametrize("which", ["made", "drawn"])
def test_an_inlined_figure_is_well_formed_and_brings_no_style(which: str, drawn: str) -> None:
    """The page around a figure keeps its look, and the figure is one element."""
    shown = figure_html.inline(SVG if which == "made" else drawn, "nw1", "A curve")
    root = parsed(shown)
    assert root.tag.endswith("svg")
    for part in ("<?xml", "<!DOCTYPE", "<!--", "<style", "<metadata"):
        assert part not in shown


def test_what_a_style_says_twice_is_one_attribute() -> None:
    """An image without interpolation names two renderings; a file with both is no figure."""
    style = "image-rendering:crisp-edges;image-rendering:pixelated"
    svg = SVG.replace("<rect ", f'<image width="2" height="2" style="{style}"/><rect ', 1)
    shown = figure_html.in_both_schemes(svg)
    assert 'image-rendering="pixelated"' in shown
    assert parsed(shown).tag.endswith("svg")


def test_ids_of_two_figures_on_one_page_never_meet(drawn: str) -> None:
    """The clip path of one figure does not cut the other."""
    first, second = (ids(figure_html.inline(drawn, prefix, "")) for prefix in ("nw1", "nw2"))
    assert first
    assert not first & second


def test_every_reference_still_finds_its_id(drawn: str) -> None:
    """Markers and clip paths are found under their new names."""
    for svg in (SVG, drawn):
        shown = figure_html.inline(svg, "nw1", "")
        assert references(shown)
        assert references(shown) <= ids(shown)


def ids(svg: str) -> set[str]:
    return {id_ for each in parsed(svg).iter() if (id_ := each.get("id"))}


def references(svg: str) -> set[str]:
    href = "{http://www.w3.org/1999/xlink}href"
    used = {each.get(href, "").removeprefix("#") for each in parsed(svg).iter()} - {""}
    return used | set(re.findall(r"url\(#([^)]+)\)", svg))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",))))
def test_any_alt_text_arrives_as_it_was_written(alt: str) -> None:
    """Quotes, angle brackets and backslashes in an alt text break no page."""
    root = parsed(figure_html.inline(SVG, "nw1", alt))
    assert root.get("aria-label") == alt
    assert root.get("role") == "img"


def test_a_figure_keeps_its_size_in_the_units_of_the_page() -> None:
    """Points become pixels once, on the figure and on nothing in it."""
    root = parsed(figure_html.recolour(SVG, figure_html.LIGHT))
    assert (root.get("width"), root.get("height")) == ("614", "461")
    (rect,) = (each for each in root.iter() if each.get("width") == "10")
    assert rect.get("height") == "345.6"
    assert root.get("viewBox") == "0 0 460.8 345.6"


@pytest.mark.parametrize(("colours", "paper"), [(figure_html.LIGHT, 1.0), (figure_html.DARK, 0.02)])
def test_text_is_read_on_its_paper(colours: dict[str, str], paper: float) -> None:
    """Contrast of text and paper is at least 7 to 1 in both files."""
    text, ground = (luminance(colours[each]) for each in SENTINELS[:2])
    assert ground == pytest.approx(paper, abs=0.02)
    light, dark = max(text, ground), min(text, ground)
    assert (light + 0.05) / (dark + 0.05) >= 7


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return sum(factor * each for factor, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_figure_is_recoloured_the_same_each_time(drawn: str) -> None:
    """Two builds give the same bytes."""
    assert figure_html.inline(drawn, "nw1", "a") == figure_html.inline(drawn, "nw1", "a")


def test_figures_are_taken_out_of_a_page_and_put_back() -> None:
    """What reads the page in between finds a comment; all else of the page is untouched."""
    one, two = (figure_html.inline(SVG, prefix, "alt") for prefix in ("a", "b"))
    page = f"<p>x</p>{one}<pre>&lt;svg</pre>{two}<svg><g/></svg><!--nw-figure-7-->"
    short, figures = figure_html.without_figures(page)
    assert figures == [one, two]
    assert "<path" not in short and "<svg><g/></svg>" in short
    assert figure_html.with_figures(short, figures) == page
    assert figure_html.without_figures("<svg") == ("<svg", [])


def test_one_file_has_the_colours_of_both_schemes() -> None:
    """The drawing once, with no sentinel left; it stays well-formed, whatever its element is."""
    shown = figure_html.in_both_schemes(SVG)
    assert parsed(shown).tag.endswith("svg") and shown.count("M 0 0") == 1
    assert not [each for each in SENTINELS if each in shown]
    used = [each for each in figure_html.ON_LIGHT if each in SVG]
    assert used and all(figure_html.ON_LIGHT[each] in shown for each in used)
    assert all(figure_html.ON_DARK[each] in shown for each in used)
    assert len(shown) < len(figure_html.recolour(SVG, figure_html.LIGHT)) + 400
    odd = '<svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b"><g fill="#010203"/></svg>'
    assert parsed(figure_html.in_both_schemes(odd)).get("aria-label") == "a > b"
    for empty in ("<svg/>", "<svg></svg>"):
        parsed(figure_html.in_both_schemes(empty))
