"""Notes converted as a site converts them, and their pages read back as a browser does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markdown import Markdown

from notewright.errors import Problem
from notewright.markdown.extension import NotewrightExtension, Page
from notewright.markdown.page import makers_of
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES
from notewright.render.cell_html import Renderer
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult
from notewright.settings import Settings
from notewright.vault.names import Names
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault

ROOT = Path("/project")

# As mkdocs.yml of a site with Material may have them.
EXTENSIONS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "pymdownx.blocks.admonition",
    "pymdownx.blocks.details",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "tables",
    "toc",
)
CONFIG = {"pymdownx.tabbed": {"alternate_style": True}}


@dataclass(frozen=True)
class Converted:
    """The HTML of a note, and what was found wrong with it."""

    html: str
    problems: list[Problem]


def convert(
    text: str,
    *,
    root: Path = ROOT,
    others: Mapping[str, str] | None = None,
    extensions: Iterable[str] = EXTENSIONS,
    configs: Mapping[str, Mapping[str, Any]] = CONFIG,
    tags: Tags | None = None,
    attachments: Iterable[str] = (),
) -> Converted:
    """Convert a note, `docs/a.md`, whose cells have not run; other files may stand beside it."""
    page = page_of(text, root=root, others=others, tags=tags, attachments=attachments)
    md = Markdown(
        extensions=[*extensions, NotewrightExtension(page)], extension_configs=dict(configs)
    )
    return Converted(md.convert(PROPERTIES.sub("", text)), page.problems)


def page_of(
    text: str,
    *,
    root: Path = ROOT,
    others: Mapping[str, str] | None = None,
    tags: Tags | None = None,
    attachments: Iterable[str] = (),
) -> Page:
    """What the conversion of such a note knows."""
    settings = Settings(root=root, docs_dir=root / "docs")
    texts = {"a.md": text, **(others or {})}
    notes = {path: Note(path, f"docs/{path}", each) for path, each in texts.items()}
    vault = Vault(settings, notes, frozenset(attachments))
    results: dict[str, list[CellResult]] = {
        path: [CellResult(cell, None, ()) for cell in note.cells] for path, note in notes.items()
    }
    run = Run(results)
    names = Names(vault, tags or Tags(), makers_of(vault, run))
    return Page(names, notes["a.md"], run, Renderer("../"))


@dataclass
class Node:
    """An element of a page: what stands in it is text and further elements."""

    name: str
    attributes: Mapping[str, str]
    children: list[Node | str]

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name: str, kind: str = "") -> list[Node]:
        """The elements in it by name and class, in their order."""
        found: list[Node] = []
        for each in self.children:
            if isinstance(each, Node):
                classes = each.attributes.get("class", "").split()
                found += [each] if each.name == name and kind in ("", *classes) else []
                found += each.all(name, kind)
        return found


class _Reader(HTMLParser):
    EMPTY = frozenset({"br", "hr", "img", "input", "source", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {}, [])
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, [])
        self._open[-1].children.append(node)
        if tag not in self.EMPTY:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].name == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(html: str) -> Node:
    """The tree of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
