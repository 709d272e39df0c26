"""In a real browser: the file of a large figure has the colours that its address asks for."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from browsers import CHROMIUM, chromium

from notewright.render import figure_dots
from notewright.render.figure_html import ON_DARK, ON_LIGHT, SCHEMES, in_both_schemes
from notewright.run.worker.figure_colours import GRID, PAPER, TEXT

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() or os.environ.get("NOTEWRIGHT_BROWSER") != "1",
    reason="looks at figures in Chromium: `nox -s browser`",
)

SVG = f"""<?xml version="1.0"?>
<svg width="30pt" height="10pt" viewBox="0 0 30 10" xmlns="http://www.w3.org/2000/svg">
 <style>*{{}}</style>
 <rect x="0" width="10" height="10" style="fill: {TEXT}"/>
 <rect x="10" width="10" height="10" style="fill: {PAPER}"/>
 <rect x="20" width="10" height="10" fill="{GRID}"/>
</svg>
"""
PAGE = """<body style="margin: 0">
<img src="a.svg#only-light" width="300" height="100"><br>
<img src="a.svg#only-dark" width="300" height="100"></body>"""
COLOURS = """() => [...document.images].map((image) => {
  const canvas = new OffscreenCanvas(30, 10).getContext("2d");
  canvas.drawImage(image, 0, 0, 30, 10);
  return [5, 15, 25].map((x) => "#" + [...canvas.getImageData(x, 5, 1, 1).data]
    .slice(0, 3).map((each) => each.toString(16).padStart(2, "0")).join(""));
})"""


@pytest.mark.gate
def test_one_file_is_light_and_dark(tmp_path: Path) -> None:
    """By the fragment of its address, in images of one page."""
    text = in_both_schemes(SVG)
    with chromium() as browser:
        page = browser.new_page()
        answers = {
            "/a.svg": {"body": text, "content_type": "image/svg+xml"},
            "/": {"body": PAGE, "content_type": "text/html"},
        }
        page.route("**/*", lambda route: route.fulfill(**_answer(answers, route.request.url)))
        page.goto("http://notes.test/")
        page.wait_for_load_state("networkidle")
        found = page.evaluate(COLOURS)
    wanted = [[colours[each] for each in (TEXT, PAPER, GRID)] for colours in (ON_LIGHT, ON_DARK)]
    assert SCHEMES == ("only-light", "only-dark")
    assert found == wanted


DIFFERENCE = """async ([before, after]) => {
  const [width, height] = [2000, 1600]; // four times larger: edges count for little
  const drawn = async (svg) => {
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(svg);
    await image.decode();
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, width, height);
    canvas.drawImage(image, 0, 0, width, height);
    return canvas.getImageData(0, 0, width, height).data;
  };
  const [a, b] = [await drawn(before), await drawn(after)];
  let far = 0, inked = 0;
  for (let i = 0; i < a.length; i += 4) {
    inked += a[i] < 250;
    far += Math.max(...[0, 1, 2].map((n) => Math.abs(a[i + n] - b[i + n]))) > 128;
  }
  return [far, inked];
}"""


@pytest.mark.nightly
def test_dots_look_as_they_did() -> None:
    """As one path they have the places, shapes, sizes and colours of those that stood alone."""
    places = np.random.default_rng(0).uniform(20, 380, (3, 200, 2))
    circle = (
        "M 0 3 C 0.8 3 1.56 2.68 2.12 2.12 C 2.68 1.56 3 0.8 3 0 C 3 -0.8 2.68 -1.56 2.12 -2.12 "
        "C 1.56 -2.68 0.8 -3 0 -3 C -0.8 -3 -1.56 -2.68 -2.12 -2.12 C -2.68 -1.56 -3 -0.8 -3 0 "
        "C -3 0.8 -2.68 1.56 -2.12 2.12 C -1.56 2.68 -0.8 3 0 3 z"
    )
    shapes = (circle, "M -2 2 L 2 2 L 2 -2 L -2 -2 z", "M 0 -3 L -3 3 L 3 3 z")
    looks = ('fill="#0b53b8" stroke="#0b53b8"', 'fill="#c66d02"', 'fill="#199b85"')
    defined = "".join(f'<path id="m{n}" d="{shape}"/>' for n, shape in enumerate(shapes))
    uses = "".join(
        f'<use xlink:href="#m{n}" x="{x:.2f}" y="{y:.2f}" {looks[n]}/>\n'
        for n, points in enumerate(places)
        for x, y in points
    )
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    box = 'width="2000" height="1600" viewBox="0 0 500 400"'
    svg = f"<svg {names} {box}><defs>{defined}</defs>{uses}</svg>"
    made = figure_dots.in_paths(svg)
    assert made.count("<use") == 0
    with chromium() as browser:
        far, inked = browser.new_page().evaluate(DIFFERENCE, [svg, made])
    assert inked > 100_000 and far < inked / 200  # at edges


def _answer(answers: dict[str, dict[str, str]], url: str) -> dict[str, str]:
    path = "/" + url.partition("notes.test/")[2].partition("#")[0]
    return answers.get(path, {"body": ""})
