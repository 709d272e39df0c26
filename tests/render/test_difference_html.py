"""The page of a difference: self-contained, safe, and read by all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsers import browser as browser

from notewright.render.difference_html import page
from notewright.run.comparison import compare
from notewright.run.manifest import RECORDS, Manifest, Part, Shown, words_of_svg

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
NAMES = ("main", "the current notes")


def svg(height: float, word: str = "accuracy") -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt" viewBox="0 0 90 60">'
        f'<!-- {word} --><path d="M 0 {height} L 90 10" style="stroke: #010203; fill: none"/></svg>'
    )


def manifest(text: str, height: float, machine: str = "Linux") -> Manifest:
    figure = svg(height)
    parts = (Part("text", text), Part("figure", words_of_svg(figure), "", figure))
    return Manifest(RECORDS, {"docs/a.md": (Shown(3, "fig-a", "c", machine, parts),)})


def made(old: str = "a 0.638\nb 1", new: str = "a 0.597\nb 1") -> str:
    return page(compare(manifest(old, 20), manifest(new, 30)), NAMES)


def test_old_and_new_stand_side_by_side() -> None:
    """The numbers that differ are marked, in both, and by more than a colour."""
    html = made()
    assert "<del>0.638</del>" in html and "<ins>0.597</ins>" in html
    assert html.count('src="data:image/svg+xml;base64,') == 2
    assert html.count("<h4>main</h4>") == 2
    assert "1 of 2 numbers differs, by up to 6.4 %" in html


def test_it_asks_nobody_and_runs_nothing() -> None:
    """Its policy forbids both, and there is nothing to forbid."""
    html = made()
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<link|https?://", html)


def test_what_a_manifest_says_is_text() -> None:
    """It may be a stranger's."""
    hostile = (
        Part("text", EVIL, EVIL),
        Part("figure", EVIL, EVIL, f"data:image/png;base64,{EVIL}"),
    )
    one = Manifest(RECORDS, {EVIL: (Shown(1, EVIL, "c", EVIL, hostile),)})
    other = Manifest(RECORDS, {EVIL: (Shown(1, EVIL, "c", EVIL, (Part("text", "x", EVIL),)),)})
    html = page(compare(one, other), (EVIL, EVIL))
    assert "<script" not in html and "<img src=x" not in html


def test_the_same_difference_is_the_same_page() -> None:
    """No clock and no random name."""
    assert made() == made()


def test_nothing_that_differs_is_a_page_too() -> None:
    """It says so."""
    same = compare(manifest("1", 1), manifest("1", 1))
    assert "All 1 notes are identical." in page(same, NAMES)


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_read_in_a_browser(browser: Browser, tmp_path: Path, scheme: Any) -> None:
    """In light and in dark with enough contrast, narrow and wide, without asking anybody."""
    file = tmp_path / "d.html"
    file.write_text(made(), "utf-8")
    asked: list[str] = []
    view = browser.new_page(color_scheme=scheme, viewport={"width": 1000, "height": 700})
    view.on("request", lambda request: asked.append(request.url))
    view.goto(file.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert view.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    assert view.evaluate("[...document.images].every(each => each.alt)")
    for selector in ("h1", ".quiet", "del", "ins", "a", ".side h4"):
        assert _contrast(*view.evaluate(COLOURS, selector)) >= 4.5, selector
    for width, columns in ((1000, 2), (320, 1)):
        view.set_viewport_size({"width": width, "height": 700})
        wide = view.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        grid = "getComputedStyle(document.querySelector('.sides')).gridTemplateColumns"
        assert len(view.evaluate(grid).split()) == columns
    view.close()


COLOURS = """selector => {
  const found = document.querySelector(selector);
  let ground = found;
  const clear = each => getComputedStyle(each).backgroundColor === "rgba(0, 0, 0, 0)";
  while (ground.parentElement && clear(ground)) ground = ground.parentElement;
  return [getComputedStyle(found).color, getComputedStyle(ground).backgroundColor];
}"""


def _contrast(first: str, second: str) -> float:
    """The ratio that WCAG asks for."""
    lights = sorted(map(_light, (first, second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
