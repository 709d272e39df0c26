"""Styles of the theme, eased: what a script puts into a page costs no look at all of it.

Some of Material's selectors begin with any element and end with any: `input:checked ~ … > *`. A
browser cannot tell whom they concern, so whenever an element is put beside others, it works out
the styles of all that stands in these. Here they say whom they mean, which changes no page: a tab
is a label, and what it shows is a block of tabs. Found on a phone: a page of 3,400 elements had
11,400 styled while it was loaded, and 5,500 with these selectors.
"""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from notewright.hosts.mkdocs.generated_files import GeneratedFile

_SHEET = re.compile(r"assets/stylesheets/main\.\w+\.min\.css")
_EASIER = {
    ".tabbed-labels>:": ".tabbed-labels>label:",
    ".tabbed-content>:": ".tabbed-content>.tabbed-block:",
    # The theme's script puts such a table into a box of its own: this is for who has no scripts.
    "table:not([class])+*": "table:not([class])+:is(p,ul,ol,dl,pre)",
}
_SVG = re.compile(r"<svg\b.*?</svg>", re.S)
_HREF = re.compile(r"(<[a-zA-Z][^<>]*?\s)href=")


def ease(files: Files, config: MkDocsConfig) -> None:
    """Put the eased style sheet in the place of Material's own; one that the owner changed stays.

    Args:
        files: The files of the site, with those of the theme; changed.
        config: MkDocs' configuration.
    """
    if config.theme.name != "material":
        return
    for file in list(files):
        if not _SHEET.fullmatch(file.src_uri) or file.src_dir == config.theme.custom_dir:
            continue
        files.remove(file)
        files.append(
            GeneratedFile.generated(config, file.src_uri, content=eased(file.content_string))
        )


def eased(styles: str) -> str:
    """A style sheet whose selectors say whom they mean."""
    for broad, narrow in _EASIER.items():
        styles = styles.replace(broad, narrow)
    return styles


def with_links_to_set(html: str, config: MkDocsConfig) -> str:
    """A page whose drawings have links that the theme's script may set, under `navigation.instant`.

    It sets the `href` of all that has one, which the link of a drawing forbids: the script ended
    there, and each page was loaded as a whole. By its older name the browser alone knows it.

    Args:
        html: The page.
        config: MkDocs' configuration.
    """
    if "navigation.instant" not in (config.theme.get("features") or ()):
        return html
    return _SVG.sub(lambda drawing: _HREF.sub(r"\1xlink:href=", drawing[0]), html)
