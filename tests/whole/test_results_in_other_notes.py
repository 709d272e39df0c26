"""End to end: results of a cell shown in other notes, by label and by the name of its figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from projects import ProjectDir, elements, line_of, shown

pytestmark = pytest.mark.gate

RUNS = 'open("../told/runs", "a").write("{}\\n")'

FILES = {
    "docs/index.md": """\
        # Home

        ![[curve.svg|A *line* again]]

        > [!note]
        > Its table: ![[Source#^table]]

        - item

          ![[deep/other#^printed]]

        See [[Source#^table|the table]], [[Source#^curve]] and [[deep/other#^hidden]].
        """,
    "docs/Source.md": f"""\
        # Source

        ```python
        #| label: curve
        #| fig-cap: Its own caption
        #| fig-alt: a line that rises
        {RUNS.format("source")}
        import matplotlib.pyplot as plt
        plt.plot([1, 2])
        ```

        ```python continuation
        import pandas as pd
        pd.DataFrame({{"name": [12345]}})
        ```

        ^table

        From elsewhere: ![[deep/other#^printed]]
        """,
    "docs/deep/other.md": f"""\
        ```python
        #| label: printed
        {RUNS.format("other")}
        print("from <other>")
        ```

        ```python
        #| label: hidden
        #| include: false
        print("only embedded")
        ```

        ![[#^hidden]]

        ![[curve.svg]]
        """,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault whose notes show each other's results, built twice."""
    project = ProjectDir(tmp_path_factory.mktemp("embeds") / "project")
    project.configure(
        {"writable": ["../told"]},
        validation={"links": {"anchors": "warn", "not_found": "warn"}},
        use_directory_urls=True,
    )
    project.write(FILES)
    first = project.build()
    assert first.status == 0, first.output
    assert first.counts == (3, 0, 0)
    second = project.build()
    assert second.status == 0, second.output
    assert second.counts == (0, 3, 0)
    return project


def embeds(page: str) -> list[str]:
    """HTML of the embedded results of a page, in order."""
    parts = page.split('<div class="nw-embed">')[1:]
    return [part.partition("Code")[0] for part in parts]


def test_cells_that_are_embedded_run_once(site: ProjectDir) -> None:
    """However many notes show a result, and each other's: its cell runs one time."""
    runs = (site.root.parent / "told/runs").read_text().split()
    assert sorted(runs) == ["other", "source"]


def test_a_figure_is_shown_by_its_name(site: ProjectDir) -> None:
    """`![[label.svg|caption]]` shows the live figure, under the words of the note that shows it."""
    figure, *_ = embeds(site.page("index"))
    assert "<svg" in figure
    assert 'aria-label="a line that rises"' in figure
    assert "<figcaption>A <em>line</em> again</figcaption>" in figure
    assert "Its own caption" not in site.page("index")


def test_a_figure_without_words_keeps_its_caption(site: ProjectDir) -> None:
    """`![[label.svg]]` takes over what its cell says of it."""
    *_, figure = embeds(site.page("deep/other"))
    assert "<figcaption>Its own caption</figcaption>" in figure
    assert 'aria-label="a line that rises"' in figure


def test_a_result_is_shown_by_its_label(site: ProjectDir) -> None:
    """`![[Note#^label]]` shows what the cell showed, in callouts and lists, and not its code."""
    _, table, printed = embeds(site.page("index"))
    assert "<td>12345</td>" in table
    assert ("stdout", "from <other>") in shown(site.page("index"))
    assert "import pandas" not in site.page("index")
    callout, item = elements(site.page("index"), kind="nw-embed")[1:]
    assert "blockquote" in callout.path or "admonition" in callout.path
    assert "li" in item.path.replace(".", " ").split()
    assert "<p><div" not in site.page("index").replace("\n", "")
    assert "from &lt;other&gt;" in printed


def test_each_embed_leads_to_its_code(site: ProjectDir) -> None:
    """Every shown result links to the cell that made it, and the page there has that place."""
    found = {
        page: [
            each.attributes["href"] for each in elements(site.page(page), "a", "nw-embed-source")
        ]
        for page in ("index", "Source", "deep/other")
    }
    assert found == {
        "index": ["Source/#curve", "Source/#table", "deep/other/#printed"],
        "Source": ["../deep/other/#printed"],
        "deep/other": ["./#hidden", "../../Source/#curve"],
    }
    for page, label in [
        ("Source", "curve"),
        ("Source", "table"),
        ("deep/other", "printed"),
        ("deep/other", "hidden"),
    ]:
        assert site.page(page).count(f'id="{label}"') == 1


def test_a_result_that_its_own_note_hides_can_be_embedded(site: ProjectDir) -> None:
    """`include: false` hides a cell where it stands; who embeds it sees its result."""
    page = site.page("deep/other")
    assert [text for kind, text in shown(page) if kind == "stdout"] == [
        "from <other>",
        "only embedded",
    ]
    assert "print" not in embeds(page)[0]


def test_a_label_below_a_cell_is_not_text(site: ProjectDir) -> None:
    """`^table` is Obsidian's way to name the cell, and nothing to read."""
    assert "^table" not in site.page("Source")


def test_ids_are_unique_in_each_page(site: ProjectDir) -> None:
    """A figure that is shown twice does not confuse the two."""
    for page in ("index", "Source", "deep/other"):
        found = re.findall(r'\bid="([^"]+)"', site.page(page))
        assert len(found) == len(set(found))


QUIET = ("-q", "-rN")  # without pytest's own summary, which says the first line again
FIGURE = "docs/assets/figures/curve.svg"


def test_the_figure_is_written_for_obsidian(site: ProjectDir) -> None:
    """Obsidian finds the file by its name: a picture on paper, that no page of the site uses."""
    svg = (site.root / FIGURE).read_text("utf-8")
    assert svg.startswith('<svg style="background: #fff"')
    assert "currentColor" not in svg and "var(" not in svg
    assert [path.name for path in (site.root / "docs/assets/figures").iterdir()] == ["curve.svg"]
    assert not (site.root / "site/assets/figures").exists(), "the second build found the file"
    for page in ("index", "Source", "deep/other"):
        assert "figures/curve.svg" not in site.page(page)


def small(tmp_path: Path, embed: str = "![[dot.svg|a dot]]") -> ProjectDir:
    project = ProjectDir(tmp_path)
    project.configure()
    plot = "import matplotlib.pyplot as plt\nplt.plot([1], [1], 'o')\n"
    cell = f"```python\n#| label: dot\n#| fig-alt: a dot\n{plot}```\n"
    project.write({"docs/index.md": f"{embed}\n", "docs/a.md": cell})
    return project


@pytest.mark.nightly
def test_the_file_comes_and_goes_with_its_embeds(tmp_path: Path) -> None:
    """It is written once, left alone while it is right, and removed when nobody embeds it."""
    project = small(tmp_path)
    file = project.root / "docs/assets/figures/dot.svg"
    assert project.notewright("run").status == 0
    before = file.stat().st_mtime_ns
    assert project.build().status == 0
    assert file.stat().st_mtime_ns == before, "an unchanged figure is not written again"

    project.write({"docs/a.md": (project.root / "docs/a.md").read_text().replace("[1]", "[2]")})
    old = file.read_bytes()
    assert project.notewright("check").status == 0
    assert file.read_bytes() != old

    (project.root / "docs/assets/own.svg").write_text("<svg/>")
    project.write({"docs/index.md": "`![[dot.svg]]` in code\n"})
    assert project.build().status == 0
    assert not file.exists()
    assert (project.root / "docs/assets/own.svg").exists()


def test_one_note_that_runs_removes_no_figure(tmp_path: Path) -> None:
    """`notewright run NOTE` knows one note only, and leaves the figures of others alone."""
    project = small(tmp_path)
    assert project.notewright("run").status == 0
    assert project.notewright("run", "index").status == 0
    assert (project.root / "docs/assets/figures/dot.svg").exists()


MISSING = {
    "docs/index.md": "# Home\n\n![[nothing.svg|x]] and\n![[a#^none]]\n",
    "docs/a.md": "```python\n#| label: nohting\nprint(1)\n```\n\n- ![[nothing.svg]]\n",
    "docs/b.md": "> [!note]\n> ![[a#^none]], `![[a#^none]]`\n",
}


@pytest.mark.nightly
def test_a_label_that_nothing_makes_is_told_once_at_each_use(tmp_path: Path) -> None:
    """The site, the tests and the check tell each use once, and what is near."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(MISSING)
    for result in (project.build(), project.notewright("check"), project.pytest(*QUIET)):
        assert result.status == 1
        for place, column in [("index.md:3", 1), ("a.md:6", 3)]:
            where = f"docs/{place}:{column}:"
            (line,) = result.lines(f"{where} no note or file called `nothing.svg`")
            assert "Did you mean `nohting.svg`?" in line
        for place, column in [("index.md:4", 1), ("b.md:2", 3)]:
            where = f"docs/{place}:{column}:"
            assert len(result.lines(f"{where} `a` has no block or label `^none`")) == 1
        for each in ("index.md:3", "index.md:4", "a.md:6", "b.md:2"):
            assert result.output.count(f"docs/{each}") == 1


def test_an_embed_of_a_figure_that_is_none_is_told(tmp_path: Path) -> None:
    """A cell that only prints has no figure: the page would show nothing."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(
        {
            "docs/index.md": "# Home\n\n![[text.svg|x]]\n",
            "docs/a.md": "```python\n#| label: text\nprint(1)\n```\n",
        }
    )
    for result in (project.build(), project.notewright("check")):
        assert result.status == 1
        assert len(result.lines("docs/index.md:3: the cell `text` does not draw a figure")) == 1


@pytest.mark.nightly
def test_twin_labels_are_told_where_they_matter(tmp_path: Path) -> None:
    """Two cells of one label: told in one note, and where an embed could mean either of two."""
    project = small(tmp_path)
    cell = (project.root / "docs/a.md").read_text()
    project.write({"docs/b.md": f"# B\n\n{cell}", "docs/c.md": "![[b#^dot]]\n"})
    result = project.notewright("check")
    (line,) = result.lines("docs/index.md:1: several cells have the label `dot`")
    assert "docs/a.md:1, docs/b.md:3" in line
    assert not result.lines("docs/c.md"), "a note and a label together mean one cell"
    twice = f"{cell}\n> [!note]\n> ```python\n> pass\n> ```\n> ^dot\n"
    project.write({"docs/b.md": "", "docs/a.md": twice})
    where = line_of(twice, "> ```python")
    for result in (project.build(), project.notewright("check"), project.pytest(*QUIET)):
        assert result.status == 1
        message = f"docs/a.md:{where}: the label `dot` is already used by the cell at line 1"
        assert len(result.lines(message)) == 1


@pytest.mark.nightly
def test_an_embed_of_a_failing_cell_shows_its_error_once(tmp_path: Path) -> None:
    """The cell that failed is told at its own place only."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(
        {
            "docs/index.md": "![[a#^x]]\n",
            "docs/a.md": "```python\n#| label: x\n1 / 0\n```\n",
        }
    )
    for result in (project.build(), project.notewright("check"), project.pytest(*QUIET)):
        assert result.status == 1
        assert len(result.lines("ZeroDivisionError")) == 1
        assert len(result.lines("docs/a.md:3: ZeroDivisionError: division by zero")) == 1
