"""Digest of the converters: of all code that turns notes and records into HTML.

What is kept of an earlier build holds as long as it is the same.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
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


@cache
def converters() -> str:
    """Digest of what turns Markdown into HTML: this package by content, others by version."""
    own = Path(__file__).parents[1]
    files = sorted(path for path in own.rglob("*") if path.suffix in (".py", ".css"))
    told = [sys.version, versions(_PACKAGES), [path.read_text("utf-8") for path in files]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
