"""Digests of all that a page is made of, so that a page that would be the same is kept.

A page shows its note, the outputs of its cells, what it took from other notes, and at its
foot what lies around it. It is converted by the host's extensions and by this package. Each
of these counts by content; see `Fingerprints.page` for the list.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from notewright.engine import Run
from notewright.linked import Linked
from notewright.records import versions
from notewright.tags import Tags
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

_PACKAGES = (
    "igraph",
    "latex2mathml",
    "Markdown",
    "markdown-it-py",
    "mdit-py-plugins",
    "mermaidx",
    "mkdocs",
    "mkdocs-material",
    "nh3",
    "Pygments",
    "pymdown-extensions",
    "PyYAML",
)
"""Whatever else turns Markdown into a page."""


class Fingerprints:
    """Digests of the notes and pages of one build.

    Args:
        vault: The notes that have a page.
        run: What their cells showed.
        linked: What lies around each note.
        tags: The tags of the vault.
        host: All of the host's configuration that bears on the conversion, as text.
    """

    def __init__(self, vault: Vault, run: Run, linked: Linked, tags: Tags, host: str) -> None:
        self._vault = vault
        self._run = run
        self._linked = linked
        self._tags = tags
        self._host = host
        self._notes: dict[str, str] = {}

    def note(self, path: str) -> str:
        """Digest of a note's text and of what its cells showed; "" if there is no such note."""
        if path not in self._vault.notes:
            return ""
        if path not in self._notes:
            shown = [_shown(result) for result in self._run.cells.get(path, ())]
            self._notes[path] = _digest([self._vault.notes[path].text, shown])
        return self._notes[path]

    def page(self, note: Note, url: str, markdown: str) -> str:
        """Digest of what decides a page, but for the notes that it takes something from.

        Args:
            note: Its note.
            url: Its address in the site, from which its links start.
            markdown: Its text, as the host's other plugins left it.
        """
        around = self._around(note.path)
        return _digest([self._common, url, note.path, self.note(note.path), markdown, around])

    @cached_property
    def _common(self) -> str:
        """What all pages share: names that links resolve to, labels, tags, and what converts."""
        vault = self._vault
        settings = vault.settings
        return _digest(
            [
                self._host,
                _converters(),
                settings.execute,
                settings.snippets,
                _text(settings.docs_dir / ".obsidian" / "app.json"),
                sorted([note.path, *note.aliases] for note in vault.notes.values()),
                sorted(vault.attachments),
                sorted(self._run.makers.items()),
                [self._tags.page, sorted(self._tags.anchors.items())],
            ]
        )

    def _around(self, path: str) -> Any:
        """What stands at the foot of a page: sentences, titles and links of its neighbours."""
        web = self._linked.web
        near = {path, *web.neighbours(path)}
        return [
            [asdict(each) | {"line": 0} for each in web.backlinks(path)],
            list(web.outgoing(path)),
            [
                [each, web.titles[each], sorted(web.neighbours(each) & near)]
                for each in sorted(near)
            ],
            list(self._linked.code.notes.get(path, ())),
        ]


def _shown(result: CellResult) -> Any:
    record = result.record
    return [
        result.cell.code,
        [str(problem) for problem in result.problems],
        [record.outputs, record.values, record.answers] if record else None,
    ]


@cache
def _converters() -> str:
    """Digest of what turns Markdown into HTML: this package by content, others by version."""
    own = Path(__file__).parent
    files = sorted(path for path in own.iterdir() if path.suffix in (".py", ".css"))
    return _digest([sys.version, versions(_PACKAGES), [_text(path) for path in files]])


def host_state(values: Sequence[Any]) -> str | None:
    """Write the configuration of a host as text that is the same in each build.

    Args:
        values: Plain values, and functions of the packages that are known by version.

    Returns:
        The text; None if it holds something whose content cannot be told.
    """
    try:
        return json.dumps(values, sort_keys=True, default=_named)
    except TypeError:
        return None


_KNOWN = ("markdown", "pymdownx", "material", "notewright")


def _named(value: Any) -> Any:
    """A function stands for itself by its name, if it comes from a known package."""
    module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    if str(module).partition(".")[0] in _KNOWN and name:
        return f"{module}:{name}"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"what {value!r} does cannot be told")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _digest(values: Iterable[Any]) -> str:
    content = json.dumps(list(values), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:32]
