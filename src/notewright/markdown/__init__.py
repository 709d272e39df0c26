"""The Python-Markdown extension: Obsidian's syntax, cells and computed values in a page.

The entry point is `extension.NotewrightExtension`. Only this package imports Python-Markdown.
May import: the top level, `note`, `bases`, `vault`, `run`, `render`.
"""

from notewright.libraries import needs

with needs("site", "the Markdown extension"):
    import markdown as _markdown  # noqa: F401  # before any module here asks for a part of it
    import pymdownx as _pymdownx  # noqa: F401
