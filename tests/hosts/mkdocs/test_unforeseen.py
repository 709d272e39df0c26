"""Who waits for all pages in each build is told for what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir
from served import Served

KNOWN: dict[str, Any] = {
    "theme": {"name": "material", "font": False},
    "plugins": ["search", "tags", "notewright"],
    "markdown_extensions": ["attr_list", "pymdownx.superfences", "markdown.extensions.tables"],
}
WHY = "each build rebuilds all pages"


def project(place: Path, **config: Any) -> ProjectDir:
    """A project with one note, and with files that some settings name."""
    found = ProjectDir(place)
    found.write(
        {
            "docs/a.md": "# Home\n",
            "hook.py": "def on_page_content(html, **_):\n    return html + '<p>Hooked</p>'\n",
            "own.py": "from markdown.extensions.tables import TableExtension\n\n\n"
            "def makeExtension(**_):\n    return TableExtension()\n",
        }
    )
    found.configure(**KNOWN | config)
    return found


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({"hooks": ["hook.py"]}, "`hooks`"),
        ({"theme": {"name": "readthedocs"}, "plugins": ["notewright"]}, "the theme `readthedocs`"),
        ({"plugins": ["meta", "notewright"]}, "the plugin `material/meta`"),
        ({"markdown_extensions": ["own"]}, "the Markdown extension `own`"),
        (
            {"markdown_extensions": ["pymdownx.snippets"], "hooks": ["hook.py"]},
            "`hooks`, the Markdown extension `pymdownx.snippets`",
        ),
    ],
)
def test_what_nobody_can_foresee_is_named(tmp_path: Path, config: Any, part: str) -> None:
    """And the site is what MkDocs makes, hooks and all."""
    found = project(tmp_path, **config)
    done = found.command("-m", "mkdocs", "build", PYTHONPATH=str(found.root))
    assert done.status == 0, done.output
    (line,) = done.lines(WHY)
    assert line.endswith(part)
    assert ("Hooked" in found.page("a")) == ("hooks" in config)


@pytest.mark.nightly
def test_nothing_is_said_of_what_is_known(tmp_path: Path) -> None:
    """Nor of a theme under `serve`, where its templates are the same as long as it runs."""
    assert WHY not in project(tmp_path / "known").command("-m", "mkdocs", "build").output
    other = {"theme": {"name": "readthedocs"}, "plugins": ["notewright"]}
    served = Served(project(tmp_path / "served", **other))
    try:
        served.wait_for("a", "Home")
        assert WHY not in served.output
    finally:
        served.end()


@pytest.mark.gate
def test_serve_says_it_once(tmp_path: Path) -> None:
    """However often it builds."""
    found = project(tmp_path, hooks=["hook.py"])
    served = Served(found)
    try:
        served.wait_for("a", "Hooked")
        found.write({"docs/a.md": "# Home\n\nSaved.\n"})
        served.wait_for("a", "Saved.")
        assert served.output.count(WHY) == 1
    finally:
        served.end()
