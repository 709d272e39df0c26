"""Unforeseen parts of a project: what may do in each page what nobody can tell beforehand.

With such a part all pages are rebuilt, each time, as MkDocs does it. Whoever waits is told why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

PLUGINS = {
    *("awesome-nav", "material/search", "material/tags", "mkdocs-jupyter", "notewright"),
    *("search", "tags"),
}
"""Plugins whose pages depend on nothing but the page and the frame."""
THEME = "material"
"""The theme whose site `build` can bring up to date."""

_EXTENSIONS = """
    abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs
    legacy_em md_in_html meta nl2br sane_lists smarty tables toc wikilinks
    pymdownx.arithmatex pymdownx.betterem pymdownx.caret pymdownx.critic pymdownx.details
    pymdownx.emoji pymdownx.escapeall pymdownx.extra pymdownx.fancylists pymdownx.highlight
    pymdownx.inlinehilite pymdownx.keys pymdownx.magiclink pymdownx.mark pymdownx.progressbar
    pymdownx.quotes pymdownx.saneheaders pymdownx.smartsymbols pymdownx.striphtml
    pymdownx.superfences pymdownx.tabbed pymdownx.tasklist pymdownx.tilde
"""
"""Extensions that read nothing but the page: not `snippets` or `b64`, which read files.

Of `emoji` the files are known; see `pages`.
"""


def in_frames(config: MkDocsConfig) -> Sequence[str]:
    """What of a project takes part in putting pages into the theme, in words."""
    found = [f"the plugin `{name}`" for name in sorted(set(config.plugins) - PLUGINS)]
    settings = {"hooks": config.hooks, "extra_templates": config.extra_templates}
    return found + [f"`{name}`" for name, each in settings.items() if each]


def in_builds(config: MkDocsConfig) -> Sequence[str]:
    """What of a project takes part in `build`, in words."""
    found = list(in_frames(config))
    if config.theme.name != THEME:
        found.append(f"the theme `{config.theme.name}`")
    jupyter: Any = config.plugins.get("mkdocs-jupyter")
    if jupyter is not None and jupyter.config.get("execute"):
        found.append("`execute` of `mkdocs-jupyter`")
    return found


def in_conversion(extensions: Sequence[object], own: object) -> Sequence[str]:
    """What of a project takes part in the conversion of pages, in words.

    Args:
        extensions: Its Markdown extensions.
        own: That of this package.
    """
    names = [each if isinstance(each, str) else type(each).__name__ for each in extensions]
    return [
        f"the Markdown extension `{name}`"
        for name, each in zip(names, extensions, strict=True)
        if each is not own and not (isinstance(each, str) and _is_known(each))
    ]


def known_extensions() -> Sequence[str]:
    """The names of the Markdown extensions that read nothing but the page."""
    return _EXTENSIONS.split()


def _is_known(extension: str) -> bool:
    name = extension.removeprefix("markdown.extensions.")
    return name in known_extensions() or name.startswith("pymdownx.blocks.")


def told(config: MkDocsConfig, own: object, *, is_served: bool) -> Iterator[str]:
    """Yield why all pages are rebuilt each time, if they are.

    Args:
        config: The configuration, as all plugins left it.
        own: The Markdown extension of this package.
        is_served: Whether the site is served; else it is built.
    """
    found = [
        *(in_frames(config) if is_served else in_builds(config)),
        *in_conversion(config.markdown_extensions, own),
    ]
    if found:
        why = f"because notewright does not know the effects of: {', '.join(found)}"
        yield f"notewright: each build rebuilds all pages, {why}"
