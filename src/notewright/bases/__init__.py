"""Bases: the language in which Obsidian asks a vault for its files, read and computed.

Its faces are `document.read_base` and `query.run_view`. It knows no page, and no vault but by the
two protocols in `files`. May import: the top level of the package.
"""
