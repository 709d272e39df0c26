"""Tags lead to the same list in each build, however many lists a vault has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ProjectDir, elements

Project = Callable[..., Path]
LIST = "# List\n\n<!-- material/tags -->\n"
NOTES = {
    "docs/index.md": "---\ntags: [one, two]\n---\n# Home\n\nText.\n",
    **{f"docs/{name}.md": LIST for name in ("ash", "birch", "cedar", "elm", "fir")},
}


@pytest.mark.parametrize("seed", range(1, 7))
def test_the_first_of_several_lists_is_taken(project: Project, seed: int) -> None:
    """Whatever the seed of hashes is: two builds give the same bytes."""
    root = project(NOTES, theme={"name": "material"}, plugins=["tags", "notewright"])
    site = ProjectDir(root, warm=False)
    built = site.build(PYTHONHASHSEED=str(seed))
    assert built.status == 0, built.output
    links = elements(site.page("index"), "a", "md-tag")
    assert [each.attributes["href"] for each in links] == ["ash/#tag:one", "ash/#tag:two"]
