"""Entry of the plugin: before it is loaded, a build of which nothing changed is at its end.

MkDocs loads plugins before it reads a note; ours takes as long to load as all of MkDocs.
"""

from __future__ import annotations

from typing import Any

from mkdocs.exceptions import Abort

from notewright.errors import EngineError
from notewright.hosts.mkdocs import garbage
from notewright.hosts.mkdocs.receipts import end_if_unchanged


def __getattr__(name: str) -> Any:
    """The plugin, once somebody asks for it."""
    if name != "NotewrightPlugin":
        raise AttributeError(name)
    end_if_unchanged()
    try:
        with garbage.none():
            from notewright.hosts.mkdocs import mkdocs_private
            from notewright.hosts.mkdocs.plugin import NotewrightPlugin
    except EngineError as error:  # MkDocs shows it without a traceback
        raise Abort(f"notewright: {error}") from None
    mkdocs_private.allow_vault_as_root()  # MkDocs looks at plugins before it compares its folders
    mkdocs_private.ease_templates()
    mkdocs_private.ease_hidden_links()
    mkdocs_private.lend_markdown()
    mkdocs_private.remember_links()
    return NotewrightPlugin
