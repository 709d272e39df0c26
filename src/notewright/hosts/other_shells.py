"""Other shells, which read `mkdocs.yml`: what they would make of a vault without our extension."""

from __future__ import annotations

from collections.abc import Iterator

from notewright.configuration import CONFIG_FILE, read_config
from notewright.vault.published import published
from notewright.vault.vault import Vault

EXTENSION = "notewright"


def shell_notices(vault: Vault) -> Iterator[str]:
    """Yield what a configuration leaves open: Zensical drops plugins that it does not know.

    It says nothing of that, and nothing of ours is loaded there that could.
    """
    hidden = len(vault.notes) - len(published(vault).notes)
    if not hidden or EXTENSION in map(_name, _extensions(vault)):
        return
    count = f"{hidden} hidden note{'s' if hidden > 1 else ''}"
    yield (
        f"{CONFIG_FILE}: Zensical ignores plugins, so it would not run cells and would publish "
        f"{count}. To prevent that, also add `{EXTENSION}` to `markdown_extensions`"
    )


def _extensions(vault: Vault) -> list[object]:
    named = read_config(vault.settings.root).get("markdown_extensions")
    return list(named) if isinstance(named, (list, dict)) else []


def _name(extension: object) -> object:
    """The name of an extension, which stands alone or before its options."""
    return next(iter(extension), None) if isinstance(extension, dict) else extension
