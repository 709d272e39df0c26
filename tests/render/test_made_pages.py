"""Pages that nobody writes: which are made."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir, elements

MADE = {
    "graph": "graph/index.html",
    "code": "code/index.html",
    "tags": "tags/index.html",
    "folders": "sub/index.html",
}
MADE_NOTES = {
    "docs/index.md": "# Home #tagged\n\n[[sub/a]]\n\n```python\nimport json\njson.dumps(1)\n```\n",
    "docs/sub/a.md": "# A #tagged\n",
}


@pytest.mark.parametrize("left", [*MADE, ""])
def test_made_pages_can_be_switched_off(tmp_path: Path, left: str) -> None:
    """Each of them, and then nothing leads to it."""
    project = ProjectDir(tmp_path / "project")
    project.configure({"generated_pages": [left] if left else []})
    project.write(MADE_NOTES)
    built = project.build()
    assert built.status == 0, built.output
    for name, path in MADE.items():
        assert (project.root / "site" / path).exists() == (name == left)
    led = {each.attributes.get("href", "") for each in elements(project.page("index"), "a")}
    for name, path in MADE.items():
        folder = path.removesuffix("index.html")
        linked = {each for each in led if each.startswith(folder)} - {"sub/a/"}
        assert not linked or name == left, linked


def test_a_folder_leads_to_the_note_that_stands_for_an_inner_one(tmp_path: Path) -> None:
    """Whatever it is called: a strict build finds no dead link."""
    project = ProjectDir(tmp_path / "project")
    project.configure({"generated_pages": ["folders"]})
    notes = {"docs/in/fa/README.md": "# Fa\n", "docs/in/ru/index.md": "# Ru\n"}
    project.write(notes | {"docs/index.md": "# Home\n", "docs/in/de/a.md": "# A\n"})
    built = project.build()
    assert built.status == 0, built.output
    led = {each.attributes.get("href", "") for each in elements(project.page("in"), "a")}
    assert {"fa/", "ru/", "de/"} <= led
