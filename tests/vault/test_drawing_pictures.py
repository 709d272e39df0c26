"""Drawings of Excalidraw on a site: their pictures where they are, and their data nowhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from projects import ProjectDir, elements

DATA = "N4IgLgngDgpiBcIYA8DGBDANgSwCYCd0B3EAGhADcZ8BnbAewDsEAmcm"
WARNING = "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠=="
DRAWING = f"""---

excalidraw-plugin: parsed
tags: [excalidraw]

---
{WARNING} You can decompress Drawing data


# Excalidraw Data

## Text Elements
A hidden layer ^aB3xY9z1

[[a]] ^Qk2LmN0p

## Embedded Files
0123456789abcdef: [[photo.png]]

%%
## Drawing
```compressed-json
{DATA}
```
%%"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'
FILES = {
    "docs/index.md": "# Home\n",
    "docs/a.md": (
        "# A\n\n![[Net.excalidraw|300]]\n\n![[Net.excalidraw#^group=aB3xY9z1|the *net*]]\n\n"
        "![a net](Drawings/Net.excalidraw.md)\n\n[[Net.excalidraw]]\n\n"
        "![[Both]]\n\n![[Bare.excalidraw]]\n"
    ),
    "docs/Drawings/Net.excalidraw.md": DRAWING,
    "docs/Drawings/Net.excalidraw.svg": SVG,
    "docs/Drawings/Both.md": DRAWING,
    "docs/Drawings/Both.light.svg": SVG,
    "docs/Drawings/Both.dark.svg": SVG,
    "docs/Drawings/Bare.excalidraw.md": DRAWING,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault with drawings, two of which were exported."""
    project = ProjectDir(tmp_path_factory.mktemp("drawings"))
    project.configure(theme={"name": "material", "font": False}, plugins=["search", "notewright"])
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    (notice,) = built.lines("no exported image")
    assert "docs/Drawings/Bare.excalidraw.md" in notice and "Auto-export SVG" in notice
    return project


def pages(root: Path) -> dict[Path, bytes]:
    """The pages of a site."""
    return {path: path.read_bytes() for path in sorted((root / "site").rglob("*.html"))}


def images(page: str) -> list[tuple[str, str, str]]:
    """The images of a page: address, alt text and width."""
    found = [each.attributes for each in elements(page, "img")]
    return [
        (str(each["src"]), str(each["alt"]), str(each.get("width", "")))
        for each in found
        if "excalidraw" in str(each["src"]) or "Both" in str(each["src"])
    ]


def test_an_embedded_drawing_is_its_picture(site: ProjectDir) -> None:
    """In the size that its writer says; a part of it is shown by the whole."""
    place = "../Drawings/"
    assert images(site.page("a"))[:5] == [
        (f"{place}Net.excalidraw.svg", "Net", "300"),
        (f"{place}Net.excalidraw.svg", "the *net*", ""),
        (f"{place}Net.excalidraw.svg", "a net", ""),
        (f"{place}Both.light.svg#only-light", "Both", ""),
        (f"{place}Both.dark.svg#only-dark", "Both", ""),
    ]


def test_a_drawing_that_was_not_exported_shows_its_texts(site: ProjectDir) -> None:
    """And says so, for readers and for the writer."""
    page = site.page("a")
    assert "This drawing has no exported image" in page
    assert "A hidden layer" in page


def test_a_drawing_has_a_page_with_its_picture_and_texts(site: ProjectDir) -> None:
    """Under its name; its data is on no page and in no index."""
    page = site.page("Drawings/Net.excalidraw")
    assert images(page) == [("../Net.excalidraw.svg", "Net", "")]
    assert [each.text.rstrip("¶") for each in elements(page, "h1")] == ["Net"]
    assert "A hidden layer" in page
    for path in sorted(site.root.joinpath("site").rglob("*.*")):
        if path.suffix in (".html", ".json", ".md", ".txt"):
            text = path.read_text("utf-8")
            assert DATA not in text and "EXCALIDRAW VIEW" not in text, path
    index = json.loads((site.root / "site/search/search_index.json").read_text("utf-8"))
    assert any("A hidden layer" in each["text"] for each in index["docs"])


def test_links_in_a_drawing_count(site: ProjectDir) -> None:
    """A text of it may link to a note."""
    assert "Drawings/Net.excalidraw/" in site.page("a").partition("nw-backlinks")[2]


@pytest.mark.gate
def test_a_picture_that_comes_later_is_shown(tmp_path: Path) -> None:
    """Though neither the drawing nor the note that shows it changes."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False}, plugins=["search", "notewright"])
    project.write(FILES)
    project.build()
    project.write({"docs/Drawings/Bare.excalidraw.png": ""})
    built = project.build()
    assert not built.lines("no exported image")
    assert ("../Drawings/Bare.excalidraw.png", "Bare", "") in images(project.page("a"))
    assert images(project.page("Drawings/Bare.excalidraw")) == [
        ("../Bare.excalidraw.png", "Bare", "")
    ]
    patched = pages(tmp_path)
    shutil.rmtree(tmp_path / ".notewright")
    project.build()
    assert patched == pages(tmp_path)


def test_a_rename_leaves_the_data_of_a_drawing(tmp_path: Path) -> None:
    """And writes the link in its text anew."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(FILES)
    done = project.notewright("rename", "a", "b")
    assert done.status == 0, done.output
    for name in ("Net.excalidraw", "Both", "Bare.excalidraw"):
        text = (tmp_path / f"docs/Drawings/{name}.md").read_text("utf-8")
        assert text == DRAWING.replace("[[a]]", "[[b]]")
