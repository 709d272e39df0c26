"""Obsidian's Bases: read queries over the files of a vault and evaluate them.

The entry points are `document.read_base` and `query.run_view`. It sees a vault only through the
two protocols in `files`, and does not draw pages. May import: the top level of the package.
"""
