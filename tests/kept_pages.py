"""Pages that a build keeps, for tests that look at them or change them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from notewright.render.packs import Packs
from notewright.render.page_cache import LIMIT


def kept_pages(root: Path) -> dict[str, bytes]:
    """What is kept of the pages of a project, by its keys."""
    packs = Packs(root / ".notewright" / "pages", LIMIT)
    found = {key: packs.load(key) for key in packs.known()}
    return {key: content for key, content in found.items() if content is not None}


def change_kept_pages(root: Path, change: Callable[[str], str]) -> None:
    """Change what is kept of the pages of a project, so that its use shows."""
    packs = Packs(root / ".notewright" / "pages", LIMIT)
    for key, content in kept_pages(root).items():
        packs.keep(key, change(content.decode("utf-8")).encode("utf-8"))
