"""Files of the theme that a note's properties name: a template for its page, and an icon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from jinja2 import Environment, TemplateError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from notewright.errors import Problem
from notewright.hosts.mkdocs import problems, titles
from notewright.markdown.project_notes import reads
from notewright.note.note import Note
from notewright.note.property_checks import wrong_property
from notewright.vault.vault import Vault

_ICON = ".icons/{}.svg"


def missing_template(env: Environment, page: Page, note: Note) -> Iterator[Problem]:
    """Yield the template that a note names, if the theme has none such; its page is made without.

    Args:
        env: The templates of the theme.
        page: The page of the note; changed.
        note: The note.
    """
    if not _has(env, page.meta.get("template")):
        yield _dropped(page, note, "template")


def missing_icon(env: Environment, page: Page, note: Note) -> Iterator[Problem]:
    """Yield the icon that a note names, if the theme has icons and none such, as above.

    It is no mistake: plugins of Obsidian have icons of their own under that name.
    """
    icon = page.meta.get("icon")
    if icon and not _has(env, _ICON.format(icon)) and _has(env, _ICON.format("material/school")):
        yield _dropped(page, note, "icon")


def _dropped(page: Page, note: Note, name: str) -> Problem:
    del page.meta[name]
    return wrong_property(note, name, "Use a value that the theme provides")


def _has(env: Environment, template: object) -> bool:
    """Whether the theme has a file; one that nobody names is not missed."""
    if not template:
        return True
    try:
        env.get_template(str(template))
    except (TemplateError, OSError, ValueError):
        return False
    return True


def settle_properties(
    env: Environment,
    vault: Vault,
    files: Files,
    paths: Iterable[str],
    shown: MutableMapping[str, Any],
) -> int:
    """Before templates use and print what notes say of themselves: of a stranger's, all.

    Args:
        env: The templates.
        vault: The notes.
        files: The files of the site.
        paths: Paths of the notes whose pages are made.
        shown: Those of pages that may stay; a page of which something is told may not.

    Returns:
        How many of them ask for a template that is not there, which is told.
    """
    failures = 0
    for path in paths:
        file, note = files.get_file_from_path(path), vault.notes.get(path)
        if note is not None and reads(note) and vault.settings.execute:
            continue
        if note is not None and file is not None and (page := file.page) is not None:
            if problems.tell(missing_template(env, page, note)):
                failures += 1
                shown.pop(path, None)
            problems.notice(missing_icon(env, page, note))
            titles.escape_properties(page, titles.PRINTED if vault.settings.execute else None)
    return failures
