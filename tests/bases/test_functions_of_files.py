"""Functions of files and links, one by one."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("file.name", "Dune"),
        ("file.basename", "Dune"),
        ("file.ext", "md"),
        ("file.path", "Books/SF/Dune.md"),
        ("file.folder", "Books/SF"),
        ("this.file.folder", ""),
        ("file.size", "100"),
        ("file.ctime", "2024-01-01T08:00:00"),
        ("file.mtime", "2024-02-29T13:45:30"),
        ('file["size"]', "100"),
        ("file.tags", "sf/classic, Book"),
        ('file.tags[0].isType("tag")', "true"),
        ("file.links", "Frank Herbert, Nobody, cover.png"),
        ("file.embeds", "cover.png"),
        ("this.file.backlinks", "Dune"),
        ("file.properties.price", "12"),
        ('file.properties["due date"]', "2024-03-01"),
        ("file.file.name", "Dune"),
        ("file.asLink()", "Dune"),
        ('file.asLink("x")', "x"),
        ("file.asLink() == file", "true"),
        ('file.hasLink("Herbert")', "true"),
        ('file.hasLink("[[Herbert]]")', "true"),
        ("file.hasLink(this)", "true"),
        ("file.hasLink(author)", "true"),
        ('file.hasLink("Nobody")', "true"),
        ('file.hasLink("Anybody")', "false"),
        ("file.hasLink(file)", "false"),
        ('file.hasTag("sf")', "true"),
        ('file.hasTag("#SF/Classic")', "true"),
        ('file.hasTag("classic")', "false"),
        ('file.hasTag("x", "book")', "true"),
        ('file.hasTag("s")', "false"),
        ('file.hasProperty("price")', "true"),
        ('file.hasProperty("empty")', "true"),
        ('file.hasProperty("no")', "false"),
        ('file.inFolder("Books")', "true"),
        ('file.inFolder("Books/SF/")', "true"),
        ('file.inFolder("Book")', "false"),
        ('file.inFolder("")', "true"),
        ('this.file.inFolder("Books")', "false"),
        ("author.asFile().name", "Herbert"),
        ("nowhere.asFile()", ""),
        ("file.asLink().linksTo(this)", "true"),
        ("author.linksTo(file)", "false"),
        ("nowhere.linksTo(file)", "false"),
        ('file("Herbert").name', "Herbert"),
        ("file(author).name", "Herbert"),
        ('file("[[Herbert|x]]").name', "Herbert"),
        ('file("none")', ""),
        ("file.asLink().toString()", "[[Books/SF/Dune.md]]"),
        ('file.asLink("x").toString()', "[[Books/SF/Dune.md|x]]"),
        ('link("Some note").toString()', "[[Some note]]"),
        ('link("Some note", "shown").toString()', "[[Some note|shown]]"),
        ('image("https://example.org/a.png").toString()', "![](https://example.org/a.png)"),
        ('this.file.backlinks[0].isType("link")', "true"),
        ('file("cover.png").name', "cover.png"),
    ],
)
def test_functions_of_files(expression: str, text: str) -> None:
    """Each documented field and method."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("file.nam", "a file has no field `nam`. Did you mean `name`?"),
        ("author.path", "a link has no field `path`. Write `.asFile().path`"),
        ("file.hasLink(1)", "`hasLink` needs a file, a link or a path, not a number"),
        ("file.name()", "a file has no method `name`. Write `.name` without brackets"),
    ],
)
def test_what_functions_of_files_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
