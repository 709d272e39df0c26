"""The MkDocs plugin, a thin layer over `Build`. Only this package imports MkDocs.

May import: all other packages.
"""
