"""Rules have levels, and each command keeps to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ProjectDir, Result

from notewright.errors import LISTED
from notewright.hosts.mkdocs.problems import MANY

NOTES = {
    "docs/index.md": "# Home\n\n![](a.png)\n\n[[gone]]\n",
    "docs/a.png": "not looked at",
}
COMMANDS: dict[str, Callable[[ProjectDir], Result]] = {
    "build": lambda site: site.command("-m", "mkdocs", "build"),
    "strict": ProjectDir.build,
    "check": lambda site: site.notewright("check"),
    "pytest": ProjectDir.pytest,
}


@pytest.fixture
def site(tmp_path: Path) -> ProjectDir:
    """A vault with an image without alt text, and a dead link."""
    project = ProjectDir(tmp_path / "project")
    project.write(NOTES)
    return project


@pytest.mark.gate
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("level", ["off", "warn", "error"])
def test_a_rule_is_told_as_loud_as_its_level(site: ProjectDir, command: str, level: str) -> None:
    """`off` is silence, a warning fails what is strict, an error fails everything."""
    site.configure({"rules": {"alt-text": level, "dead-link": "off"}})
    said = COMMANDS[command](site)
    assert ("has no alt text" in said.output) == (level != "off"), said.output
    assert "gone" not in said.output
    passes = level == "off" or (level == "warn" and command == "build")
    assert said.status == (0 if passes else 1), said.output


def test_many_images_without_alt_text_are_one_line_of_a_build(site: ProjectDir) -> None:
    """With a count and the first of them; `check` lists them all."""
    site.configure({"rules": {"dead-link": "off"}})
    images = "\n\n".join(["![](a.png)"] * LISTED)
    site.write({"docs/b.md": f"# B\n\n{images}\n", "docs/c.md": f"# C\n\n{images}\n"})
    built = site.build()
    assert built.status == 1
    told = built.lines("alt text")
    assert len(told) == 1
    assert f"{2 * LISTED + 1} images in 3 notes have no alt text" in told[0]
    assert "docs/b.md:3" in told[0] and "rules: {alt-text: off}" in told[0]
    assert len(site.notewright("check").lines("has no alt text")) == 2 * LISTED + 1


@pytest.mark.gate
def test_of_many_warnings_a_build_tells_each_once(site: ProjectDir) -> None:
    """A stranger's vault has thousands of links to notes that nobody wrote; `check` lists all."""
    site.configure({"rules": {"alt-text": "off"}})
    few = "".join(f"- [[gone {number}]]\n" for number in range(MANY))
    site.write({"docs/index.md": f"# Home\n\n{few}", "docs/b.md": f"# B\n\n{few}"})
    built = site.command("-m", "mkdocs", "build")
    assert len(built.lines("no note or file called")) == MANY
    assert built.output.count("  also at docs/index.md:") == MANY
    assert "more warnings" not in built.output

    site.write({"docs/c.md": f"# C\n\n{few}- [[further]]\n- [[last]]\n"})
    built = site.command("-m", "mkdocs", "build")
    assert len(built.lines("no note or file called")) == MANY
    (left,) = built.lines("more warnings")
    assert f"2 more warnings ({3 * MANY + 2} places in total)" in left, left
    assert "Run `notewright check` to list them all" in left
    assert len(site.notewright("check").lines("no note or file called")) == 3 * MANY + 2
