"""The vault: which files are notes, and which of them a name stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.note import Note
from notewright.note.properties import read_properties
from notewright.settings import Settings
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]


def in_memory(*paths: str, aliases: Mapping[str, list[str]] | None = None) -> Vault:
    """A vault of empty notes (`….md`) and attachments."""
    root = Path("/project")
    notes = {
        path: Note(path, f"docs/{path}", "", {"aliases": (aliases or {}).get(path)})
        for path in paths
        if path.endswith(".md")
    }
    settings = Settings(root=root, docs_dir=root / "docs")
    return Vault(settings, notes, frozenset(set(paths) - set(notes)))


SOURCE = Note("here/source.md", "docs/here/source.md", "")


def test_notes_and_attachments_are_found_at_any_depth(vault: Scan) -> None:
    """Every Markdown file is a note, every other file an attachment."""
    found = vault({"a.md": "a", "b/c/d.md": "d", "b/x.png": b"\x89PNG", "t.csv": "1"})
    assert set(found.notes) == {"a.md", "b/c/d.md"}
    assert found.attachments == {"b/x.png", "t.csv"}
    assert found.notes["b/c/d.md"].file == "docs/b/c/d.md"


@pytest.mark.parametrize(
    "path", [".obsidian/a.md", ".trash/a.md", "b/.hidden.md", ".a.md", "templates/a.md"]
)
def test_hidden_files_and_templates_are_no_notes(vault: Scan, path: str) -> None:
    """What Obsidian doesn't show, and drafts for new notes, are not published or run."""
    found = vault({path: "```python\n1 / 0\n```", "index.md": ""})
    assert set(found.notes) == {"index.md"}
    assert not found.attachments


def test_a_folder_named_templates_further_down_holds_notes(vault: Scan) -> None:
    """Only the vault's own templates are left out, not notes about templates."""
    assert "web/templates/a.md" in vault({"web/templates/a.md": ""}).notes


def test_properties_are_read(vault: Scan) -> None:
    """The YAML at the top of a note belongs to the note, not to its text."""
    note = vault({"a.md": "---\ntags: [x]\naliases: [A, B]\n---\n# A\n"}).notes["a.md"]
    assert note.properties["tags"] == ["x"]
    assert note.aliases == ["A", "B"]
    assert note.body_line == 4
    assert not note.problems


@pytest.mark.parametrize(
    ("yaml", "aliases"),
    [
        ("aliases: One", ["One"]),
        ("aliases:\n  - One\n  - Two", ["One", "Two"]),
        ("aliases:", []),
        ("aliases: []", []),
        ("aliases:\n  -", []),
        ("aliases: [2024, A]", ["2024", "A"]),
        ("title: x", []),
    ],
)
def test_aliases_are_read_as_obsidian_writes_them(
    vault: Scan, yaml: str, aliases: list[str]
) -> None:
    """A list, one name, a number, or nothing yet."""
    assert vault({"a.md": f"---\n{yaml}\n---\n"}).notes["a.md"].aliases == aliases


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a: b\n---\n", 2),
        ("---\ntitle: a\ntags: [x\n---\n", 3),
        ("---\n- a\n- b\n---\n", 2),
        ("---\njust text\n---\n", 2),
        ("---\ndate: 2024-99-99\n---\n", 2),
        ("---\ntitle: \x07\n---\n", 1),
        ("---\na: !!python/object/apply:os.system [exit]\n---\n", 2),
    ],
)
def test_wrong_properties_are_a_problem_of_that_note(vault: Scan, text: str, line: int) -> None:
    """One note's slip is told with its line; the others are read all the same."""
    found = vault({"a.md": text, "b.md": "---\ntitle: b\n---\n"})
    (problem,) = found.notes["a.md"].problems
    assert (problem.file, problem.line) == ("docs/a.md", line)
    assert "properties" in problem.message
    assert not found.notes["b.md"].problems


def test_a_note_that_is_not_utf8_names_its_line(vault: Scan) -> None:
    """The writer is told which file to save again, and where it goes wrong."""
    (problem,) = vault({"a.md": b"one\ntwo\ncaf\xe9\n"}).notes["a.md"].problems
    assert problem.where == "docs/a.md:3"
    assert "UTF-8" in problem.headline


def test_a_byte_order_mark_hides_no_properties(vault: Scan) -> None:
    """A note saved by Windows' Notepad is like any other."""
    note = vault({"a.md": b"\xef\xbb\xbf---\r\ntitle: a\r\n---\r\ntext\r\n"}).notes["a.md"]
    assert note.properties == {"title": "a"}
    assert note.body_line == 3


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# One\n\n## Two ##\n\nThree\n---\n", ["One", "Two", "Three"]),
        ("# The `fit` of **it**", ["The fit of it"]),
        ("```\n# comment\n```\n\n%%\n\n# hidden\n\n%%\n\n<!--\n# hidden\n-->", []),
        ("---\n# comment\ntitle: a\n---\n# One", ["One"]),
        ("> # In a callout\n\n- # In a list", ["In a callout", "In a list"]),
        ("#no-heading\n#tag", []),
    ],
)
def test_headings_are_those_that_a_reader_sees(text: str, headings: list[str]) -> None:
    """Links to headings are checked against what the page shows."""
    assert Note("a.md", "docs/a.md", text).headings == headings


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("K-means", "models/K-means.md"),
        ("k-MEANS", "models/K-means.md"),
        ("K-means.md", "models/K-means.md"),
        ("models/K-means", "models/K-means.md"),
        ("/models/K-means", "models/K-means.md"),
        (" K-means ", "models/K-means.md"),
        ("b", "b.md"),
        ("deep/b", "deep/b.md"),
        ("fig.svg", "img/fig.svg"),
        ("img/fig.svg", "img/fig.svg"),
        ("Lloyd", "models/K-means.md"),
        ("lloyd", "models/K-means.md"),
        ("v1.2 notes", "v1.2 notes.md"),
        ("", "here/source.md"),
        ("  ", "here/source.md"),
        ("means", None),
        ("odels/K-means", None),
        ("fig", None),
        ("K-means.svg", None),
        ("..", None),
    ],
)
def test_a_name_stands_for_the_file_that_obsidian_opens(target: str, found: str | None) -> None:
    """By path, by ending, by alias, in any case; never by part of a name."""
    vault = in_memory(
        "models/K-means.md",
        "b.md",
        "deep/b.md",
        "img/fig.svg",
        "v1.2 notes.md",
        aliases={"models/K-means.md": ["Lloyd", "b"]},
    )
    assert vault.resolve(target, SOURCE) == found


def test_of_two_notes_with_one_name_the_one_with_the_shorter_path_is_meant() -> None:
    """As in Obsidian it is the length of the path that counts, and not its folders."""
    assert in_memory("z/a.md", "b/c/a.md").resolve("a", SOURCE) == "z/a.md"
    assert in_memory("z/a.md", "b/a.md").resolve("a", SOURCE) == "b/a.md"
    assert in_memory("zzzz/a.md", "b/c/a.md").resolve("a", SOURCE) == "b/c/a.md"


def test_a_note_wins_over_an_alias_of_another() -> None:
    """A file name is what the link says; an alias is second."""
    vault = in_memory("a.md", "b.md", aliases={"a.md": ["B"]})
    assert vault.resolve("b", SOURCE) == "b.md"


SEGMENT = st.sampled_from(["a", "b", "C", "a.b", "d e"])
PATHS = st.lists(
    st.builds(lambda parts: "/".join(parts) + ".md", st.lists(SEGMENT, min_size=1, max_size=4)),
    min_size=1,
    max_size=8,
    unique_by=str.lower,
)


@given(PATHS)
def test_a_whole_path_always_means_its_own_file(paths: list[str]) -> None:
    """However many notes share a name, each can be linked."""
    vault = in_memory(*paths)
    for path in paths:
        assert vault.resolve(path.removesuffix(".md"), SOURCE) == path


@given(PATHS)
def test_an_ending_means_the_file_with_the_shortest_path(paths: list[str]) -> None:
    """Obsidian's rule, checked by brute force; no file stands in the linking note's folder."""
    vault = in_memory(*paths)
    for path in paths:
        parts = path.lower().split("/")
        for start in range(len(parts)):
            ending = "/".join(parts[start:])
            whole = [each for each in paths if each.lower() == ending]
            ends = [each for each in paths if f"/{each.lower()}".endswith(f"/{ending}")]
            nearest = min(ends, key=lambda each: (len(each), each))
            meant = whole[0] if whole else nearest
            assert vault.resolve(ending.removesuffix(".md"), SOURCE) == meant


def test_every_name_is_offered_as_a_suggestion() -> None:
    """A broken link is answered with notes, files and aliases."""
    vault = in_memory("m/notes.md", "picture.png", aliases={"m/notes.md": ["Alpha"]})
    for wanted, name in [("note", "notes"), ("pictures.png", "picture.png"), ("alph", "Alpha")]:
        assert vault.nearest.remedy(wanted) == f"Did you mean `{name}`?"


def test_a_mistake_in_properties_is_told_at_its_line_whatever_yaml_takes_for_line_ends() -> None:
    """Editors and messages count the line ends of the file."""
    for text in ("---\na: \u2028\u2028x\nb: [\n---\n", "---\na: x\nb: [\n---\n"):
        (problem,) = read_properties(text, "docs/a.md")[1]
        assert problem.line in (3, 4)
