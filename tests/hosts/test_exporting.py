"""`notewright export`: a book or slides of notes, as HTML or PDF."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kept_pages import change_kept_pages, kept_pages
from projects import ProjectDir

pytestmark = pytest.mark.gate

NOTES = {
    "docs/index.md": "# Home\n\nTo [[models/pca]] and [[hidden]].\n",
    "docs/models/pca.md": """\
        # PCA

        A formula: $x^2$.

        ## Run

        ```python
        #| fig-alt: A line
        import matplotlib.pyplot as plt

        plt.plot([1, 2]);
        ```

        Back [[index|home]].
        """,
    "docs/hidden.md": "---\npublish: false\n---\n# Secret words\n",
    "mine.css": "p { color: red }",
}


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Two published notes and a private one."""
    made = ProjectDir(tmp_path)
    made.configure(theme={"name": "material", "font": False}, site_name="All of it")
    made.write(NOTES)
    return made


def exported(project: ProjectDir, *words: str) -> str:
    """What a command has written."""
    done = project.notewright("export", "--output", "out.html", *words)
    assert done.status == 0, done.output
    return (project.root / "out.html").read_text("utf-8")


@pytest.mark.nightly
def test_a_book_holds_all_that_is_published(project: ProjectDir) -> None:
    """In the order of the navigation, with its figures; nothing private; the same each time."""
    found = exported(project)
    assert re.findall(r"<h1[^>]*>(\w+)", found) == ["Home", "PCA"]
    assert "<title>All of it</title>" in found and "Secret" not in found
    assert len(re.findall(r'<svg[^>]* class="nw-svg', found)) == 1
    assert '<a class="nw-wikilink" href="#note-2">' in found
    assert found == exported(project)


@pytest.mark.nightly
def test_notes_are_named_in_the_order_of_the_book(project: ProjectDir) -> None:
    """By path or name; one note gives the book its title."""
    found = exported(project, "pca", "index", "--css", "mine.css", "--title", "Two")
    assert re.findall(r"<h1[^>]*>(\w+)", found) == ["PCA", "Home"]
    assert "<title>Two</title>" in found and "p { color: red }" in found
    assert "<title>PCA</title>" in exported(project, "docs/models/pca.md")


@pytest.mark.nightly
def test_links_find_notes_whatever_their_names(project: ProjectDir) -> None:
    """With spaces and letters of other scripts, from a note in a folder of such a name, too."""
    project.write(
        {
            "docs/index.md": "# Home\n\n[[Über alles]], [[models/pca]].\n",
            "docs/mit Raum/Über alles.md": "# Über alles\n\n[[Zweite Notiz#Teil]], [[pca]]\n",
            "docs/mit Raum/Zweite Notiz.md": "# Zweite\n\n## Teil\n\n[[index]]\n",
        }
    )
    found = exported(project)
    links = re.findall(r'<a class="nw-wikilink" href="([^"]*)"', found)
    assert links == ["#note-3", "#note-4", "#note-1", "#note-2-teil", "#note-4", "#note-1"]


def test_the_folder_of_the_file_is_made(project: ProjectDir) -> None:
    """As that of a site is."""
    done = project.notewright("export", "--output", "out/books/all.html")
    assert done.status == 0 and (project.root / "out/books/all.html").is_file(), done.output


@pytest.mark.nightly
def test_tabs_of_a_book_stand_one_below_the_other(project: ProjectDir) -> None:
    """Each below its name: in a book nothing is pressed, and on paper all is seen."""
    extensions = ["tables", {"pymdownx.tabbed": {"alternate_style": True}}]
    project.configure(theme={"name": "material", "font": False}, markdown_extensions=extensions)
    tabs = '=== "Tab **one**"\n\n    First\n\n    === "Inner"\n\n        Deep\n\n'
    tabs += '=== "Two"\n\n    Second\n'
    project.write({"docs/index.md": f"# Home\n\n{tabs}\nEnd of it.\n"})
    found = exported(project, "index")
    words = re.sub(r"<[^>]*>", " ", found[found.index("<h1") :]).split()
    assert " ".join(words) == "Home Tab one First Inner Deep Two Second End of it."
    assert "<input" not in found and "<label" not in found


@pytest.mark.nightly
def test_slides_are_those_of_one_note(project: ProjectDir) -> None:
    """One for each heading."""
    found = exported(project, "--slides", "pca")
    assert found.count("<section class=") == 2
    done = project.notewright("export", "--slides", "--output", "out.html")
    assert done.status == 1 and "slides can be built from only one note" in done.output


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--output", "a.docx"], 2, "does not end in .html or .pdf"),
        ([], 2, "--output"),
        (["--output", "a.html", "pac"], 1, "Did you mean `pca`?"),
        (["--output", "a.html", "hidden"], 1, "no note called `hidden`"),
        (["--output", "mkdocs.yml/a.html"], 1, "cannot write mkdocs.yml/a.html: "),
        (["--output", "a.html", "--css", "none.css"], 1, "cannot read the style sheet none.css"),
        (["--output", "a.pdf", "--browser", "./none"], 1, "cannot start none"),
    ],
)
def test_what_cannot_be_done_is_told(
    words: list[str], status: int, said: str, project: ProjectDir
) -> None:
    """In one line, and nothing is written."""
    done = project.notewright("export", *words)
    assert (done.status, "Traceback" in done.output) == (status, False), done.output
    assert said in done.output
    assert not list(project.root.glob("a.*"))


@pytest.mark.nightly
def test_pages_are_kept_for_the_next_export(project: ProjectDir) -> None:
    """And for a build: what did not change is not made again."""
    exported(project)
    # Of two notes, a folder, the graph, the code and its library.
    assert len(kept_pages(project.root)) == 6
    change_kept_pages(project.root, lambda text: text.replace("PCA", "PCA of before"))
    assert "PCA of before" in exported(project)


@pytest.mark.nightly
def test_a_note_with_a_mistake_is_told(project: ProjectDir) -> None:
    """At its line; there is no book of what did not run."""
    project.write({"docs/b.md": "# B\n\n```python\n1 / 0\n```\n"})
    done = project.notewright("export", "--output", "out.html")
    assert done.status == 1 and "docs/b.md:4: ZeroDivisionError" in done.output
    assert "listed above. Nothing was written" in done.output
    assert not (project.root / "out.html").exists()


@pytest.mark.nightly
@pytest.mark.parametrize("words", [("pca",), ("--slides", "pca")])
def test_a_mistake_of_another_note_ends_no_export(
    project: ProjectDir, words: tuple[str, ...]
) -> None:
    """It is told all the same; a book of all notes has it in it, and is not written."""
    project.write({"docs/other.md": "# Other\n\n$\\nocommand$\n"})
    done = project.notewright("export", "--output", "out.html", *words)
    assert done.status == 0, done.output
    assert done.lines("docs/other.md:3")
    assert "PCA" in (project.root / "out.html").read_text("utf-8")
    assert project.notewright("export", "--output", "all.html").status == 1
    assert not (project.root / "all.html").exists()
