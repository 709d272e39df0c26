"""What MkDocs tells of links: with the line of the note, and once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ProjectDir
from served import Served

pytestmark = pytest.mark.gate

Project = Callable[..., Path]
LOUD = {"validation": {"links": {"anchors": "warn"}}}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            "[x](#nothing)",
            "docs/a.md:3:6: dead link `#nothing`: there is no",
        ),
        ("[x](b.md#gone)", "docs/a.md:3:6: dead link `b.md#gone`: the doc 'b.md'"),
        ("[x](b.md#g%C3%B6ne)", "docs/a.md:3:6: dead link `b.md#g%C3%B6ne`"),
        ("[x][y]\n\n[y]: b.md#gone", "docs/a.md:3:6: dead link `b.md#gone`"),
        ("[x](gone.md)", "docs/a.md:3:6: no file called `gone.md` in the vault"),
        ("[[#nothing]]", "docs/a.md:3:6: `a` has no heading `nothing`"),
        ("[[b#gone]]", "docs/a.md:3:6: `b` has no heading `gone`"),
        ("[[b#Gone for good?]]", "docs/a.md:3:6: `b` has no heading `Gone for good?`"),
        ("[[#Über *uns*]]", "docs/a.md:3:6: `a` has no heading `Über *uns*`"),
        ("[[b#B#Gone too]]", "docs/a.md:3:6: `b` has no heading `B#Gone too`"),
        ("[[#^no-block]]", "docs/a.md:3:6: `a` has no block or label `^no-block`"),
        ("[[b#^376b9d]]", "docs/a.md:3:6: `b` has no block or label `^376b9d`"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_once_with_its_line(
    project: Project, link: str, said: str
) -> None:
    """MkDocs knows the anchors of a page, but of which line a link is only the note knows."""
    notes = {
        "docs/index.md": "# Home\n",
        "docs/a.md": f"# A\n\nText {link}\n",
        "docs/b.md": "# B\n",
    }
    site = ProjectDir(project(notes, **LOUD))
    built = site.build()
    assert built.status == 1
    assert len(built.lines("WARNING")) == 1 and built.lines("WARNING", said), built.output


def test_a_link_to_letters_of_any_language_leads_there(project: Project) -> None:
    """MkDocs compares ids as they are written, and told of links that work."""
    notes = {
        "docs/index.md": "# Home\n\n[[b#^größe]], [[b#Überblick]]\n\n[x](b.md#^größe)\n",
        "docs/b.md": "# B\n\nText. ^größe\n\n## Überblick\n\n[[#^größe]]\n",
    }
    site = ProjectDir(project(notes, **LOUD))
    built = site.build()
    assert (built.status, built.lines("WARNING")) == (0, [])
    page = (site.root / "site/index.html").read_text("utf-8")
    assert page.count('href="b/#größe"') >= 2 and 'href="b/#uberblick"' in page


def test_a_dead_link_of_an_embedded_note_is_told_at_its_own_line(project: Project) -> None:
    """MkDocs told it of the page that shows it, which has no such line."""
    notes = {
        "docs/index.md": "# Home\n\n![[a]]\n",
        "docs/a.md": "# A\n\nText [[b#^gone]] and [[index#Not here]]\n",
        "docs/b.md": "# B\n",
    }
    built = ProjectDir(project(notes, **LOUD)).build()
    assert [line.split(": ")[0] for line in built.lines("WARNING")] == [
        "WARNING -  docs/a.md:3:6",
        "WARNING -  docs/a.md:3:22",
    ], built.output


def test_what_is_there_is_not_told(project: Project) -> None:
    """Headings, ids of attributes and of HTML."""
    text = '# B\n\n## Part {#part}\n\n<a id="here"></a>\n\n[a](#part) [b](#here) [c](a.md#one)\n'
    notes = {"docs/index.md": "# Home\n", "docs/a.md": "# A\n\n## One\n", "docs/b.md": text}
    built = ProjectDir(project(notes, **LOUD, markdown_extensions=["attr_list"])).build()
    assert built.status == 0, built.output


@pytest.mark.nightly
def test_a_server_tells_of_a_link_to_a_page_that_it_makes_later(project: Project) -> None:
    """However many pages are made between the two: nobody knows all headings before."""
    notes = {f"docs/{number:03}.md": f"# Note {number}\n" for number in range(120)}
    notes["docs/000.md"] = "# First\n\n[x](119.md#gone) and [y](119.md#note-119)\n"
    served = Served(ProjectDir(project(notes, **LOUD)))
    try:
        served.wait_for("000", "First")
        served.settle()
    finally:
        served.end()
    assert served.output.count("docs/000.md:3:1: dead link `119.md#gone`") == 1
    assert "note-119" not in served.output, served.output


def test_a_server_tells_of_a_link_once_for_each_edit(project: Project) -> None:
    """However many builds follow the edit: the page that was looked at, and those that show it."""
    notes = {
        "docs/index.md": "# Home\n",
        "docs/a.md": "# A\n\n[x](b.md#gone)\n",
        "docs/b.md": "# B\n\n[[a]]\n\n```python\nprint(40 + 2)\n```\n",
    }
    site = ProjectDir(project(notes, **LOUD))
    served = Served(site)
    said = "docs/a.md:3:1: dead link `b.md#gone`"
    try:
        served.wait_for("b", "42")
        served.settle()
        assert served.output.count(said) == 1, served.output
        site.write({"docs/b.md": "# B\n\nSee [[a]].\n\n```python\nprint(40 + 3)\n```\n"})
        served.wait_for("b", "43")
        served.settle()
    finally:
        served.end()
    assert served.output.count(said) == 2, served.output
