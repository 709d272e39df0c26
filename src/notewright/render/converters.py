"""Digest of the converters: of all code that turns notes and records into HTML.

What is kept of an earlier build holds as long as it is the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from notewright.run.records import versions

_PACKAGES = (
    "kaleido",
    "latex2mathml",
    "Markdown",
    "markdown-it-py",
    "mdit-py-plugins",
    "mermaidx",
    "mkdocs",
    "mkdocs-material",
    "nh3",
    "plotly",
    "Pygments",
    "pymdown-extensions",
    "PyYAML",
    "rustworkx",
)
"""Whatever else turns Markdown into a page."""


_known: list[str] = []


def take_over(digest: str) -> None:
    """Take the digest that an earlier process told, where nothing of it changed since."""
    _known[:] = [digest]


def converters() -> str:
    """Digest of what turns Markdown into HTML: this package by content, others by version."""
    if not _known:
        _known.append(_digest())
    return _known[0]


def _digest() -> str:
    digest = hashlib.sha256(json.dumps([sys.version, versions(_PACKAGES)]).encode())
    for path in sorted(_sources(Path(__file__).parents[1])):
        content = path.read_bytes()
        digest.update(f"{len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


def _sources(package: Path) -> Iterator[Path]:
    """Yield the files of a package that decide what it makes; to walk takes a tenth of to glob."""
    for folder, _, names in os.walk(package):
        yield from (Path(folder, name) for name in names if name.endswith((".py", ".css")))
