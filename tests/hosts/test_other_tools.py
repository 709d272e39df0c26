"""Projects of other tools, which `notewright init` knows by their files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notewright.hosts.other_tools import TOOLS, find
from notewright.hosts.starting import look, plan, told, write

PAGE = Path(__file__).parents[2] / "docs/engine/coming-from.md"


@pytest.mark.parametrize(
    ("files", "name", "docs"),
    [
        (("_quarto.yml", "index.qmd"), "Quarto", "."),
        (("report.qmd",), "Quarto", "."),
        (("_toc.yml", "_config.yml", "intro.md"), "Jupyter Book", "."),
        (("myst.yml", "intro.md"), "Jupyter Book", "."),
        (("book/_toc.yml", "book/intro.md"), "Jupyter Book", "book"),
        (("hugo.toml", "content/a.md"), "Hugo", "content"),
        (("config/_default/hugo.yaml", "content/a.md"), "Hugo", "content"),
        (("quartz.config.ts", "content/a.md", "docs/q.md"), "Quartz", "content"),
    ],
)
def test_a_project_of_another_tool_is_named_with_the_way_from_it(
    tmp_path: Path, files: tuple[str, ...], name: str, docs: str
) -> None:
    """Its notes are where that tool has them."""
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", "utf-8")
    place = look(tmp_path)
    assert place.found == f"a {name} project" and place.docs == docs
    said = [*told(plan(place))]
    first = said.index(f"to move from {name}:")
    assert said[first + 1].startswith("  ") and f"see also “{place.tool.section}”" in str(said)


@pytest.mark.parametrize(
    "files",
    [
        (),
        ("docs/a.md",),
        ("a.md",),
        ("config.toml", "docs/a.md"),
        ("quartz.config.ts", "docs/a.md"),
    ],
)
def test_other_folders_are_none_of_them(tmp_path: Path, files: tuple[str, ...]) -> None:
    """A `config.toml` without `content/` is no project of Hugo."""
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", "utf-8")
    assert find(tmp_path) is None
    assert "to move from" not in "\n".join(told(plan(look(tmp_path))))


def test_a_home_that_only_needs_another_name_gets_no_second_one(tmp_path: Path) -> None:
    """`index.qmd` becomes `index.md`; what Quarto makes of it is left out."""
    (tmp_path / "_quarto.yml").write_text("", "utf-8")
    (tmp_path / "index.qmd").write_text("", "utf-8")
    write(plan(look(tmp_path)))
    assert not (tmp_path / "index.md").exists()
    assert "\n  /_*/\n" in (tmp_path / "mkdocs.yml").read_text("utf-8")


def test_each_tool_has_a_section_in_the_documentation() -> None:
    """`init` leads to it."""
    headings = re.findall(r"(?m)^## (.+)$", PAGE.read_text("utf-8"))
    assert {tool.section for tool in TOOLS} <= {*headings}
