"""The programs that call the engine: MkDocs, Zensical, pytest and the command line.

No other package imports them. May import: all other packages.
"""
