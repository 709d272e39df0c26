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


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 7))
def test_the_first_of_several_lists_is_taken(project: Project, seed: int) -> None:
    """Whatever the seed of hashes is: two builds give the same bytes."""
    root = project(NOTES, theme={"name": "material"}, plugins=["tags", "notewright"])
    site = ProjectDir(root, warm=False)
    built = site.build(PYTHONHASHSEED=str(seed))
    assert built.status == 0, built.output
    links = elements(site.page("index"), "a", "md-tag")
    assert [each.attributes["href"] for each in links] == ["ash/#tag:one", "ash/#tag:two"]


@pytest.mark.gate
@pytest.mark.parametrize("plugins", [["notewright"], ["tags", "notewright"]])
def test_tags_of_all_languages_lead_to_their_list(project: Project, plugins: list[str]) -> None:
    """MkDocs looked for an anchor as it is quoted, found none, and ended a strict build."""
    notes = {"docs/index.md": "# Home\n\nBe #Über here, #日本 and #été-2.\n"}
    if "tags" in plugins:
        notes["docs/tags.md"] = "# Tags\n\n<!-- material/tags -->\n"
    root = project(notes, theme={"name": "material"}, plugins=plugins)
    built = ProjectDir(root, warm=False).build()
    assert built.status == 0, built.output
    page = ProjectDir(root).page("tags")
    for tag in ("über", "日本", "été-2"):
        assert f'id="tag:{tag}"' in page.casefold()
