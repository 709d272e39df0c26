"""Exclusions: which files of the vault's directory are set aside, as `mkdocs.yml` says.

`exclude_docs` sets a file aside for everything: it is not read, and nothing of it is published.
A draft (`draft_docs`, or a note that says `draft: true`) runs and is checked, and only `mkdocs
serve` shows it. The patterns are those of `.gitignore`, read as MkDocs reads them. Templates of
Obsidian are no notes; a base beside them is none, and many vaults keep theirs there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notewright.note.note import BASE
from notewright.settings import Settings

ALWAYS = ("/templates/",)
"""What MkDocs leaves out unless a pattern brings it back; hidden files never come back."""


def _no(path: str) -> bool:
    return False


@dataclass(frozen=True)
class Exclusions:
    """Which files are set aside, by their paths in the vault.

    Attributes:
        excluded: Whether a file is left out of everything.
        draft: Whether a file is a draft that has no page.
        unlisted: Whether no list of pages is to name a page.
        shows_draft: Whether a note has a page though it says `draft: true`.
    """

    excluded: Callable[[str], bool] = _no
    draft: Callable[[str], bool] = _no
    unlisted: Callable[[str], bool] = _no
    shows_draft: Callable[[str], bool] = _no

    @classmethod
    def of(cls, settings: Settings) -> Exclusions:
        """Those that `mkdocs.yml` and Obsidian's settings name."""
        templates = template_folder(settings.docs_dir)
        more = f"\n/{templates}/**\n!/{templates}/**/*{BASE}" if templates else ""
        return cls.of_patterns(
            settings.exclude_docs + more, settings.draft_docs, settings.not_in_nav
        )

    @classmethod
    def of_patterns(cls, exclude: str, draft: str, unlisted: str = "") -> Exclusions:
        """Those of patterns, a line each."""
        from pathspec import GitIgnoreSpec

        excluded = GitIgnoreSpec.from_lines([*ALWAYS, *exclude.splitlines()])
        drafts = GitIgnoreSpec.from_lines(draft.splitlines())
        not_listed = GitIgnoreSpec.from_lines(unlisted.splitlines())
        return cls(excluded.match_file, drafts.match_file, not_listed.match_file)

    def joined(self, other: Exclusions) -> Exclusions:
        """What either of two sets aside."""
        return Exclusions(
            lambda path: self.excluded(path) or other.excluded(path),
            lambda path: self.draft(path) or other.draft(path),
            lambda path: self.unlisted(path) or other.unlisted(path),
            lambda path: self.shows_draft(path) or other.shows_draft(path),
        )


def template_folders(docs_dir: Path) -> tuple[str, ...]:
    """The folders of templates, each with a slash behind it: they hold no notes, and no secret."""
    own = template_folder(docs_dir)
    return tuple(each.removeprefix("/") for each in (*ALWAYS, *([f"{own}/"] if own else ())))


def template_folder(docs_dir: Path) -> str:
    """The folder of templates that Obsidian's settings name; empty if they name none."""
    try:
        settings = json.loads((docs_dir / ".obsidian/templates.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    folder = settings.get("folder") if isinstance(settings, dict) else None
    return folder.strip("/") if isinstance(folder, str) else ""
