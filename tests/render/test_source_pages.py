"""Source of helpers on the site: a page for each module, to which names in cells lead."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_pages import change_kept_pages
from projects import ProjectDir, elements

FILES = {
    "docs/index.md": """\
        # Home

        ```python
        from tools.shapes import SIDE, Square, area

        print(area(SIDE), Square(2).area())
        ```

        ```python continuation
        #| fig-alt: a line
        import matplotlib.pyplot as plt

        plt.plot([1, area(2)]);
        ```

        ```python continuation
        #| code-fold: false
        #| fig-alt: a line
        plt.plot([1, 2]);
        ```
        """,
    "tools/__init__.py": "",
    "tools/shapes.py": '''\
        """Shapes & sizes."""

        from tools.units import CM

        SIDE = 3


        def area(side):
            """Area of a <square>."""
            return side * side * CM


        class Square:
            """It."""

            def __init__(self, side):
                self.side = side

            def area(self):
                """Its area."""
                return area(self.side)
        ''',
    "tools/units.py": '"""Units."""\n\nCM = 1\n',
    "tools/unused.py": '"""Nobody imports it."""\n',
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectDir]:
    """A small site that publishes the source of its helpers."""
    project = ProjectDir(tmp_path_factory.mktemp("source") / "project")
    project.configure({"generated_pages": ["code", "source"]})
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    yield project


def test_names_in_cells_lead_to_their_source(site: ProjectDir) -> None:
    """To an anchor that is there, on a page that shows the module's lines."""
    links = [
        each.attributes["href"]
        for each in elements(site.page("index"), "a")
        if each.attributes.get("class") == "nw-source"
    ]
    module = "code/tools/shapes/"
    assert links == [
        *(f"./{module}#tools.shapes.{name}" for name in ("SIDE", "Square", "area")),
        *(f"./{module}#tools.shapes.{name}" for name in ("area", "SIDE", "Square")),
        f"./{module}#tools.shapes.area",
    ]
    page = site.page("code/tools/shapes")
    ids = {each.attributes["id"] for each in elements(page) if "id" in each.attributes}
    assert {f"tools.shapes.{name}" for name in ("SIDE", "Square", "Square.area", "area")} <= ids
    text = re.sub(r"<[^>]*>", "", page)
    assert '"""Area of a &lt;square&gt;."""' in text and "Shapes &amp; sizes." in text
    assert "Used in: Home" in text


def test_only_what_is_reached_is_published(site: ProjectDir) -> None:
    """Modules that helpers import, but no others; and nothing without the option."""
    folder = site.root / "site" / "code" / "tools"
    assert sorted(path.parent.name for path in folder.glob("*/index.html")) == ["shapes", "units"]
    assert not list((site.root / "site").rglob("unused*"))


@pytest.mark.gate
def test_source_is_published_only_if_it_is_asked_for(tmp_path: Path) -> None:
    """A module may hold what is nobody's business."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write(FILES)
    assert project.build().status == 0
    assert not (project.root / "site" / "code" / "tools" / "shapes").exists()
    page = project.page("index")
    assert "nw-source" not in page and "data-nw-copy" not in page


def test_copies_run_anywhere(site: ProjectDir, tmp_path: Path) -> None:
    """Helpers, and the cells up to the one that is copied."""
    page = site.page("index")
    (file,) = {*re.findall(r'data-nw-copies="([^"]+)"', page)}
    assert re.findall(r'data-nw-copy="([^"]*)"', page) == ["0.0", "0.1", "0.2"]
    (session,) = json.loads((site.root / "site" / file).read_text("utf-8"))
    code = "\n".join([session["helpers"], session["cells"][0]])
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "9 4\n", done.stderr


def test_what_only_draws_shows_its_figure_first(site: ProjectDir) -> None:
    """With its code folded below, unless the cell says otherwise."""
    cells = site.page("index").split('<div class="nw-cell"')[1:]
    assert "<details" not in cells[0]
    assert 0 < cells[1].index("nw-figure") < cells[1].index('<details class="nw-fold">')
    assert "<details" not in cells[2]


@pytest.mark.nightly
@pytest.mark.parametrize(("said", "folded"), [("all", 2), ("none", 0), ("figures", 1)])
def test_a_note_chooses_what_is_folded(tmp_path: Path, said: str, folded: int) -> None:
    """By its property `code-fold`; a cell's own option holds against it."""
    project = ProjectDir(tmp_path / "project")
    project.configure({"generated_pages": []})
    note = "---\ncode-fold: " + said + "\n---\n" + _unindented(FILES["docs/index.md"])
    project.write({**FILES, "docs/index.md": note})
    assert project.build().status == 0
    assert project.page("index").count("<details") == folded
    assert project.page("index").count('class="nw-fold"') == folded


def _unindented(text: str) -> str:
    return re.sub(r"(?m)^ {8}", "", text)


def test_the_notebook_brings_its_helpers(site: ProjectDir, tmp_path: Path) -> None:
    """It runs where there is no clone, and within one takes the modules that are there."""
    cells = json.loads((site.root / "site" / "index.ipynb").read_text("utf-8"))["cells"]
    codes = [cell["source"] for cell in cells if cell["cell_type"] == "code"][:2]
    code = "\n".join(codes)
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "9 4\n", done.stderr
    (site.root / "tools" / "units.py").write_text("CM = 2\n", "utf-8")
    within = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=site.root, capture_output=True, text=True
    )
    (site.root / "tools" / "units.py").write_text('"""Units."""\n\nCM = 1\n', "utf-8")
    assert within.stdout == "18 8\n", within.stderr


@pytest.mark.gate
def test_pages_of_modules_are_kept_until_they_would_be_others(tmp_path: Path) -> None:
    """They follow their source, and the titles of the notes that use it; no other edit."""
    project = ProjectDir(tmp_path / "project")
    project.configure({"generated_pages": ["code", "source"]})
    project.write(FILES)
    shapes, units = "code/tools/shapes", "code/tools/units"
    before = {"tools/units.py": FILES["tools/units.py"]}
    for changed, made in (
        ({"docs/other.md": "# Other\n"}, []),
        ({"docs/index.md": FILES["docs/index.md"].replace("# Home", "# House")}, [shapes]),
        ({"tools/units.py": '"""Units."""\n\nCM = 2 - 1\n'}, [units]),
        (before, [units]),
    ):
        assert project.build().status == 0
        marks = {"Shapes &amp; sizes": "It was kept", "<p>Units": "<p>Was kept"}
        for old, new in marks.items():
            change_kept_pages(project.root, lambda text: text.replace(old, new))  # noqa: B023
        project.write(changed)
        assert project.build().status == 0
        kept = {shapes: "It was kept", units: "Was kept"}
        assert [each for each, mark in kept.items() if mark not in project.page(each)] == made
        shutil.rmtree(project.root / ".notewright/pages")
        shutil.rmtree(project.root / ".notewright/sites", ignore_errors=True)
