"""Diagrams: drawn while the site is built, kept, and shown without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

from notewright.render import diagrams

FLOW = "```mermaid\nflowchart LR\n  A[First] --> B{ok?}\n```"
SVG = (
    '<svg id="my-svg" viewBox="0 0 9 9">'
    "<style>#my-svg{fill:#333;}#my-svg i&gt;.a{fill:#FFF;}</style>"
    '<g id="my-svg-b" marker-end="url(#my-svg_c)"><marker id="my-svg_c"/></g></svg>'
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were drawn, by a stand-in that is quick."""
    sources: list[str] = []

    def draw(source: str) -> str:
        sources.append(source)
        return SVG

    monkeypatch.setattr(diagrams, "_draw", draw)
    return sources


def failing(error: Exception) -> Callable[[str], str]:
    def draw(source: str) -> str:
        raise error

    return draw


@pytest.mark.gate
def test_a_diagram_is_an_image_without_a_script(tmp_path: Path) -> None:
    """Mermaid itself draws it; the page asks nobody for anything, and the same bytes each time."""
    page = convert(FLOW, root=tmp_path)
    assert page.problems == []
    (figure,) = read(page.html).all("figure", "nw-diagram")
    assert "First" in figure.text
    assert figure.all("svg")
    assert "<script" not in page.html
    assert not read(page.html).all("pre", "mermaid")  # for which Material asks a third party
    kept = next((tmp_path / ".notewright/diagrams").iterdir())
    first = kept.read_bytes()
    kept.unlink()
    assert convert(FLOW, root=tmp_path).html == page.html
    assert kept.read_bytes() == first


def test_a_diagram_is_drawn_once(tmp_path: Path, drawn: list[str]) -> None:
    """Until its source changes; an unreadable drawing is drawn again."""
    for _ in range(3):
        convert(FLOW, root=tmp_path)
    assert len(drawn) == 1
    convert(FLOW.replace("First", "Second"), root=tmp_path)
    assert len(drawn) == 2
    for path in (tmp_path / ".notewright/diagrams").iterdir():
        path.write_bytes(b"\xff")
    convert(FLOW, root=tmp_path)
    assert len(drawn) == 3


def test_ids_of_two_diagrams_differ(tmp_path: Path, drawn: list[str]) -> None:
    """Each style and each arrow belongs to its own drawing."""
    html = convert(f"{FLOW}\n\n{FLOW}", root=tmp_path).html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 6
    assert all(name in ids for name in re.findall(r"url\(#([^)]+)\)", html))
    assert {*re.findall(r"#([\w-]+)(?: i>\.a)?\{", html)} == {ids[0], ids[3]}
    assert "#333" in html


@pytest.mark.parametrize(
    "place", ["- a\n\n  ", "> ", "> [!note]\n> ", "!!! note\n\n    ", '=== "A"\n\n    ']
)
def test_a_diagram_stands_in_any_block(tmp_path: Path, drawn: list[str], place: str) -> None:
    """In items, callouts and tabs; its source comes through as it is."""
    rest = place.rpartition("\n")[2]
    html = convert(place + FLOW.replace("\n", f"\n{rest}"), root=tmp_path).html
    assert drawn == ["flowchart LR\n  A[First] --> B{ok?}\n"]
    assert html.count("<svg") == 1


def test_a_diagram_has_a_name_for_those_who_cannot_see_it(tmp_path: Path, drawn: list[str]) -> None:
    """Mermaid's own `accTitle`, if it is given."""
    text = FLOW.replace("LR\n", 'LR\n  accTitle: A "way"\n')
    (figure,) = read(convert(text, root=tmp_path).html).all("figure")
    assert figure.attributes["aria-label"] == 'A "way"'
    (other,) = read(convert(FLOW, root=tmp_path).html).all("figure")
    assert other.attributes["aria-label"] == "Diagram"


def test_a_diagram_that_cannot_be_drawn_names_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows its source and why, also under `serve`."""
    error = RuntimeError("Mermaid rendering failed: Error: Parse error on <line> 2:\nflow")
    monkeypatch.setattr(diagrams, "_draw", failing(error))
    page = convert(f"# A\n\ntext\n\n{FLOW}", root=tmp_path)
    (problem,) = page.problems
    assert problem.where == "docs/a.md:6"
    assert problem.message == "cannot draw the diagram: Parse error on <line> 2: flow"
    assert [node.text for node in read(page.html).all("code")] == [
        "flowchart LR\n  A[First] --> B{ok?}\n"
    ]
    assert "&lt;line&gt;" in page.html


def test_without_mermaidx_the_source_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a notice that says what to do; it is no mistake of the note."""
    monkeypatch.setattr(diagrams, "_draw", failing(ImportError()))
    page = convert(FLOW, root=tmp_path)
    assert page.problems == []
    assert "notewright[site]" in page.html
    assert "A[First] --&gt; B{ok?}" in page.html


@pytest.mark.parametrize("info", ["text mermaid", "mermaidx", "", "python notest"])
def test_another_fence_is_no_diagram(tmp_path: Path, drawn: list[str], info: str) -> None:
    """Only the language says so."""
    assert "figure" not in convert(FLOW.replace("mermaid", info), root=tmp_path).html
    assert drawn == []


@pytest.mark.nightly
def test_a_build_that_draws_says_nothing_of_its_library(tmp_path: Path) -> None:
    """Which tells of what is left at the end, where a build has hidden that from Python."""
    cell = "```python\n#| fig-alt: A line\nimport matplotlib.pyplot as plt\n\nplt.plot([1])\n```\n"
    note = f"# Home\n\n```mermaid\nflowchart LR\n  A --> B\n```\n\n{cell}"
    made = ProjectDir(tmp_path)
    made.configure(site_url="https://example.org/", theme={"name": "material", "font": False})
    made.write({"docs/index.md": note})
    for ran in (made.build(), made.notewright("check"), made.pytest()):
        assert ran.status == 0 and "nanobind" not in ran.output, ran.output
    assert (tmp_path / "site" / "assets" / "notewright" / "cards" / "index.png").exists()
