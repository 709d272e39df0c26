"""Files of the theme that a note's properties name: a template for its page, and an icon."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, TemplateError
from mkdocs.structure.pages import Page

from notewright.errors import Problem
from notewright.note.note import Note
from notewright.note.property_checks import wrong_property

_FILES = {"template": "{}", "icon": ".icons/{}.svg"}


def missing_templates(env: Environment, page: Page, note: Note) -> Iterator[Problem]:
    """Yield each that the theme does not have. The page is made without it.

    Args:
        env: The templates of the theme.
        page: The page of the note; changed.
        note: The note.
    """
    for name, place in _FILES.items():
        named = page.meta.get(name)
        if not named or (name == "icon" and not _has_icons(env)):
            continue
        try:
            env.get_template(place.format(named))
        except (TemplateError, OSError, ValueError):
            del page.meta[name]
            yield wrong_property(note, name, "Name one that the theme has")


def _has_icons(env: Environment) -> bool:
    """Whether the theme draws icons by name, as Material does."""
    try:
        env.get_template(".icons/material/school.svg")
    except (TemplateError, OSError):
        return False
    return True
