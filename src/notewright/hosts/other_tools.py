"""Other tools whose projects `notewright init` knows by their files, and the way from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = "."
"""The folder of a project itself."""


@dataclass(frozen=True, slots=True)
class OtherTool:
    """A tool that builds sites or books from notes.

    Attributes:
        name: Its name.
        section: The section of `docs/engine/coming-from.md` about it.
        marks: Files of its projects: paths or patterns from the root.
        steps: What to do first, a line each.
        content: The folder of its notes; empty for the folder of the file that was found.
        own: Patterns of files that it makes or reads itself, which a site leaves out.
    """

    name: str
    section: str
    marks: tuple[str, ...]
    steps: tuple[str, ...]
    content: str = ""
    own: tuple[str, ...] = ()


TOOLS = (
    OtherTool(
        "Quartz",
        "Quartz",
        ("quartz.config.*",),
        ("links, embeds, callouts and tags work unchanged",),
        content="content",
    ),
    OtherTool(
        "Quarto",
        "Quarto",
        ("_quarto.yml", "_quarto.yaml", "*.qmd"),
        (
            "rename each `.qmd` file to `.md`",
            "keep ```{python} on the first cell of a page; use ```python continuation for the rest",
            "write `> [!note]` for `::: {.callout-note}`",
        ),
        own=("/_*/", "/_quarto.y*ml", "/site_libs/"),
    ),
    OtherTool(
        "Jupyter Book",
        "MyST-NB and Jupyter Book",
        ("_toc.yml", "myst.yml", "*/_toc.yml", "*/myst.yml"),
        (
            "write ```python for the first ```{code-cell} of a page, "
            "```python continuation for the others",
            "write `> [!note]` for `:::{note}`, and `[@key]` for `{cite}`",
            "move the page order from `_toc.yml` to `nav` in mkdocs.yml",
        ),
        own=("/_build/", "/_config.yml", "/_toc.yml", "/myst.yml"),
    ),
    OtherTool(
        "Hugo",
        "Hugo",
        ("hugo.toml", "hugo.yaml", "hugo.json", "config.toml", "config/_default/*"),
        (
            "convert properties from TOML between `+++` lines to YAML between `---` lines",
            "rename each `_index.md` to `index.md`",
            "replace shortcodes: `figure` with `![[part]]` or an image, and `ref` with a link",
        ),
        content="content",
    ),
)


def find(root: Path) -> tuple[OtherTool, str] | None:
    """The tool of a project, and the folder of its notes from the root.

    Args:
        root: The project.
    """
    for tool in TOOLS:
        if tool.content and not (root / tool.content).is_dir():
            continue
        for mark in tool.marks:
            for path in sorted(root.glob(mark)):
                folder = path.parent.relative_to(root).as_posix()
                return tool, tool.content or folder
    return None
