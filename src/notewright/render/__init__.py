"""Render notes and outputs as HTML, SVG and files, for any host and any Markdown library.

May import: the top level, `note`, `vault`, `run`.
"""
