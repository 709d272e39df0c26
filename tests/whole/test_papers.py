"""The two papers: contrast of each pair of colours, and distances of the palettes."""

from __future__ import annotations

import itertools
import math
import re
from importlib import resources

import pytest

from notewright.render import figure_html
from notewright.run.worker.environment import STYLE_FILE

STYLES = resources.files("notewright").joinpath("render/assets/papers.css").read_text("utf-8")
SCHEMES = ("light", "dark")
LEAST = {
    **dict.fromkeys(("ink", "ink2", "pen", "ok", "where", "red", "ink3"), 4.5),
    **dict.fromkeys(("keyword", "string", "number", "name"), 4.5),
    **dict.fromkeys((f"c{number}" for number in range(1, 7)), 3.0),
    "edge": 3.0,  # borders of controls
}
"""The least contrast of what is read, and of what is only seen, with each of the papers."""

Colour = tuple[float, float, float]

# Machado, Oliveira and Fernandes 2009, severity 1: how three kinds of readers see linear colours.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme, as the style sheet of all vaults has them."""
    start = STYLES.index('[data-md-color-scheme="slate"]' if scheme == "dark" else ":root")
    block = STYLES[start : STYLES.index("}", start)]
    return dict(re.findall(r"--nw-([\w]+): (#[0-9a-f]{6})", block))


def linear(colour: str) -> Colour:
    """Light of a colour, red, green and blue."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Contrast by WCAG."""
    low, high = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in (linear(one), linear(other))
    )
    return (high + 0.05) / (low + 0.05)


def oklab(colour: Colour) -> Colour:
    """A colour where distances are those that are seen."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def seen(colour: str, sight: str) -> Colour:
    """A colour as some readers see it."""
    light = linear(colour)
    rows = SIGHTS[sight]
    red, green, blue = (sum(a * b for a, b in zip(row, light, strict=True)) for row in rows)
    return oklab((red, green, blue))


def distance(colours: list[str]) -> float:
    """The smallest distance of two of some colours, over four kinds of sight, times 100."""
    return min(
        100 * math.dist(seen(one, sight), seen(other, sight))
        for sight in SIGHTS
        for one, other in itertools.combinations(colours, 2)
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("paper", ["page", "paper"])
@pytest.mark.parametrize("name", LEAST)
def test_each_colour_is_read_on_both_papers(scheme: str, paper: str, name: str) -> None:
    """Text has 4.5:1, what is no text 3:1, in both schemes."""
    found = tokens(scheme)
    assert contrast(found[name], found[paper]) >= LEAST[name]


@pytest.mark.parametrize(("scheme", "least"), [("light", 10.5), ("dark", 11.0)])
def test_series_are_told_apart_by_all_readers(scheme: str, least: float) -> None:
    """Six colours, of which no two are near each other for any of four kinds of sight."""
    found = tokens(scheme)
    assert distance([found[f"c{number}"] for number in range(1, 7)]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
def test_verdicts_are_told_apart_by_all_readers(scheme: str) -> None:
    """They have sign and word beside their colour; the colours differ all the same."""
    found = tokens(scheme)
    assert distance([found[name] for name in ("ok", "where", "red")]) >= 5.0


def test_a_figure_that_is_a_file_has_the_same_colours() -> None:
    """A file knows nothing of the page's style sheet, so it has a copy."""
    for scheme in SCHEMES:
        found = tokens(scheme)
        series = [found[f"c{number}"] for number in range(1, 7)]
        assert list(figure_html.SERIES[scheme]) == series
    light, dark = figure_html.ON_LIGHT, figure_html.ON_DARK
    for scheme, colours in zip(SCHEMES, (light, dark), strict=True):
        for sentinel, name in zip(colours, ("ink", "paper", "rule"), strict=False):
            assert colours[sentinel] == tokens(scheme)[name]


def test_series_of_a_figure_follow_the_page() -> None:
    """The colours of `matplotlibrc` are the page's in a figure that is a part of it."""
    cycle = re.search(r"axes.prop_cycle: cycler\('color', \[(.*)\]\)", STYLE_FILE.read_text())
    assert cycle is not None
    assert [f"#{each}" for each in re.findall(r"[0-9a-f]{6}", cycle[1])] == list(figure_html.CYCLE)
    svg = f'<svg width="1pt" height="1pt"><path style="stroke: {figure_html.CYCLE[1]}"/></svg>'
    assert "var(--nw-c2" in figure_html.inline(svg, "x", "alt")
    assert figure_html.SERIES["dark"][1] in figure_html.in_both_schemes(svg)


def test_no_string_of_our_styles_looks_like_a_comment() -> None:
    """Comments are taken out of what readers load, by what they look like."""
    for sheet in resources.files("notewright").joinpath("render/assets").iterdir():
        if sheet.name.endswith(".css"):
            text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
            assert "/*" not in text and "*/" not in text, sheet.name
            assert text.count("{") == text.count("}"), sheet.name
