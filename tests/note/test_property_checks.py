"""Odd properties: told with note and line by every command, and no build ends with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.note.note import Note
from notewright.note.properties import read_properties
from notewright.note.property_checks import check_properties

ODD = {
    "template": ["5", "[a]", "{a: 1}", "nope.html", "../x"],
    "icon": ["5", "[a]", "nope/nope", "a\\b"],
    "hide": ["5", "true", "2024-01-01"],
    "search": ["5", "[a]", "x"],
    "code-fold": ["true", "al", "[all]"],
    "heading-labels": ["1", "'true'", "maybe"],
    "date": ["9999-12-31T23:59:59+14:00", "0001-01-01", "2107-01-01"],
    "updated": ["9999-12-31T23:59:59-14:00", "3000-01-01"],
}
OF_THE_THEME = ("nope", "../x", "a\\b")


@pytest.mark.gate
def test_odd_properties_are_told_with_note_and_line(tmp_path: Path) -> None:
    """A build names each, and the page is made without it; `check` tells all but theme's files."""
    project = ProjectDir(tmp_path)
    project.configure(
        theme={"name": "material"},
        plugins=["search", "tags", "notewright"],
        site_url="https://example.org/",
    )
    notes = {
        f"docs/{name}{number}.md": f"---\ntags: [a]\n{name}: {value}\n---\n# N\n\n## M\n"
        for name, values in ODD.items()
        for number, value in enumerate(values)
    }
    project.write(notes | {"docs/index.md": "# Home\n"})
    built, checked = project.command("-m", "mkdocs", "build"), project.notewright("check")
    assert built.status == checked.status == 1
    assert "Traceback" not in built.output + checked.output
    for name, values in ODD.items():
        for number, value in enumerate(values):
            place = f"docs/{name}{number}.md:3: "
            assert built.lines(place, f"`{name}`"), (name, value)
            assert value.startswith(OF_THE_THEME) or checked.lines(place, f"`{name}`"), (
                name,
                value,
            )
            assert (tmp_path / f"site/{name}{number}/index.html").exists()


NAMES = [*ODD, "title", "tags", "aliases", "permalink", "redirect_from", "cssclasses", "publish"]
VALUES = ["", "x", "5", "[a]", "{a: 1}", "!!int ''", "!!timestamp x", "!!binary x", "!!set {a}"]
VALUES += ["!!python/name:os.system x", "&a [*a]", "9" * 400, "1e999", ".nan", "'", '"\\0"', "? a"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=5))
def test_any_properties_are_read_or_told(pairs: list[tuple[str, str]]) -> None:
    """YAML of any kind: a problem at a line of the properties, or values, and never an error."""
    text = "---\n" + "".join(f"{name}: {value}\n" for name, value in pairs) + "---\n# A\n"
    properties, problems = read_properties(text, "docs/a.md")
    problems += check_properties(Note("a.md", "docs/a.md", text, properties))
    assert all(1 <= problem.line <= text.count("\n") for problem in problems)


def test_an_icon_that_the_theme_lacks_is_no_mistake(tmp_path: Path) -> None:
    """Plugins of Obsidian have icons of their own under that name: a notice, in a strict build."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material"}, plugins=["notewright"])
    project.write({"docs/index.md": "# Home\n", "docs/a.md": "---\nicon: trees\n---\n# A\n"})
    built = project.build("--strict")
    assert (built.status, project.notewright("check").status) == (0, 0)
    assert built.lines("INFO", "docs/a.md:2: invalid value for property `icon`: 'trees'")


@pytest.mark.parametrize("value", ["material/school", "fontawesome/brands/python"])
def test_icons_of_the_theme_are_used(tmp_path: Path, value: str) -> None:
    """Properties of the right kind are as they were."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material"}, plugins=["notewright"])
    text = f"---\nicon: {value}\nhide: [toc]\ndate: 2024-01-01\n---\n# A\n"
    project.write({"docs/index.md": "# Home\n", "docs/a.md": text})
    assert project.build().status == 0
    assert "<svg" in project.page("a")
